// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/chat/conversation_store.h"
#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <random>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr int kKills = 30;
// The last second, and what a busy machine takes to come to the timer.
constexpr qint64 kMostLostMs = 1200;
constexpr int kPatienceMs = 60'000;

struct Shown {
    qsizetype length = 0;
    qint64 ms = 0;
};

// What the program wrote. A last line that the kill cut is left out.
struct Told {
    std::vector<Shown> shown; // of the last answer
    QStringList kept;         // of those whose engine died: "1234 interrupted"
};

Told toldBy(const QByteArray &output)
{
    Told told;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray &line : lines.first(lines.size() - 1)) {
        const QList<QByteArray> words = line.split(' ');
        if (words.at(0) == "shown") {
            told.shown.push_back({words.at(1).toLongLong(), words.at(2).toLongLong()});
        } else if (words.at(0) == "kept") {
            told.kept.append(QString::fromUtf8(line.mid(5)));
            told.shown.clear(); // another answer begins
        }
    }
    return told;
}

} // namespace

// The window is killed in the middle of an answer, its engine too, at any moment.
class TestWindowKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::isolateIn(m_home.path()); }
    void atMostTheLastSecondIsLost();

private:
    // Starts the program, kills it at a random moment, and returns what it had shown.
    void sitting(int number, Told &told);
    void checkFile(const Told &told) const;

    QTemporaryDir m_home;
    std::mt19937 m_random{std::random_device()()};
};

void TestWindowKill::sitting(int number, Told &told)
{
    std::uniform_int_distribution<int> moment(1, 2000);
    QStringList arguments{m_home.path(), test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s)};
    const bool engineToo = number % 2 == 1;
    if (engineToo)
        arguments << QString::number(moment(m_random));
    QProcess program;
    program.start(QCoreApplication::applicationDirPath() + u"/talk-program"_s, arguments);
    QByteArray output;
    const QByteArray awaited = engineToo ? "kept " : "shown ";
    QElapsedTimer patience;
    patience.start();
    while (!output.contains(awaited) && patience.elapsed() < kPatienceMs &&
           program.state() != QProcess::NotRunning) {
        program.waitForReadyRead(50);
        output += program.readAllStandardOutput();
    }
    QVERIFY2(output.contains(awaited), program.readAllStandardError().constData());
    QTest::qSleep(moment(m_random));
    program.kill();
    QVERIFY(program.waitForFinished());
    told = toldBy(output + program.readAllStandardOutput());
    QCOMPARE(told.kept.size(), engineToo ? 1 : 0);
}

void TestWindowKill::checkFile(const Told &told) const
{
    const std::filesystem::path path = defaultPaths().data / "conversations.sqlite";
    {
        const SQLite::Database raw(toUtf8(path));
        SQLite::Statement check(raw, "PRAGMA integrity_check");
        QVERIFY(check.executeStep());
        QCOMPARE(check.getColumn(0).getString(), std::string("ok"));
    }
    const auto store = chat::ConversationStore::open(path);
    QVERIFY(store && !(*store)->problem());
    const auto list = (*store)->list().value();
    QVERIFY(!list.empty());
    std::size_t place = 0;
    if (!told.shown.empty()) {
        const chat::Conversation talk = (*store)->load(list.at(place++).id).value();
        QCOMPARE(talk.messages.size(), std::size_t{2});
        // Or it had just filled the context.
        QVERIFY(talk.messages[1].state == chat::MessageState::Interrupted ||
                talk.messages[1].finishReason == "length");
        const auto kept = static_cast<qsizetype>(talk.messages[1].text.size());
        for (const Shown &each : told.shown)
            QVERIFY2(each.length <= kept || each.ms > told.shown.back().ms - kMostLostMs,
                     qPrintable(u"%1 of %2 are kept"_s.arg(kept).arg(told.shown.back().length)));
    }
    if (told.kept.isEmpty())
        return;
    // The answer whose engine died was whole at once. The one after it may not have begun.
    const QStringList said = told.kept.constFirst().split(u' ');
    bool found = false;
    bool full = false;
    for (; place < std::min(list.size(), std::size_t{2}) && !found; ++place) {
        const chat::Conversation talk = (*store)->load(list.at(place).id).value();
        found = talk.messages.size() == 2 &&
                static_cast<qsizetype>(talk.messages[1].text.size()) == said.at(0).toLongLong();
        full = found && talk.messages[1].finishReason == "length";
    }
    QVERIFY2(found, qPrintable(told.kept.constFirst()));
    // It may not have begun, or have filled the context before its engine died.
    QCOMPARE(said.at(1), full ? u"done"_s : said.at(0) == u"0" ? u"failed"_s : u"interrupted"_s);
}

void TestWindowKill::atMostTheLastSecondIsLost()
{
    for (int kill = 0; kill < kKills; ++kill) {
        Told told;
        sitting(kill, told);
        if (QTest::currentTestFailed())
            return;
        checkFile(told);
        QVERIFY2(!QTest::currentTestFailed(), qPrintable(u"at kill %1"_s.arg(kill + 1)));
    }
}

QTEST_GUILESS_MAIN(TestWindowKill)
#include "tst_window_kill.moc"
