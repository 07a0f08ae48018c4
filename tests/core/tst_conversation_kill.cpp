// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/conversation_file.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <random>

using namespace snug;
using namespace snug::chat;
using namespace Qt::StringLiterals;

namespace {

constexpr int kKills = 6;
constexpr qint64 kAutosaveMs = 1000;

struct Told {
    int number = 0;
    qint64 ms = 0;
};

// Whole lines only: the last one may have been cut by the kill.
std::vector<Told> toldBy(const QByteArray &output)
{
    std::vector<Told> told;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray &line : lines.first(lines.size() - 1)) {
        const QList<QByteArray> words = line.split(' ');
        told.push_back({words.at(0).toInt(), words.at(1).toLongLong()});
    }
    return told;
}

int lastNumber(const std::string &text)
{
    return QByteArray::fromStdString(text).trimmed().split(' ').last().toInt();
}

} // namespace

// The process dies while an answer is being written.
class TestConversationKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void atMostTheLastSecondIsLost();
};

void TestConversationKill::atMostTheLastSecondIsLost()
{
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> moment(100, 2500);
    test::ConversationFile file;
    for (int kill = 0; kill < kKills; ++kill) {
        QProcess program;
        program.start(QCoreApplication::applicationDirPath() + u"/stream-program"_s,
                      {QString::fromStdString(toUtf8(file.path()))});
        QVERIFY(program.waitForReadyRead());
        QTest::qSleep(moment(random));
        program.kill();
        QVERIFY(program.waitForFinished());
        const auto told = toldBy(program.readAllStandardOutput());
        QVERIFY2(!told.empty(), program.readAllStandardError().constData());

        const auto store = file.open();
        QVERIFY(store && !store->problem());
        const Conversation talk = store->load(store->list().value().front().id).value();
        QCOMPARE(talk.messages.size(), std::size_t{2});
        QCOMPARE(talk.messages[1].state, MessageState::Interrupted);
        const int kept = lastNumber(talk.messages[1].text);
        for (const Told &each : told)
            QVERIFY2(each.number <= kept || each.ms > told.back().ms - kAutosaveMs,
                     "more than a second is lost");
        QVERIFY(std::stoi(store->draft(talk.info.id).value()) >= told.back().number);
        const SQLite::Database raw(toUtf8(file.path()));
        SQLite::Statement check(raw, "PRAGMA integrity_check");
        QVERIFY(check.executeStep());
        QCOMPARE(check.getColumn(0).getString(), std::string("ok"));
        qInfo("kill %d: %d told, %d kept", kill + 1, told.back().number, kept);
    }
}

QTEST_GUILESS_MAIN(TestConversationKill)
#include "tst_conversation_kill.moc"
