// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/adapter_scales.h"
#include "ui/viewmodels/draft_gain.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/load_forecast.h"
#include "ui/viewmodels/template_choice.h"

#include <QObject>
#include <QUrl>

namespace snug::ui {

// The sheet "How it is loaded": the settings of the model of this sitting, what the fit engine says of them,
// and how they differ from what runs now. A change is kept at once and takes effect with apply(); of adapters
// that the engine has loaded, switch and scale take effect at once. GUI thread; owned by the application.
class LoadViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LoadViewModel)
    Q_PROPERTY(bool possible READ possible NOTIFY changed)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
    Q_PROPERTY(QStringList differences READ differences NOTIFY changed)
    Q_PROPERTY(bool usual READ usual NOTIFY changed)
    Q_PROPERTY(int context READ context WRITE setContext NOTIFY changed)
    Q_PROPERTY(int gpuLayers READ gpuLayers WRITE setGpuLayers NOTIFY changed)
    Q_PROPERTY(QString kvType READ kvType WRITE setKvType NOTIFY changed)
    Q_PROPERTY(QString valueType READ valueType WRITE setValueType NOTIFY changed)
    Q_PROPERTY(QStringList kvTypes READ kvTypes CONSTANT)
    Q_PROPERTY(QString flashAttention READ flashAttention WRITE setFlashAttention NOTIFY changed)
    Q_PROPERTY(QVariantList adapters READ adapters NOTIFY changed)
    Q_PROPERTY(QString adapterRefusal READ adapterRefusal NOTIFY changed)
    Q_PROPERTY(QString draft READ draft NOTIFY changed)
    Q_PROPERTY(bool ownDraft READ ownDraft WRITE setOwnDraft NOTIFY changed)
    Q_PROPERTY(QString draftName READ draftName NOTIFY changed)
    Q_PROPERTY(int draftTokens READ draftTokens WRITE setDraftTokens NOTIFY changed)
    Q_PROPERTY(QString guesses READ guesses NOTIFY changed)
    Q_PROPERTY(snug::ui::DraftGain *gain READ gain CONSTANT)
    Q_PROPERTY(QString templateWords READ templateWords NOTIFY changed)
    Q_PROPERTY(bool templateReplaced READ templateReplaced NOTIFY changed)
    Q_PROPERTY(QVariantList templateFindings READ templateFindings NOTIFY changed)
    Q_PROPERTY(QString templateMark READ templateMark NOTIFY changed)
    Q_PROPERTY(snug::ui::LoadForecast *forecast READ forecast CONSTANT)
    Q_PROPERTY(snug::ui::TemplateChoice *chatTemplate READ chatTemplate CONSTANT)

public:
    // `templates`: where edited chat templates are kept.
    LoadViewModel(QString program, EngineSession &engine, std::filesystem::path templates,
                  QObject *parent = nullptr);
    ~LoadViewModel() override;

    // There is a model, and it is a file of this computer.
    [[nodiscard]] bool possible() const;
    // It runs, or is about to.
    [[nodiscard]] bool loaded() const;
    // From what runs; empty if nothing does.
    [[nodiscard]] QStringList differences() const;
    [[nodiscard]] bool usual() const { return m_engine.wanted() == LoadSettings(); }
    [[nodiscard]] int context() const { return m_engine.wanted().context; }
    void setContext(int tokens);
    [[nodiscard]] int gpuLayers() const { return m_engine.wanted().gpuLayers; }
    void setGpuLayers(int layers);
    [[nodiscard]] QString kvType() const { return m_engine.wanted().kvType; }
    void setKvType(const QString &type);
    // Of the values of the cache; empty: as the keys.
    [[nodiscard]] QString valueType() const { return m_engine.wanted().kvTypeV; }
    void setValueType(const QString &type);
    [[nodiscard]] QStringList kvTypes() const;
    [[nodiscard]] QString flashAttention() const { return m_engine.wanted().flashAttention; }
    void setFlashAttention(const QString &attention);

    // path, name, scale, on, state (words).
    [[nodiscard]] QVariantList adapters() const;
    // Why a file was not taken, or why the engine did not take a scale.
    [[nodiscard]] QString adapterRefusal() const;
    Q_INVOKABLE void addAdapter(const QUrl &file);
    Q_INVOKABLE void removeAdapter(int index);
    Q_INVOKABLE void switchAdapter(int index, bool on);
    Q_INVOKABLE void scaleAdapter(int index, double scale);

    [[nodiscard]] QString draft() const { return m_engine.wanted().draft; }
    // The model guesses with layers of its own, in place of a draft model.
    [[nodiscard]] bool ownDraft() const { return m_engine.wanted().draftsItself(); }
    void setOwnDraft(bool own);
    [[nodiscard]] QString draftName() const;
    [[nodiscard]] int draftTokens() const { return m_engine.wanted().draftTokens; }
    void setDraftTokens(int tokens);
    Q_INVOKABLE void setDraft(const QUrl &file);
    Q_INVOKABLE void removeDraft();
    // How the draft did in the newest answer of the engine that runs; empty: it guessed nothing.
    [[nodiscard]] QString guesses() const;
    [[nodiscard]] DraftGain *gain() { return &m_gain; }
    // What bench measures of it, with the settings as they stand.
    Q_INVOKABLE void measureGain();

    // Which template makes the prompts: of the engine that runs, as it told; else what is wanted.
    [[nodiscard]] QString templateWords() const;
    // Another one than the model's own is wanted.
    [[nodiscard]] bool templateReplaced() const { return !m_engine.wanted().chatTemplate.isEmpty(); }
    // message, hint: of the template that runs.
    [[nodiscard]] QVariantList templateFindings() const;
    // Why the header marks the template; empty: nothing to know.
    [[nodiscard]] QString templateMark() const;

    [[nodiscard]] LoadForecast *forecast() { return &m_forecast; }
    [[nodiscard]] TemplateChoice *chatTemplate() { return &m_template; }

    // The sheet is on the page: forecasts are wanted.
    Q_INVOKABLE void open();
    Q_INVOKABLE void close();
    // What is usual for every model.
    Q_INVOKABLE void reset();
    // Loads the model, again if it runs, with these settings.
    Q_INVOKABLE void apply();

Q_SIGNALS:
    void changed();

private:
    template <class Change> void change(const Change &change);
    void onState();
    void onWanted();
    void beginForecast();
    [[nodiscard]] WorkerCommand fitCommand() const;
    // The path of a local file; empty, with a refusal, for anything else.
    [[nodiscard]] QString localFile(const QUrl &file);

    QString m_program;
    EngineSession &m_engine;
    LoadForecast m_forecast;
    AdapterScales m_scales;
    TemplateChoice m_template;
    DraftGain m_gain;
    QString m_refusal;
    QString m_model;  // of the forecast
    QString m_gainOf; // model and draft
    bool m_open = false;
};

} // namespace snug::ui
