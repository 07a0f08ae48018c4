// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/event_writer.h"
#include "app/cli/terminal_text.h"
#include "core/base/events.h"
#include "tests/cli/cli_process.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_data.h"

#include <QElapsedTimer>
#include <QTest>

#include <csignal>
#include <cstdio>

using namespace snug;
using namespace snug::cli;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::Ended;
using test::Input;
using test::Running;

namespace {

const QString kJson = u"--json"_qs;

QString frameProgram()
{
    return QString::fromUtf8(qgetenv("SNUG_FRAME_PROGRAM"));
}

Ended misbehave(const QString &how, const QStringList &more = {kJson})
{
    return test::runProgram(frameProgram(), QStringList{u"misbehave"_qs, how} + more);
}

// What a writer with a clock that stands still says to two files.
class Written {
public:
    explicit Written(EventWriter::Style style)
        : m_out(std::tmpfile()), m_err(std::tmpfile()), m_writer(style, m_out, m_err, m_clock.steady())
    {
    }
    ~Written()
    {
        std::fclose(m_out);
        std::fclose(m_err);
    }
    Written(const Written &) = delete;
    Written &operator=(const Written &) = delete;

    EventWriter &writer() { return m_writer; }
    test::ManualClock &clock() { return m_clock; }
    [[nodiscard]] QByteArray out() const { return content(m_out); }
    [[nodiscard]] QByteArray err() const { return content(m_err); }

private:
    static QByteArray content(std::FILE *file)
    {
        std::rewind(file);
        QByteArray bytes(1 << 20, '\0');
        bytes.resize(static_cast<qsizetype>(
            std::fread(bytes.data(), 1, static_cast<std::size_t>(bytes.size()), file)));
        return bytes;
    }

    test::ManualClock m_clock;
    std::FILE *m_out;
    std::FILE *m_err;
    EventWriter m_writer;
};

} // namespace

class TestCliFrame : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void progressIsTenASecondAndTheLastOneComes()
    {
        Written written({true, false, false});
        for (int i = 1; i <= 1000; ++i) {
            written.writer().progress({"loading", i, 2000, Unit::Items});
            written.clock().advance(1ms);
        }
        written.writer().result({{"x", 1}});
        const auto lines = written.out().trimmed().split('\n');
        QCOMPARE(lines.size(), 10 + 1 + 1); // the last value and the result
        QVERIFY(lines[10].contains("\"done\":1000"));
        QVERIFY(lines[11].contains("\"event\":\"result\""));
    }

    void theEndOfAStageIsNotSwallowed()
    {
        Written written({true, false, false});
        for (int i = 0; i < 100; ++i)
            written.writer().progress({"loading", std::min(i, 3), 3, Unit::Items});
        written.writer().progress({"next", 0, -1, Unit::Items});
        const auto lines = written.out().trimmed().split('\n');
        QVERIFY2(lines.size() <= 4, written.out().constData());
        QVERIFY(lines[1].contains("\"done\":3"));
        QVERIFY(lines.last().contains("\"next\""));
    }

    void rateAndTimeLeftAreMeasured()
    {
        Written written({true, false, false});
        for (int i = 0; i <= 20; ++i) {
            written.writer().progress({"loading", i * 100, 4000, Unit::Bytes});
            written.clock().advance(100ms);
        }
        const auto last = written.out().trimmed().split('\n').last();
        QVERIFY2(last.contains("\"rate\":1000.0") && last.contains("\"eta_s\":2.0"), last.constData());
    }

    void aFileGetsNoMovingLine()
    {
        Written file({false, false, false});
        file.writer().progress({"loading", 1, 2, Unit::Items});
        file.writer().error({ErrorKind::Io, "It broke.", {}, "Mend it."});
        QCOMPARE(file.err(), QByteArray("snug-cli: It broke.\nMend it.\n"));
        QVERIFY(file.out().isEmpty());
        Written terminal({false, true, true});
        terminal.writer().progress({"loading", 1, 2, Unit::Items});
        QVERIFY(terminal.err().startsWith("\r\x1b[2Kloading  1 of 2"));
        terminal.writer().error({ErrorKind::Io, "It broke.", {}, {}});
        QVERIFY(terminal.err().endsWith("\r\x1b[2K\x1b[31msnug-cli:\x1b[0m It broke.\n"));
    }

    void controlCharactersNeverReachATerminal()
    {
        QCOMPARE(terminalText("\x1b]0;title\x07 a\tb\nc\r\x7f"),
                 std::string("\u241b]0;title\u2407 a\tb\nc\u2421"));
        QCOMPARE(terminalText("\xC2\x9B"
                              "31m"),
                 std::string("\uFFFD31m"));
        QCOMPARE(terminalLine("a\nb\tc"), std::string("a b c"));
        TerminalText stream;
        std::string out;
        for (const char c : std::string("\u00e4\x1b[2J\u20ac"))
            out += stream.feed({&c, 1});
        QCOMPARE(out + stream.finish(), std::string("\u00e4\u241b[2J\u20ac"));
    }

    void exceptionsBecomeErrors()
    {
        const Ended memory = misbehave(u"no-memory"_qs);
        QCOMPARE(memory.exitCode, 1);
        QCOMPARE(memory.last().value(u"kind"_qs).toString(), u"out_of_memory"_qs);
        const Ended surprise = misbehave(u"throw"_qs);
        QCOMPARE(surprise.exitCode, 1);
        QCOMPARE(surprise.last().value(u"kind"_qs).toString(), u"internal"_qs);
    }

    void noLineIsLongerThanTheLimit()
    {
        for (const QString &how : {u"huge"_qs, u"huge-error"_qs}) {
            const Ended ended = misbehave(how);
            QCOMPARE(ended.exitCode, 1);
            QCOMPARE(ended.last().value(u"event"_qs).toString(), u"error"_qs);
            for (const QByteArray &line : ended.out.split('\n'))
                QVERIFY(line.size() <= static_cast<qsizetype>(events::kMaxLineBytes));
        }
    }

    void aFloodOfProgressIsThrottled()
    {
        const Ended ended = misbehave(u"flood"_qs);
        QCOMPARE(ended.exitCode, 0);
        const auto all = ended.events();
        QVERIFY2(all.size() >= 3 && all.size() <= 9, qPrintable(QString::number(all.size())));
        QCOMPARE(all[all.size() - 2].value(u"done"_qs), all.last().value(u"done"_qs));
    }

    void logsAreEventsOrHarmlessText()
    {
        const Ended json = misbehave(u"log"_qs);
        QCOMPARE(json.events().first().value(u"level"_qs).toString(), u"warning"_qs);
        const Ended text = misbehave(u"log"_qs, {});
        QCOMPARE(text.out, QByteArray("log\n"));
        QVERIFY(text.err.startsWith("warning: "));
        QVERIFY(!text.err.contains('\x1b'));
    }

    void aVerbThatIgnoresItsParentEndsByForce()
    {
        Running program(frameProgram(), {u"misbehave"_qs, u"ignore-stop"_qs, kJson});
        QVERIFY(!program.waitForEvent(u"log"_qs).isEmpty());
        QElapsedTimer timer;
        timer.start();
        program.closeInput();
        const Ended ended = program.waitForEnd(10'000);
        QCOMPARE(ended.exitCode, 130);
        QVERIFY2(timer.elapsed() >= 2900 && timer.elapsed() < 6000,
                 qPrintable(QString::number(timer.elapsed())));
    }

    void theSecondSignalEndsAtOnce()
    {
        for (const int number : {SIGINT, SIGTERM}) {
            Running program(frameProgram(), {u"misbehave"_qs, u"ignore-stop"_qs, kJson});
            QVERIFY(!program.waitForEvent(u"log"_qs).isEmpty());
            program.signal(number);
            QCOMPARE(program.waitForEnd(200).exitCode, -1); // the first one asks
            program.signal(number);
            QCOMPARE(program.waitForEnd(3000).exitCode, 130);
        }
    }

    void aFullDiskBehindStdoutIsAFailure()
    {
        if (!QFile::exists(u"/dev/full"_qs))
            QSKIP("this system has no /dev/full");
        for (const QStringList &more : {QStringList{kJson}, QStringList{}}) {
            QProcess process;
            process.setStandardOutputFile(u"/dev/full"_qs);
            process.start(frameProgram(), QStringList{u"misbehave"_qs, u"nothing"_qs} + more);
            QVERIFY(process.waitForFinished());
            QCOMPARE(process.exitCode(), 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestCliFrame)
#include "tst_cli_frame.moc"
