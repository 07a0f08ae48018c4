// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QFutureWatcher>
#include <QPromise>
#include <QScopedPointer>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

namespace snug::ui {

// A light core function on the thread pool: scanning, reading a header, writing a small file. `done` gets the
// answer on the thread that made the task, later, once and last; it may destroy the task. Destroying a
// running task asks the work to stop and drops its answer; the work itself must own all that it uses.
template <class T> class BackgroundTask final {
public:
    using Work = std::function<T(const std::stop_token &)>;
    using Done = std::function<void(const T &)>;

    BackgroundTask(Work work, Done done) : m_done(std::move(done))
    {
        // Shared by the pool's runnable, which fulfils it, and std::function's rule that a callable can be
        // copied.
        auto promise = std::make_shared<QPromise<T>>();
        QObject::connect(m_watcher.get(), &QFutureWatcherBase::finished, m_watcher.get(),
                         [this] { deliver(); });
        m_watcher->setFuture(promise->future());
        promise->start();
        QThreadPool::globalInstance()->start(
            [promise, work = std::move(work), token = m_stop.get_token()]() mutable {
                promise->addResult(work(token));
                promise->finish();
            });
    }

    ~BackgroundTask()
    {
        m_stop.request_stop();
        m_watcher->disconnect();
    }
    Q_DISABLE_COPY_MOVE(BackgroundTask)

    // The answer still comes, as soon as the work noticed.
    void cancel() { m_stop.request_stop(); }

    // Blocks until the work has ended; for a program that is closing.
    void wait() { m_watcher->waitForFinished(); }

private:
    void deliver()
    {
        const QFuture<T> future = m_watcher->future();
        const Done done = std::move(m_done);
        done(future.resultAt(0));
    }

    std::stop_source m_stop;
    Done m_done;
    // Deleted later, because `done` may destroy the task from inside the watcher's signal.
    std::unique_ptr<QFutureWatcher<T>, QScopedPointerDeleteLater> m_watcher{new QFutureWatcher<T>};
};

} // namespace snug::ui
