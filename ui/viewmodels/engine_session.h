// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_answer.h"
#include "core/chat/chat_request.h"
#include "ui/viewmodels/engine_report.h"
#include "ui/viewmodels/kept_loads.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/worker/child_environment.h"
#include "ui/worker/worker_process.h"

#include <QObject>
#include <QVariantList>

#include <functional>
#include <memory>
#include <optional>

namespace snug::ui {

// Where the loaded model answers. The key is a secret of this session.
struct EngineEndpoint {
    QString url;
    QString apiKey;
    QString model; // as the server names it; empty: its only one
    chat::Dialect dialect = chat::Dialect::LlamaCpp;

    bool operator==(const EngineEndpoint &) const = default;
};

// A server that somebody added, after it answered.
struct RemoteSession {
    EngineEndpoint endpoint;
    EngineReport report;
};

// The one model that answers: a `snug-cli serve` child, or a server that somebody added, and all that the
// window knows of it. When the child dies, at whatever moment, the state becomes "failed" with the cause, and
// reload() starts it again. GUI thread; owned by the application.
class EngineSession final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EngineSession)
    Q_PROPERTY(QString state READ state NOTIFY stateChanged)
    Q_PROPERTY(QString modelPath READ modelPath NOTIFY modelChanged)
    Q_PROPERTY(QString modelName READ modelName NOTIFY modelChanged)
    Q_PROPERTY(QString level READ level NOTIFY modelChanged)
    Q_PROPERTY(bool remote READ remote NOTIFY modelChanged)
    Q_PROPERTY(int contextSize READ contextSize NOTIFY reportChanged)
    Q_PROPERTY(int contextSizeWanted READ contextSizeWanted WRITE setContextSizeWanted NOTIFY wantedChanged)
    Q_PROPERTY(int gpuLayersWanted READ gpuLayersWanted WRITE setGpuLayersWanted NOTIFY wantedChanged)
    Q_PROPERTY(double loadProgress READ loadProgress NOTIFY loadProgressChanged)
    Q_PROPERTY(QString loadTitle READ loadTitle NOTIFY loadProgressChanged)
    Q_PROPERTY(QString loadDetail READ loadDetail NOTIFY loadProgressChanged)
    Q_PROPERTY(QString badgeVerdict READ badgeVerdict NOTIFY reportChanged)
    Q_PROPERTY(QString badgeText READ badgeText NOTIFY reportChanged)
    Q_PROPERTY(QString badgeWhy READ badgeWhy NOTIFY reportChanged)
    Q_PROPERTY(QString statusText READ statusText NOTIFY reportChanged)
    Q_PROPERTY(QVariantList memory READ memory NOTIFY reportChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY stateChanged)

public:
    // Connects to the server with that id; the answer comes later and once, unless its receiver is gone.
    using OpenRemote =
        std::function<void(const QString &id, std::function<void(const Result<RemoteSession> &)>)>;

    // `program` is snug-cli.
    explicit EngineSession(QString program, SettingsFile &settings, QObject *parent = nullptr);
    ~EngineSession() override;

    // "none", "loading", "ready", "stopping" or "failed".
    [[nodiscard]] QString state() const;
    [[nodiscard]] QString modelPath() const { return m_path; }
    [[nodiscard]] QString modelName() const;
    [[nodiscard]] QString level() const { return m_report.level; }
    [[nodiscard]] int contextSize() const { return m_report.context; }
    // How the model of this sitting, or the last one, is to be loaded; without one, what is usual for a model
    // without settings of its own. Takes effect with the next load.
    [[nodiscard]] LoadSettings wanted() const;
    void setWanted(const LoadSettings &settings);
    // Of `wanted`: tokens, 0 = automatic; layers, -1 = automatic.
    [[nodiscard]] int contextSizeWanted() const { return wanted().context; }
    void setContextSizeWanted(int tokens);
    [[nodiscard]] int gpuLayersWanted() const { return wanted().gpuLayers; }
    void setGpuLayersWanted(int layers);
    // What the engine that runs was started with, or changed to since.
    [[nodiscard]] const LoadSettings &loadedWith() const { return m_loadedWith; }
    // The running engine has taken these scales. REQUIRES: the files of loadedWith().
    void takeScales(std::vector<LoraChoice> loras);
    // 0 to 1; -1 while it is not known.
    [[nodiscard]] double loadProgress() const;
    [[nodiscard]] QString loadTitle() const;
    [[nodiscard]] QString loadDetail() const;
    // Images are understood; of a server nobody tells, so that it is asked.
    [[nodiscard]] bool sees() const { return remote() || m_report.vision; }
    [[nodiscard]] QString badgeVerdict() const { return m_report.badgeVerdict; }
    [[nodiscard]] QString badgeText() const { return m_report.badgeText; }
    [[nodiscard]] QString badgeWhy() const { return m_report.badgeWhy; }
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] QVariantList memory() const;
    [[nodiscard]] Problem problem() const { return m_problem; }

    // The model is a server's: nothing runs on this computer.
    [[nodiscard]] bool remote() const { return isRemote(m_path); }
    // What load() takes for a server that somebody added. No file has such a path.
    [[nodiscard]] static QString remotePath(const QString &id);
    [[nodiscard]] static bool isRemote(const QString &path);
    // For a comparison: its model is not the one that the chat loads next time, and no button reloads it.
    // REQUIRES: before the first load.
    void beBesideTheChat() { m_besideTheChat = true; }
    // What the engine that runs measured of its newest answer; nullopt: nothing yet.
    [[nodiscard]] const std::optional<chat::Timings> &lastTimings() const { return m_timings; }
    void noteTimings(const chat::Timings &timings);
    // For the children that compute: this one, and those of others who ask the same engine.
    void setEnvironment(ChildEnvironment environment) { m_environment = std::move(environment); }
    [[nodiscard]] QMap<QString, QString> environment() const { return variablesOf(m_environment); }
    // REQUIRES: before a remote path is loaded.
    void setOpenRemote(OpenRemote open) { m_openRemote = std::move(open); }

    // Loads the model, or connects to the server, after unloading another one.
    Q_INVOKABLE void load(const QString &path);
    // The same model again, with what is wanted now.
    Q_INVOKABLE void reload();
    Q_INVOKABLE void unload();
    Q_INVOKABLE void cancelLoad();

    [[nodiscard]] bool isReady() const { return m_state == State::Ready; }
    [[nodiscard]] const EngineEndpoint &endpoint() const { return m_endpoint; }
    [[nodiscard]] const EngineReport &report() const { return m_report; }
    // The model that was loaded last, in this run or the one before; empty if there was none.
    [[nodiscard]] QString lastModelPath() const;
    // Of the child; 0 without one. For tests that kill it.
    [[nodiscard]] qint64 processId() const;

Q_SIGNALS:
    void stateChanged();
    void modelChanged();
    void reportChanged();
    void wantedChanged();
    void loadProgressChanged();
    void timingsChanged();
    // The child is gone while it was not asked to go; `problem` says why.
    void failed();

private:
    enum class State { None, Loading, Ready, Stopping, Failed };

    void start();
    void startChild();
    void connectRemote();
    void onConnected(const Result<RemoteSession> &session);
    void stopChild();
    void becomeReady();
    void fail(const Problem &problem);
    void onReady(const QJsonObject &server);
    void onFinished(const Outcome &outcome);
    void setState(State state);
    void clearReport();
    [[nodiscard]] WorkerCommand command() const;
    // Whose settings are wanted.
    [[nodiscard]] QString settingsPath() const;

    QString m_program;
    ChildEnvironment m_environment;
    SettingsFile &m_settings;
    State m_state = State::None;
    QString m_path;
    QString m_nextPath; // loaded as soon as the child that is stopping has gone
    KeptLoads m_loads;
    LoadSettings m_loadedWith;
    std::optional<chat::Timings> m_timings;
    EngineReport m_report;
    EngineEndpoint m_endpoint;
    WorkerProgress m_progress;
    Problem m_problem;
    std::unique_ptr<WorkerProcess> m_child;
    OpenRemote m_openRemote;
    bool m_besideTheChat = false;
    int m_attempts = 0; // to connect; an answer to an earlier one is of no interest any more
};

} // namespace snug::ui
