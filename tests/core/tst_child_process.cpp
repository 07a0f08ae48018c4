// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/child_process.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace snug;

// With the system's shell as the child.
class TestChildProcess : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
#if defined(Q_OS_WIN)
        QSKIP("The children of this test are shell scripts.");
#endif
    }

    void whatItSaysIsKept()
    {
        const auto child = runChild(shell("printf out; printf err >&2; exit 7"));
        QVERIFY(child);
        QCOMPARE(child->output, std::string("out"));
        QCOMPARE(child->errors, std::string("err"));
        QCOMPARE(child->exitCode, 7);
        QCOMPARE(child->signal, 0);
        QVERIFY(!child->timedOut);
    }

    void theSignalThatEndedItIsNamed()
    {
        const auto child = runChild(shell("kill -ABRT $$"));
        QVERIFY(child);
        QCOMPARE(signalName(child->signal), std::string("SIGABRT"));
        QCOMPARE(child->exitCode, -1);
    }

    void aHangingChildIsKilledInTime()
    {
        ChildRequest request = shell("printf before; exec sleep 60");
        request.timeout = std::chrono::milliseconds(300);
        QElapsedTimer timer;
        timer.start();
        const auto child = runChild(request);
        QVERIFY(child);
        QVERIFY(child->timedOut);
        QCOMPARE(child->output, std::string("before"));
        // poll() counts whole milliseconds.
        QVERIFY(timer.elapsed() >= 299 && timer.elapsed() < 10000);
    }

    void aChildThatClosedItsPipesIsWaitedFor()
    {
        ChildRequest request = shell("exec >&- 2>&-; exec sleep 60");
        request.timeout = std::chrono::milliseconds(300);
        const auto child = runChild(request);
        QVERIFY(child);
        QVERIFY(child->timedOut);
    }

    void tooMuchOutputIsCutAndTheEndOfErrorsKept()
    {
        ChildRequest request = shell("i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); done; "
                                     "i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done");
        request.outputLimit = 100;
        request.errorTail = 50;
        const auto child = runChild(request);
        QVERIFY(child);
        QCOMPARE(child->output.size(), std::size_t{100});
        QVERIFY(child->outputCut);
        QCOMPARE(child->errors.size(), std::size_t{50});
        QVERIFY(child->errors.ends_with("line 1999\n"));
    }

    void itsInputStaysOpen()
    {
        ChildRequest request = shell("read line; printf ended");
        request.timeout = std::chrono::milliseconds(300);
        const auto child = runChild(request);
        QVERIFY(child);
        QVERIFY2(child->timedOut, "an end of input would have ended it");
        QVERIFY(child->output.empty());
    }

    void environmentIsAdded()
    {
        qputenv("SNUG_TEST_KEPT", "kept");
        qputenv("SNUG_TEST_CHANGED", "old");
        ChildRequest request = shell("printf %s \"$SNUG_TEST_KEPT $SNUG_TEST_CHANGED\"");
        request.environment = {{"SNUG_TEST_CHANGED", "new"}};
        const auto child = runChild(request);
        QVERIFY(child);
        QCOMPARE(child->output, std::string("kept new"));
    }

    void aStopKillsIt()
    {
        std::stop_source stop;
        std::jthread later([&] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        const auto child = runChild(shell("exec sleep 60"), stop.get_token());
        QVERIFY(!child);
        QCOMPARE(child.error().kind, ErrorKind::Cancelled);
        QVERIFY(timer.elapsed() < 5000);
    }

    void aProgramThatIsNotThereIsAnError()
    {
        ChildRequest request;
        request.program = "/no/such/program";
        const auto child = runChild(request);
        QVERIFY(!child);
        QCOMPARE(child.error().kind, ErrorKind::NotFound);
    }

private:
    static ChildRequest shell(std::string script)
    {
        ChildRequest request;
        request.program = "/bin/sh";
        request.arguments = {"-c", std::move(script)};
        return request;
    }
};

QTEST_GUILESS_MAIN(TestChildProcess)
#include "tst_child_process.moc"
