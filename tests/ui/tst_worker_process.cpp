// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "ui/account/hub_environment.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/worker_process.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using snug::ErrorKind;
using snug::test::fakeWorker;
using snug::ui::Outcome;
using snug::ui::WorkerCommand;
using snug::ui::WorkerProcess;
using snug::ui::WorkerProgress;
using State = WorkerProcess::State;

namespace {

constexpr std::chrono::milliseconds kShortPatience{200};

// A child with all that it told.
struct Run {
    explicit Run(const QString &scenario, std::chrono::milliseconds patience = kShortPatience)
        : process(std::make_unique<WorkerProcess>(
              WorkerCommand{fakeWorker(), {u"verb"_s}, {{u"SNUG_FAKE"_s, scenario}}, patience}))
    {
        QObject::connect(process.get(), &WorkerProcess::progressed, process.get(),
                         [this](const WorkerProgress &progress) { progresses.append(progress); });
        QObject::connect(process.get(), &WorkerProcess::finished, process.get(),
                         [this](const Outcome &outcome) { outcomes.append(outcome); });
    }

    [[nodiscard]] bool ends(int milliseconds = 10'000) const
    {
        return QTest::qWaitFor([this] { return !outcomes.isEmpty(); }, milliseconds);
    }

    std::unique_ptr<WorkerProcess> process;
    QList<WorkerProgress> progresses;
    QList<Outcome> outcomes;
};

bool isAlive(qint64 processId)
{
#if defined(Q_OS_UNIX)
    return processId > 0 && kill(static_cast<pid_t>(processId), 0) == 0;
#else
    Q_UNUSED(processId);
    return false;
#endif
}

} // namespace

class WorkerProcessTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesTheResultAfterTheLastProgress();
    void givesTheChildsOwnError();
    void readsAResultWithoutALineEnd();
    void explainsEveryBadEnding_data();
    void explainsEveryBadEnding();
    void keepsTheLastLinesOfTheLog();
    void survivesAFlood();
    void endsByClosedInput();
    void terminatesAChildThatIgnoresItsInput();
    void killsADeafChild();
    void cancellingBeforeTheStartEndsOnceAndLater();
    void aMissingProgramIsAnErrorAndNotACrash();
    void destroyingKillsTheChild();
    void passesSecretsByEnvironmentOnly();
    void onlyAChildForTheHubInheritsItsToken();
    void neverFinishesInsideStart();
};

void WorkerProcessTest::givesTheResultAfterTheLastProgress()
{
    Run run(u"result"_s);
    run.process->start();
    QVERIFY(run.ends());
    QCOMPARE(run.outcomes.size(), 1);
    QVERIFY(run.outcomes.constFirst().has_value());
    QCOMPARE((*run.outcomes.constFirst())["answer"_L1].toInt(), 42);
    QVERIFY(!run.progresses.isEmpty());
    QCOMPARE(run.progresses.constLast().done, 10);
    QCOMPARE(run.progresses.constLast().stage, u"loading"_s);
    QVERIFY(run.process->state() == State::Finished);
}

void WorkerProcessTest::givesTheChildsOwnError()
{
    Run run(u"error"_s);
    run.process->start();
    QVERIFY(run.ends());
    const Outcome &outcome = run.outcomes.constFirst();
    QVERIFY(!outcome.has_value());
    QVERIFY(outcome.error().kind == ErrorKind::Corrupt);
    QCOMPARE(outcome.error().message, std::string("The file is damaged."));
    QCOMPARE(outcome.error().hint, std::string("Download it again."));
    QCOMPARE(snug::ui::detailText(outcome.error(), "offset"), u"17"_s);
}

void WorkerProcessTest::readsAResultWithoutALineEnd()
{
    Run run(u"unended"_s);
    run.process->start();
    QVERIFY(run.ends());
    QVERIFY(run.outcomes.constFirst().has_value());
}

void WorkerProcessTest::explainsEveryBadEnding_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *scenario, ErrorKind kind, const char *words) {
        QTest::newRow(scenario) << QString::fromLatin1(scenario) << static_cast<int>(kind)
                                << QString::fromLatin1(words);
    };
    row("silent", ErrorKind::Protocol, "without an answer");
    row("garbage", ErrorKind::Protocol, "no event");
    row("long", ErrorKind::Protocol, "without an end");
    row("exit", ErrorKind::WorkerCrashed, "code 3");
    row("abort", ErrorKind::WorkerCrashed, "GGML_ASSERT(n > 0) failed");
    row("memory", ErrorKind::OutOfMemory, "out of memory");
#if defined(Q_OS_UNIX)
    row("kill", ErrorKind::WorkerCrashed, "killed (signal 9)");
    row("partial", ErrorKind::WorkerCrashed, "SIGABRT");
#endif
}

void WorkerProcessTest::explainsEveryBadEnding()
{
    QFETCH(QString, scenario);
    QFETCH(int, kind);
    QFETCH(QString, words);
    Run run(scenario);
    run.process->start();
    QVERIFY(run.ends());
    QVERIFY(!run.outcomes.constFirst().has_value());
    const snug::Error &error = run.outcomes.constFirst().error();
    QCOMPARE(static_cast<int>(error.kind), kind);
    QVERIFY2(QString::fromStdString(error.message).contains(words), error.message.c_str());
}

void WorkerProcessTest::keepsTheLastLinesOfTheLog()
{
    Run run(u"exit"_s);
    run.process->start();
    QVERIFY(run.ends());
    const QString log = snug::ui::detailText(run.outcomes.constFirst().error(), "log");
    QVERIFY(log.endsWith(u"line 1999 of a log that nobody reads to the end"));
    QVERIFY(log.size() <= 8 * 1024);
    QVERIFY(log.size() > 7 * 1024);
}

void WorkerProcessTest::survivesAFlood()
{
    Run run(u"flood"_s);
    run.process->start();
    QVERIFY(run.ends(30'000));
    QVERIFY(run.outcomes.constFirst().has_value());
    QCOMPARE(run.progresses.constLast().done, 200'000);
    // Coalesced: nowhere near one signal an event.
    QVERIFY(run.progresses.size() < 5'000);
}

void WorkerProcessTest::endsByClosedInput()
{
    Run run(u"hang"_s, std::chrono::minutes(1));
    run.process->start();
    QVERIFY(QTest::qWaitFor([&] { return !run.progresses.isEmpty(); }));
    run.process->cancel();
    QVERIFY(run.process->state() == State::Stopping);
    QVERIFY(run.ends());
    QVERIFY(run.outcomes.constFirst().error().kind == ErrorKind::Cancelled);
}

void WorkerProcessTest::terminatesAChildThatIgnoresItsInput()
{
    Run run(u"stubborn"_s);
    run.process->start();
    QVERIFY(QTest::qWaitFor([&] { return !run.progresses.isEmpty(); }));
    QElapsedTimer clock;
    clock.start();
    run.process->cancel();
    QVERIFY(run.ends());
    QVERIFY(run.outcomes.constFirst().error().kind == ErrorKind::Cancelled);
    QVERIFY(clock.elapsed() >= kShortPatience.count());
}

void WorkerProcessTest::killsADeafChild()
{
#if !defined(Q_OS_UNIX)
    QSKIP("A program on Windows cannot refuse to be terminated.");
#endif
    Run run(u"deaf"_s);
    run.process->start();
    QVERIFY(QTest::qWaitFor([&] { return !run.progresses.isEmpty(); }));
    const qint64 child = run.process->processId();
    QElapsedTimer clock;
    clock.start();
    run.process->cancel();
    QVERIFY(run.ends());
    QVERIFY(clock.elapsed() >= 2 * kShortPatience.count());
    QVERIFY(!isAlive(child));
    QCOMPARE(run.outcomes.size(), 1);
}

void WorkerProcessTest::cancellingBeforeTheStartEndsOnceAndLater()
{
    Run run(u"result"_s);
    run.process->cancel();
    QVERIFY(run.outcomes.isEmpty());
    QVERIFY(run.ends());
    run.process->start();
    QTest::qWait(50);
    QCOMPARE(run.outcomes.size(), 1);
    QVERIFY(run.outcomes.constFirst().error().kind == ErrorKind::Cancelled);
}

void WorkerProcessTest::aMissingProgramIsAnErrorAndNotACrash()
{
    WorkerProcess process(WorkerCommand{u"/nonexistent/snug-cli"_s, {}, {}});
    QSignalSpy finished(&process, &WorkerProcess::finished);
    process.start();
    QVERIFY(finished.isEmpty());
    QVERIFY(finished.wait());
    const auto outcome = finished.constFirst().constFirst().value<Outcome>();
    QVERIFY(outcome.error().kind == ErrorKind::NotFound);
    QVERIFY(!outcome.error().hint.empty());
}

void WorkerProcessTest::destroyingKillsTheChild()
{
#if !defined(Q_OS_UNIX)
    QSKIP("Asks the system by a POSIX call.");
#endif
    Run run(u"deaf"_s);
    run.process->start();
    QVERIFY(QTest::qWaitFor([&] { return !run.progresses.isEmpty(); }));
    const qint64 child = run.process->processId();
    QVERIFY(isAlive(child));
    run.process.reset();
    QVERIFY(!isAlive(child));
    QVERIFY(run.outcomes.isEmpty());
}

void WorkerProcessTest::passesSecretsByEnvironmentOnly()
{
    WorkerProcess process(WorkerCommand{fakeWorker(),
                                        {u"serve"_s, u"a b.gguf"_s},
                                        {{u"SNUG_FAKE"_s, u"echo"_s}, {u"SNUG_API_KEY"_s, u"secret"_s}}});
    QSignalSpy finished(&process, &WorkerProcess::finished);
    process.start();
    QVERIFY(finished.wait());
    const auto outcome = finished.constFirst().constFirst().value<Outcome>();
    QVERIFY(outcome.has_value());
    QCOMPARE((*outcome)["key"_L1].toString(), u"secret"_s);
    QCOMPARE((*outcome)["arguments"_L1].toArray(), (QJsonArray{u"serve"_s, u"a b.gguf"_s}));
}

void WorkerProcessTest::onlyAChildForTheHubInheritsItsToken()
{
    qputenv("HF_TOKEN", "a");
    qputenv("HUGGING_FACE_HUB_TOKEN", "b");
    qputenv("HF_TOKEN_PATH", "c");
    const auto told = [](WorkerCommand command) {
        command.environment.insert(u"SNUG_FAKE"_s, u"echo"_s);
        WorkerProcess process(std::move(command));
        QSignalSpy finished(&process, &WorkerProcess::finished);
        process.start();
        if (!finished.wait())
            return u"nothing"_s;
        const auto outcome = finished.constFirst().constFirst().value<Outcome>();
        return outcome ? (*outcome)["hub"_L1].toString() : u"nothing"_s;
    };
    const QStringList verb{u"serve"_s};
    const QString others = told({fakeWorker(), verb, {}});
    const QString given = told({fakeWorker(), verb, {{u"HF_TOKEN"_s, u"d"_s}}});
    const QString inherited = told(snug::ui::hubCommand(fakeWorker(), verb, {}));
    const QString replaced = told(snug::ui::hubCommand(fakeWorker(), verb, [] {
        return QMap<QString, QString>{{u"HF_TOKEN"_s, u"d"_s}};
    }));
    for (const char *name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH"})
        qunsetenv(name);
    QCOMPARE(others, QString());
    QCOMPARE(given, u"d"_s);
    QCOMPARE(inherited, u"abc"_s);
    QCOMPARE(replaced, u"dbc"_s);
}

void WorkerProcessTest::neverFinishesInsideStart()
{
    Run run(u"silent"_s);
    run.process->start();
    QVERIFY(run.outcomes.isEmpty());
    run.process->start(); // a second start changes nothing
    QVERIFY(run.ends());
    QTest::qWait(50);
    QCOMPARE(run.outcomes.size(), 1);
}

QTEST_GUILESS_MAIN(WorkerProcessTest)
#include "tst_worker_process.moc"
