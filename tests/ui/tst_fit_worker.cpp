// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/fake_child.h"
#include "ui/worker/fit_worker.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using snug::Error;
using snug::ErrorKind;
using snug::test::ChildLog;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::FitWorker;
using snug::ui::WorkerCommand;
using Subject = FitWorker::Subject;

namespace {

// A conversation with all that was told in it.
struct Talk {
    explicit Talk(const QByteArray &manner) : scenario("fit", "follow:" + manner)
    {
        worker = std::make_unique<FitWorker>([this] {
            ++starts;
            return WorkerCommand{fakeWorker(), {u"fit"_s, u"--follow"_s, u"--json"_s, u"--"_s, u"m"_s}, {}};
        });
        QObject::connect(worker.get(), &FitWorker::becameReady, worker.get(), [this] { ++readies; });
        QObject::connect(worker.get(), &FitWorker::said, worker.get(),
                         [this](Subject subject, const QJsonObject &event) {
                             said.append({subject, event});
                         });
        QObject::connect(worker.get(), &FitWorker::restarted, worker.get(),
                         [this](const Error &reason) { restarts.append(reason); });
        QObject::connect(worker.get(), &FitWorker::ended, worker.get(),
                         [this](const Error &reason) { endings.append(reason); });
    }

    [[nodiscard]] int count(const QString &name, Subject subject = Subject::Main) const
    {
        return static_cast<int>(std::count_if(said.begin(), said.end(), [&](const auto &entry) {
            return entry.first == subject && entry.second["event"_L1].toString() == name;
        }));
    }

    FakeChild scenario;
    std::unique_ptr<FitWorker> worker;
    int starts = 0;
    int readies = 0;
    QList<std::pair<Subject, QJsonObject>> said;
    QList<Error> restarts;
    QList<Error> endings;
};

QJsonObject question(int context)
{
    return {{u"context"_s, context}, {u"levels"_s, QJsonArray{u"Q4_K_M"_s, u"Q8_0"_s}}};
}

} // namespace

class TestFitWorker final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_log = std::make_unique<ChildLog>(); }
    void cleanup() { m_log.reset(); }

    // A question before the child is ready is kept; the rough answer comes before the exact ones.
    void asksWhenReadyAndHearsRoughThenExact()
    {
        Talk talk("usual");
        talk.worker->start();
        talk.worker->ask(Subject::Main, question(8192));
        QTRY_COMPARE(talk.count(u"answered"_s), 1);
        QCOMPARE(talk.readies, 1);
        QCOMPARE(talk.said.constFirst().second["event"_L1].toString(), u"fit"_s);
        QCOMPARE(talk.count(u"level"_s), 2);
        QCOMPARE(talk.count(u"suggestions"_s), 1);
        QCOMPARE(m_log->asked().size(), 1);
    }

    // A slider sends a hundred questions; the child sees the first and the last ones, and only the last is
    // heard to the end.
    void theNewestQuestionWins()
    {
        Talk talk("slow");
        talk.worker->start();
        QTRY_COMPARE(talk.readies, 1);
        for (int step = 1; step <= 100; ++step)
            talk.worker->ask(Subject::Main, question(step * 256));
        QTRY_COMPARE(talk.count(u"answered"_s), 1);
        QVERIFY2(m_log->asked().size() <= 3, qPrintable(m_log->text()));
        QCOMPARE(m_log->asked().constLast()["context"_L1].toInt(), 25600);
        for (const auto &[subject, event] : talk.said)
            QCOMPARE(event["id"_L1].toInt(), 100);
    }

    void theOtherMachineIsAskedFirst()
    {
        Talk talk("usual");
        QJsonObject other = question(8192);
        other["machine"_L1] = u"RTX 4090"_s;
        talk.worker->ask(Subject::Main, question(8192));
        talk.worker->ask(Subject::OtherMachine, other);
        talk.worker->start();
        QTRY_COMPARE(talk.count(u"answered"_s), 1);
        QCOMPARE(talk.count(u"fit"_s, Subject::OtherMachine), 1);
        QCOMPARE(talk.said.constFirst().first, Subject::OtherMachine);
        talk.worker->forget(Subject::OtherMachine);
        talk.worker->ask(Subject::Main, question(4096));
        QTRY_COMPARE(talk.count(u"answered"_s), 2);
        QCOMPARE(m_log->asked().size(), 3);
    }

    // Neither subject waits for the other's answer, nor is lost by its newer questions.
    void bothSubjectsAreAskedAtOnce()
    {
        Talk talk("slow");
        talk.worker->start();
        QTRY_COMPARE(talk.readies, 1);
        QJsonObject other = question(8192);
        other["machine"_L1] = u"RTX 4090"_s;
        talk.worker->ask(Subject::Main, question(8192));
        talk.worker->ask(Subject::OtherMachine, other);
        talk.worker->ask(Subject::Main, question(4096));
        QTRY_COMPARE(talk.count(u"answered"_s), 1);
        QTRY_COMPARE(talk.count(u"answered"_s, Subject::OtherMachine), 1);
        const auto asked = m_log->asked();
        QCOMPARE(asked.at(0)["asker"_L1].toString(), u"main"_s);
        QCOMPARE(asked.at(1)["asker"_L1].toString(), u"other machine"_s);
        QCOMPARE(asked.at(2)["context"_L1].toInt(), 4096);
    }

    void startsAgainAfterADeathAndAsksAgain()
    {
        Talk talk("dies=" + m_log->filePath(u"died"_s).toUtf8());
        talk.worker->start();
        talk.worker->ask(Subject::Main, question(8192));
        QTRY_COMPARE(talk.count(u"answered"_s), 1);
        QCOMPARE(talk.starts, 2);
        QCOMPARE(talk.restarts.size(), 1);
        QVERIFY(talk.restarts.constFirst().kind == ErrorKind::WorkerCrashed);
        QVERIFY(talk.endings.isEmpty());
    }

    void givesUpAfterTheSecondDeath()
    {
        Talk talk("dies");
        talk.worker->start();
        talk.worker->ask(Subject::Main, question(8192));
        QTRY_COMPARE(talk.endings.size(), 1);
        QCOMPARE(talk.starts, 2);
        QVERIFY(talk.endings.constFirst().kind == ErrorKind::WorkerCrashed);
    }

    void anErrorOfItsOwnIsNotRepeated()
    {
        Talk talk("gone");
        talk.worker->start();
        QTRY_COMPARE(talk.endings.size(), 1);
        QCOMPARE(talk.starts, 1);
        QVERIFY(talk.endings.constFirst().kind == ErrorKind::NotFound);
    }

    void anEndingThatNobodyAskedForIsADeath()
    {
        Talk talk("usual");
        qputenv("SNUG_FAKE_FIT", "result");
        talk.worker->start();
        QTRY_COMPARE(talk.endings.size(), 1);
        QVERIFY(talk.endings.constFirst().kind == ErrorKind::Protocol);
    }

    void refusalsAndNonsenseDoNotEndIt()
    {
        Talk talk("usual");
        talk.worker->start();
        talk.worker->ask(Subject::Main, question(2'000'000));
        QTRY_COMPARE(talk.count(u"refused"_s), 1);
        talk.worker->ask(Subject::Main, question(2048));
        QTRY_COMPARE(talk.count(u"answered"_s), 1);
        QCOMPARE(talk.starts, 1);
    }

    // Whoever closes the page does not wait, and the child goes by itself.
    void leavesWithinAMomentWithoutBlocking()
    {
        Talk talk("usual");
        talk.worker->start();
        QTRY_COMPARE(talk.readies, 1);
        const auto process = static_cast<pid_t>(talk.worker->processId());
        QElapsedTimer clock;
        clock.start();
        talk.worker.reset();
        QVERIFY2(clock.elapsed() < 50, qPrintable(QString::number(clock.elapsed())));
        QTRY_VERIFY_WITH_TIMEOUT(kill(process, 0) != 0, 2000);
        QVERIFY2(m_log->text().contains(u"ended fit --follow"), qPrintable(m_log->text()));
    }

    // Also one that does not listen.
    void endsAChildThatDoesNotLeave()
    {
        Talk talk("usual");
        qputenv("SNUG_FAKE_FIT", "deaf");
        talk.worker->start();
        QTRY_VERIFY(talk.worker->processId() > 0);
        const auto process = static_cast<pid_t>(talk.worker->processId());
        talk.worker.reset();
        QTRY_VERIFY_WITH_TIMEOUT(kill(process, 0) != 0, 4000);
    }

private:
    std::unique_ptr<ChildLog> m_log;
};

QTEST_GUILESS_MAIN(TestFitWorker)
#include "tst_fit_worker.moc"
