// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/level_row.h"
#include "ui/viewmodels/load_settings.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/fit_worker.h"

#include <QHash>
#include <QObject>
#include <QVariantList>
#include <QVariantMap>

#include <deque>
#include <memory>

namespace snug::ui {

// What `fit --follow` says of a model as it is to be loaded, and of the other choices for its KV cache and
// its attention, one after the other: the engine's own allocator answers each. An answer is kept until the
// next begin(). GUI thread; never blocks; owned by LoadViewModel.
class LoadForecast final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LoadForecast)
    Q_PROPERTY(QVariantMap now READ now NOTIFY changed)
    Q_PROPERTY(QVariantList memory READ memory NOTIFY changed)
    Q_PROPERTY(QVariantList kvChoices READ kvChoices NOTIFY changed)
    Q_PROPERTY(QVariantList flashChoices READ flashChoices NOTIFY changed)
    Q_PROPERTY(QString contextNote READ contextNote NOTIFY changed)
    Q_PROPERTY(QString layersNote READ layersNote NOTIFY changed)
    Q_PROPERTY(bool ownDraft READ ownDraft NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)

public:
    explicit LoadForecast(QObject *parent);
    ~LoadForecast() override;

    // state ("none", "asking", "ready", "refused"), verdict, text, detail (a sentence on the memory), why; of
    // a refusal: text, hint.
    [[nodiscard]] QVariantMap now() const;
    // One map a device, see deviceMaps().
    [[nodiscard]] QVariantList memory() const;
    // key, words, figure ("18.0 MiB", empty while it is asked), verdict, why; a choice that cannot be has the
    // verdict "no".
    [[nodiscard]] QVariantList kvChoices() const;
    [[nodiscard]] QVariantList flashChoices() const;
    [[nodiscard]] QString contextNote() const;
    [[nodiscard]] QString layersNote() const;
    // The model can guess ahead with layers of its own.
    [[nodiscard]] bool ownDraft() const { return m_ownDraft; }
    // Why nothing can be told.
    [[nodiscard]] Problem problem() const { return m_problem; }

    // `worker`: `snug-cli fit MODEL --follow --json`.
    void begin(WorkerCommand worker);
    void end();
    // The newest question wins. REQUIRES: begin().
    void ask(const LoadSettings &settings);

Q_SIGNALS:
    void changed();

private:
    struct Answer {
        std::optional<LevelFit> fit;
        Problem refusal; // without `fit`
    };

    void onReady(const QJsonObject &event);
    void onSaid(const QJsonObject &event);
    void askNext();
    [[nodiscard]] QString keyOf(const LoadSettings &settings) const;
    [[nodiscard]] const Answer *answerTo(const LoadSettings &settings) const;
    [[nodiscard]] QVariantMap choice(const LoadSettings &settings, const QString &key, const QString &words,
                                     bool cacheOnly) const;

    std::unique_ptr<FitWorker> m_worker;
    LoadSettings m_settings;
    QString m_level; // of the file, as the worker names it; empty: not ready yet
    std::int64_t m_usualContext = 0;
    std::int64_t m_trainedContext = 0;
    bool m_ownDraft = false;
    std::deque<LoadSettings> m_waiting;
    QString m_asked; // key of what is under way; empty: nothing
    QHash<QString, Answer> m_answers;
    Problem m_problem;
};

} // namespace snug::ui
