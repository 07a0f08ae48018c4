// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/worker/background_task.h"

#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>

using snug::ui::BackgroundTask;

class BackgroundTaskTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void worksElsewhereAndAnswersHere();
    void mayBeDestroyedByItsAnswer();
    void destroyingStopsTheWorkAndDropsTheAnswer();
    void cancellingStillAnswers();
};

void BackgroundTaskTest::worksElsewhereAndAnswersHere()
{
    QThread *const here = QThread::currentThread();
    bool elsewhere = false;
    bool answeredHere = false;
    BackgroundTask<int> task(
        [&elsewhere, here](const std::stop_token &) {
            elsewhere = QThread::currentThread() != here;
            return 42;
        },
        [&answeredHere, here](int answer) {
            answeredHere = answer == 42 && QThread::currentThread() == here;
        });
    QTRY_VERIFY(answeredHere);
    QVERIFY(elsewhere);
}

void BackgroundTaskTest::mayBeDestroyedByItsAnswer()
{
    std::unique_ptr<BackgroundTask<int>> task;
    bool answered = false;
    task = std::make_unique<BackgroundTask<int>>([](const std::stop_token &) { return 1; },
                                                 [&](int) {
                                                     task.reset();
                                                     answered = true;
                                                 });
    QTRY_VERIFY(answered);
}

void BackgroundTaskTest::destroyingStopsTheWorkAndDropsTheAnswer()
{
    // Owned by the work and by the test, whichever ends last.
    auto stopped = std::make_shared<std::atomic<bool>>(false);
    bool answered = false;
    {
        const BackgroundTask<int> task(
            [stopped](const std::stop_token &stop) {
                while (!stop.stop_requested())
                    QThread::yieldCurrentThread();
                *stopped = true;
                return 1;
            },
            [&answered](int) { answered = true; });
    }
    QTRY_VERIFY(*stopped);
    QCoreApplication::processEvents();
    QVERIFY(!answered);
}

void BackgroundTaskTest::cancellingStillAnswers()
{
    bool sawStop = false;
    BackgroundTask<bool> task(
        [](const std::stop_token &stop) {
            while (!stop.stop_requested())
                QThread::yieldCurrentThread();
            return true;
        },
        [&sawStop](bool stopped) { sawStop = stopped; });
    task.cancel();
    QTRY_VERIFY(sawStop);
}

QTEST_GUILESS_MAIN(BackgroundTaskTest)
#include "tst_background_task.moc"
