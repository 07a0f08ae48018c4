// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/account/hub_environment.h"
#include "ui/viewmodels/fit_companions.h"
#include "ui/viewmodels/fit_request.h"
#include "ui/viewmodels/level_table.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/child_environment.h"
#include "ui/worker/fit_worker.h"

#include <QAbstractItemModel>
#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>

#include <functional>
#include <memory>

namespace snug::ui {

// One model on the Model page: its levels on this computer or another one, the request that a person turns,
// what to do about it. Asked of a warm `snug-cli fit --follow`, which lives as long as the page is open. GUI
// thread; owned by the application.
class ModelViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelViewModel)
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(QString repository READ repository NOTIFY changed)
    Q_PROPERTY(QString path READ path NOTIFY changed)
    Q_PROPERTY(QString name READ name NOTIFY changed)
    Q_PROPERTY(QString facts READ facts NOTIFY changed)
    Q_PROPERTY(bool checkpoint READ checkpoint NOTIFY changed)
    Q_PROPERTY(QString stage READ stage NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem refusal READ refusal NOTIFY changed)
    Q_PROPERTY(QString notice READ notice NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(bool live READ live NOTIFY changed)
    Q_PROPERTY(bool speedMissing READ speedMissing NOTIFY changed)

    Q_PROPERTY(QAbstractItemModel *levels READ levels CONSTANT)
    Q_PROPERTY(QStringList hiddenLevels READ hiddenLevels NOTIFY changed)
    Q_PROPERTY(QVariantList impossibleLevels READ impossibleLevels NOTIFY changed)
    Q_PROPERTY(double scale READ scale NOTIFY changed)
    Q_PROPERTY(QString sortKey READ sortKey NOTIFY changed)
    Q_PROPERTY(bool sortDescending READ sortDescending NOTIFY changed)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY changed)
    Q_PROPERTY(QString foreignSource READ foreignSource NOTIFY changed)

    Q_PROPERTY(QString selected READ selected WRITE select NOTIFY changed)
    Q_PROPERTY(QVariantMap answer READ answer NOTIFY changed)
    Q_PROPERTY(QVariantList memory READ memory NOTIFY changed)
    Q_PROPERTY(QVariantMap otherAnswer READ otherAnswer NOTIFY changed)
    Q_PROPERTY(QVariantList otherMemory READ otherMemory NOTIFY changed)

    Q_PROPERTY(int context READ context WRITE setContext NOTIFY changed)
    Q_PROPERTY(QString contextText READ contextText NOTIFY changed)
    Q_PROPERTY(QVariantMap contextScale READ contextScale NOTIFY changed)
    Q_PROPERTY(QString kvType READ kvType WRITE setKvType NOTIFY changed)
    Q_PROPERTY(int gpuLayers READ gpuLayers WRITE setGpuLayers NOTIFY changed)
    Q_PROPERTY(int parallel READ parallel WRITE setParallel NOTIFY changed)
    Q_PROPERTY(int cpuMoe READ cpuMoe WRITE setCpuMoe NOTIFY changed)
    Q_PROPERTY(int layers READ layers NOTIFY changed)
    Q_PROPERTY(bool hasExperts READ hasExperts NOTIFY changed)
    Q_PROPERTY(bool hasGpu READ hasGpu NOTIFY changed)
    Q_PROPERTY(QString device READ device WRITE setDevice NOTIFY changed)
    Q_PROPERTY(QVariantList devices READ devices NOTIFY changed)
    Q_PROPERTY(snug::ui::FitCompanions *companions READ companions CONSTANT)
    Q_PROPERTY(QString machine READ machine WRITE setMachine NOTIFY changed)
    Q_PROPERTY(QString machineName READ machineName NOTIFY changed)
    Q_PROPERTY(QString otherName READ otherName NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem machineRefusal READ machineRefusal NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem otherRefusal READ otherRefusal NOTIFY changed)
    Q_PROPERTY(QString otherMachine READ otherMachine WRITE setOtherMachine NOTIFY changed)
    Q_PROPERTY(QVariantList machines READ machines NOTIFY machinesChanged)
    Q_PROPERTY(QString workload READ workload WRITE setWorkload NOTIFY changed)
    Q_PROPERTY(QVariantMap advice READ advice NOTIFY changed)
    Q_PROPERTY(QString hopeless READ hopeless NOTIFY changed)
    Q_PROPERTY(QVariantList suggestions READ suggestions NOTIFY changed)

public:
    // Where the levels of a repository lie on this computer, by label or level.
    using Held = std::function<QMap<QString, QString>(const QString &repository)>;

    explicit ModelViewModel(QString program, HubEnvironment hub = {}, Held held = {},
                            QObject *parent = nullptr);
    ~ModelViewModel() override;

    // For the children that compute.
    void setEnvironment(ChildEnvironment environment) { m_environment = std::move(environment); }

    // "none", "loading", "ready", "error" or "offline".
    [[nodiscard]] QString state() const;
    // "org/name"; empty if it is a file.
    [[nodiscard]] QString repository() const { return m_repository; }
    // A file of this computer; empty if it is a repository.
    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] QString name() const;
    // "Qwen · 8.19 B parameters · 36 layers · trained for 40 960 tokens of context · apache-2.0"
    [[nodiscard]] QString facts() const;
    // The weights as their makers published them: every level would be made of them.
    [[nodiscard]] bool checkpoint() const
    {
        return m_ready[QLatin1String("source")] == QLatin1String("safetensors");
    }
    // What it is loading, in words.
    [[nodiscard]] QString stage() const { return m_stage; }
    // Why there is no answer.
    [[nodiscard]] Problem problem() const { return m_problem; }
    // Why the last request got none; the figures are those of the one before.
    [[nodiscard]] Problem refusal() const { return m_refusal; }
    // What happened and was put right.
    [[nodiscard]] QString notice() const { return m_notice; }
    // Some figures are estimates that are being replaced.
    [[nodiscard]] bool busy() const { return m_busy; }
    // Somebody answers. If not, the figures are those of before, and nothing can be turned.
    [[nodiscard]] bool live() const { return m_worker != nullptr; }
    // A level would run on this computer, and nobody can tell how fast.
    // Of what would run here, after a whole answer.
    [[nodiscard]] bool speedMissing() const { return m_speedMissing; }

    [[nodiscard]] QAbstractItemModel *levels() { return m_table.model(); }
    [[nodiscard]] QStringList hiddenLevels() const { return m_table.hidden(); }
    [[nodiscard]] QVariantList impossibleLevels() const { return m_table.impossible(); }
    [[nodiscard]] double scale() const { return m_table.scale(); }
    [[nodiscard]] QString sortKey() const { return m_table.sortKey(); }
    [[nodiscard]] bool sortDescending() const { return m_table.descending(); }
    Q_INVOKABLE void sortBy(const QString &key);
    [[nodiscard]] QString filter() const { return m_table.filter(); }
    void setFilter(const QString &filter);
    // The model that italic quality figures were published for; empty if there are none.
    [[nodiscard]] QString foreignSource() const;

    [[nodiscard]] QString selected() const { return m_selected; }
    Q_INVOKABLE void select(const QString &label);
    // The selected level: every role of its row, and verdict, title, text, why, speed, range, used, free.
    [[nodiscard]] QVariantMap answer() const;
    [[nodiscard]] QVariantList memory() const;
    [[nodiscard]] QVariantMap otherAnswer() const;
    [[nodiscard]] QVariantList otherMemory() const;

    [[nodiscard]] int context() const { return m_request.context; }
    void setContext(int tokens);
    [[nodiscard]] QString contextText() const;
    // As contextScaleMap().
    [[nodiscard]] QVariantMap contextScale() const;
    [[nodiscard]] QString kvType() const { return m_request.kvType; }
    void setKvType(const QString &type);
    [[nodiscard]] int gpuLayers() const { return m_request.gpuLayers; }
    void setGpuLayers(int layers);
    [[nodiscard]] int parallel() const { return m_request.parallel; }
    void setParallel(int conversations);
    [[nodiscard]] int cpuMoe() const { return m_request.cpuMoe; }
    void setCpuMoe(int layers);
    [[nodiscard]] int layers() const;
    [[nodiscard]] bool hasExperts() const;
    [[nodiscard]] bool hasGpu() const;
    [[nodiscard]] QString device() const { return m_request.device; }
    void setDevice(const QString &id);
    // key, words; the first is "all of them". Empty if there is no choice.
    [[nodiscard]] QVariantList devices() const;
    [[nodiscard]] FitCompanions *companions() { return &m_companions; }
    [[nodiscard]] QString machine() const { return m_request.machine; }
    void setMachine(const QString &name);
    [[nodiscard]] QString otherMachine() const { return m_otherMachine; }
    void setOtherMachine(const QString &name);
    // Why a machine was not taken, or why nothing can be told of it.
    [[nodiscard]] Problem machineRefusal() const { return m_machineRefusal; }
    [[nodiscard]] Problem otherRefusal() const { return m_otherRefusal; }
    // Without the figures of one that a person described.
    [[nodiscard]] QString machineName() const { return m_request.machine.section(QLatin1Char('='), 0, 0); }
    [[nodiscard]] QString otherName() const { return m_otherMachine.section(QLatin1Char('='), 0, 0); }
    // key, words, group; this computer is not among them.
    [[nodiscard]] QVariantList machines() const { return m_machines; }
    [[nodiscard]] QString workload() const { return m_request.workload; }
    void setWorkload(const QString &workload);
    // text, notes, why, level, action (empty: nothing to do).
    [[nodiscard]] QVariantMap advice() const;
    // Why nothing makes the selected level run here; empty if something does.
    [[nodiscard]] QString hopeless() const { return m_hopeless; }
    // text, cost, usable (it names something to be asked for).
    [[nodiscard]] QVariantList suggestions() const;
    Q_INVOKABLE void useAdvice();
    Q_INVOKABLE void useSuggestion(int index);

    // `label`: the level to begin with; empty: the one that suits.
    Q_INVOKABLE void openRepository(const QString &repository, const QString &label = {});
    Q_INVOKABLE void openFile(const QString &path, const QString &label = {});
    Q_INVOKABLE void close();
    Q_INVOKABLE void reload();
    Q_INVOKABLE void dismissNotice();
    // The library or the downloads changed.
    void refreshHeld();

    // As `inspect` tells of it; empty before the first answer.
    [[nodiscard]] QJsonObject inspected() const;
    [[nodiscard]] const LevelTable &table() const { return m_table; }
    // nullptr before there is one.
    [[nodiscard]] const LevelRow *selectedLevel() const { return row(); }

Q_SIGNALS:
    void changed();
    void machinesChanged();

private:
    void open();
    // Where files may lie that belong to the model; empty: nowhere on this computer.
    [[nodiscard]] QString folder() const;
    void ask();
    void tell();
    void change(const FitRequest &request);
    // What an advice or a suggestion means.
    void use(const QJsonObject &change);
    void onReady(const QJsonObject &event);
    void onSaid(FitWorker::Subject subject, const QJsonObject &event);
    void onOther(const QJsonObject &event);
    [[nodiscard]] bool lacksSpeed() const;
    void onFit(const QJsonObject &event);
    void onLevel(const QJsonObject &event);
    void takeSuggestions(const QJsonObject &event);
    void onEnded(const Error &reason);
    void chooseLevel();
    void listMachines();
    [[nodiscard]] const LevelRow *row() const { return m_table.find(m_selected); }
    [[nodiscard]] std::int64_t trainedContext() const;

    QString m_program;
    HubEnvironment m_hub;
    ChildEnvironment m_environment;
    Held m_held;
    QString m_repository;
    QString m_path;
    QJsonObject m_ready; // the last worker's first event; empty before it
    QString m_stage;
    QString m_notice;
    Problem m_problem;
    Problem m_refusal;
    Problem m_machineRefusal;
    Problem m_otherRefusal;
    LevelTable m_table;
    QString m_selected;
    bool m_chosen = false; // by a person
    FitCompanions m_companions{this};
    FitRequest m_request;
    FitRequest m_answered; // what the figures on the page are of
    QString m_otherMachine;
    QVariantList m_machines; // some hundred: told apart from the rest, which changes many times a second
    QJsonObject m_advice;
    QJsonArray m_suggestions;
    QString m_hopeless;
    bool m_busy = false;
    bool m_heard = false;       // this worker was ready once
    bool m_overview = false;    // the first part of the answer to the last question is there
    bool m_fitted = false;      // there is an answer
    bool m_preliminary = false; // more of it follows
    bool m_speedMissing = false;
    std::unique_ptr<FitWorker> m_worker;
    QTimer m_teller; // many events, one change
};

} // namespace snug::ui
