// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/convert_jobs_view_model.h"
#include "ui/viewmodels/convert_source.h"
#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/model_view_model.h"
#include "ui/worker/background_task.h"

#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QVariantMap>

#include <memory>

namespace snug::ui {

// The recipe on the Convert page: what a file is made of, at which level, and what that will take. The levels
// are those of `fit`, exact sizes and checks those of `snug-cli convert --dry-run`; of a repository that is
// told only once its weights are here. GUI thread; owned by the application.
class ConvertViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConvertViewModel)
    Q_PROPERTY(snug::ui::ModelViewModel *fit READ fit CONSTANT)
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(QString source READ source NOTIFY changed)
    Q_PROPERTY(QString sourceKind READ sourceKind NOTIFY changed)
    Q_PROPERTY(QString level READ level NOTIFY changed)
    Q_PROPERTY(QVariantList facts READ facts NOTIFY changed)
    Q_PROPERTY(QVariantList checks READ checks NOTIFY changed)
    Q_PROPERTY(bool checking READ checking NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(QVariantMap forecast READ forecast NOTIFY changed)
    Q_PROPERTY(QString imatrix READ imatrix NOTIFY changed)
    Q_PROPERTY(QString imatrixNote READ imatrixNote NOTIFY changed)
    Q_PROPERTY(QString fileName READ fileName NOTIFY changed)
    Q_PROPERTY(QString action READ action NOTIFY changed)
    Q_PROPERTY(bool canStart READ canStart NOTIFY changed)
    Q_PROPERTY(QString obstacle READ obstacle NOTIFY changed)
    Q_PROPERTY(QString refused READ refused NOTIFY changed)

public:
    // `folder`: where the files go that are made.
    ConvertViewModel(QString program, QString folder, ConvertJobsViewModel &jobs, HubEnvironment hub = {},
                     QObject *parent = nullptr);
    ~ConvertViewModel() override;

    // The levels that could be made, how they would run here, what is advised.
    [[nodiscard]] ModelViewModel *fit() { return &m_fit; }
    // "none", "loading", "ready", "error" or "offline".
    [[nodiscard]] QString state() const;
    [[nodiscard]] QString source() const { return m_source.shown(); }
    // "safetensors", "GGUF"; empty before the first answer.
    [[nodiscard]] QString sourceKind() const;
    // What would be made; empty: nothing is chosen that could be.
    [[nodiscard]] QString level() const;
    // As convertFacts() and convertChecks().
    [[nodiscard]] QVariantList facts() const;
    [[nodiscard]] QVariantList checks() const;
    // A dry run is under way.
    [[nodiscard]] bool checking() const { return m_check.running() || m_checkTimer.isActive(); }
    // Why the file cannot be made as it is asked for.
    [[nodiscard]] const Problem &problem() const { return m_problem; }
    // size, sizeUnit, sizeNote, time, timeWhy, download, memory, disk, lacking (words), resumed.
    [[nodiscard]] QVariantMap forecast() const;
    // The path of an importance matrix; empty: none.
    [[nodiscard]] QString imatrix() const { return m_imatrix; }
    // What one would do for the level that is chosen.
    [[nodiscard]] QString imatrixNote() const;
    [[nodiscard]] QString fileName() const;
    // "Make Q4_K_M, 2.70 GiB"
    [[nodiscard]] QString action() const;
    [[nodiscard]] bool canStart() const;
    // Why it cannot be started, in words; empty if it can.
    [[nodiscard]] QString obstacle() const;
    // Why what was dropped is no source; empty after the next one.
    [[nodiscard]] QString refused() const { return m_refused; }

    // What is open on the Model page, with the level and the context that were chosen there.
    Q_INVOKABLE void openModel(snug::ui::ModelViewModel *model, const QString &commit);
    Q_INVOKABLE void openPath(const QString &path);
    // Dropped or picked.
    Q_INVOKABLE void open(const QUrl &url);
    Q_INVOKABLE void close();
    Q_INVOKABLE void useImatrix(const QUrl &file);
    Q_INVOKABLE void clearImatrix();
    Q_INVOKABLE void checkAgain();
    // Puts what is chosen into the list of jobs.
    Q_INVOKABLE void start();

Q_SIGNALS:
    void changed();

private:
    struct Asked {
        QString source;
        QString level;
        QString imatrix;
        QString output;
        bool operator==(const Asked &) const = default;
    };

    void open(const ConvertSource &source, const QString &level);
    void onFit();
    void onJobs();
    void chooseMakeable();
    void plan();
    void onPlanned(const Outcome &outcome);
    void lookAtDisk();
    void forgetPlan();
    [[nodiscard]] const LevelRow *made() const;
    [[nodiscard]] Asked asked() const;
    // m_plan is about what is chosen now.
    [[nodiscard]] bool planned() const { return !m_plan.isEmpty() && m_answered == m_asked; }
    [[nodiscard]] std::int64_t fetchedBytes() const;
    [[nodiscard]] std::int64_t fileBytes() const;
    [[nodiscard]] std::int64_t lackingBytes() const;
    [[nodiscard]] QString outputPath() const;
    [[nodiscard]] QString name() const;

    QString m_folder;
    ConvertJobsViewModel &m_jobs;
    HubEnvironment m_hub;
    ModelViewModel m_fit;
    ConvertSource m_source;
    QString m_imatrix;
    QString m_refused;
    bool m_chosen = false; // a level that can be made was chosen once
    Asked m_asked;         // the last dry run
    Asked m_answered;      // what m_plan or m_problem is the answer to
    QJsonObject m_plan;    // empty: none
    Problem m_problem;
    QString m_jobsSeen;           // of the jobs, what matters here
    std::int64_t m_diskFree = -1; // where the file goes; -1 unknown
    LibraryChild m_check;
    QTimer m_checkTimer;
    std::unique_ptr<BackgroundTask<std::int64_t>> m_disk;
};

} // namespace snug::ui
