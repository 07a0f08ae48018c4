// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/pull_fixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStorageInfo>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace snug::test;

// What `pull` does about Hubs that are away, caches that others write, and disks that are too small.
class CliPullTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<PullFixture>(); }
    void cleanup() { m_fixture.reset(); }
    void withoutTheHubTheCacheIsUsed();
    void theCacheDoesNotGuess();
    void aHiccupIsNotTheEndOfTheNetwork();
    void aServerInTroubleIsAskedAgain_data();
    void aServerInTroubleIsAskedAgain();
    void whatIsHereGetsItsBranchBack();
    void onlyWhatWasReadIsCalledVerified();
    void anEarlierVersionIsThrownAway();
    void theRecordTellsWhatIsStillToCome();
    void whatAnotherProgramFinishedIsNotKept();
    void whatTwoDownloadsNeedIsKept();
    void aDiskTooSmallIsToldBeforeTheFirstByte();
    void theWholeQueueNeedsRoom();

private:
    std::unique_ptr<PullFixture> m_fixture;
};

void CliPullTest::withoutTheHubTheCacheIsUsed()
{
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    m_fixture->hub.setListening(Origin::Hub, false);
    const Ended away = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(away.exitCode == 0, away.out.constData());
    QVERIFY(away.out.contains("What is here already is used."));
    QVERIFY(away.last()["offline"_L1].toBool());

    m_fixture->hub.setListening(Origin::Hub, true);
    m_fixture->hub.clearLog();
    qputenv("HF_HUB_OFFLINE", "1");
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    const Ended other = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF:Q8_0"_s});
    QCOMPARE(other.last()["kind"_L1].toString(), u"network"_s);
    QVERIFY(m_fixture->hub.requests().empty());
}

// Of Q8_0 it has all, and the Hub would give Q4_K_M to who names no level.
void CliPullTest::theCacheDoesNotGuess()
{
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF:Q8_0"_s}).exitCode, 0);
    qputenv("HF_HUB_OFFLINE", "1");
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).last()["kind"_L1].toString(),
             u"network"_s);
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF:q8_0"_s}).exitCode, 0);
}

void CliPullTest::aHiccupIsNotTheEndOfTheNetwork()
{
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    Snapshot newer{
        std::string(40, 'd'),
        {lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(PullFixture::kModelBytes, 8, "GGUF"))}};
    QVERIFY(m_fixture->hub.push("acme/tiny-7B-GGUF", "main", std::move(newer)));
    m_fixture->hub.addFault(resetAfter(-1).on(Origin::Hub).requests(1));
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QCOMPARE(ended.last()["commit"_L1].toString(), QString(40, u'd'));
    QVERIFY(ended.out.contains("waiting for network"));
}

void CliPullTest::aServerInTroubleIsAskedAgain_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<QByteArray>("stage");
    QTest::newRow("503") << 503 << QByteArray() << QByteArray("waiting for server");
    QTest::newRow("408") << 408 << QByteArray() << QByteArray("waiting for server");
    QTest::newRow("429") << 429 << QByteArray("1") << QByteArray("waiting for rate limit");
    QTest::newRow("429, at once") << 429 << QByteArray("0") << QByteArray("waiting for rate limit");
}

void CliPullTest::aServerInTroubleIsAskedAgain()
{
    QFETCH(int, status);
    QFETCH(QByteArray, retryAfter);
    QFETCH(QByteArray, stage);
    Headers headers;
    if (!retryAfter.isEmpty())
        headers = {{"Retry-After", retryAfter.toStdString()}};
    const auto fault = m_fixture->hub.addFault(answerWith(status, headers).on(Origin::Hub).requests(1));
    QElapsedTimer timer;
    timer.start();
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY(timer.elapsed() >= 1000);
    QVERIFY(ended.out.contains(stage));
    QCOMPARE(m_fixture->hub.hits(fault), 1);
}

void CliPullTest::whatIsHereGetsItsBranchBack()
{
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    const QString ref = m_fixture->hubFolder() + u"/models--acme--tiny-7B-GGUF/refs/main"_s;
    QVERIFY(QFile::remove(ref));
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    QFile file(ref);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().toStdString(), PullFixture::kCommit);
}

void CliPullTest::onlyWhatWasReadIsCalledVerified()
{
    const auto verified = [](const Ended &ended) {
        return ended.last()["files"_L1].toArray().at(0)["verified"_L1].toBool();
    };
    QVERIFY(verified(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s})));
    QVERIFY(verified(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}))); // remembered
    QVERIFY(QDir(m_fixture->path(u"data"_s)).removeRecursively());
    QVERIFY(!verified(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s})));
    const Ended told = runProgram(PullFixture::cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(told.out.contains("not verified"), told.out.constData());
}

void CliPullTest::anEarlierVersionIsThrownAway()
{
    QVERIFY(m_fixture->breakOff({u"acme/tiny-7B-GGUF"_s}));
    Snapshot newer{
        std::string(40, 'd'),
        {lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(PullFixture::kModelBytes, 8, "GGUF"))}};
    QVERIFY(m_fixture->hub.push("acme/tiny-7B-GGUF", "main", std::move(newer)));
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY2(ended.out.contains("not needed any more and were thrown away"), ended.out.constData());
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

// Else the others in a queue would leave room for it once more.
void CliPullTest::theRecordTellsWhatIsStillToCome()
{
    m_fixture->hub.setBytesPerSecond(200'000);
    Running running(PullFixture::cli(),
                    {u"pull"_s, u"acme/tiny-7B-GGUF:Q8_0"_s, u"--json"_s, u"--connections"_s, u"1"_s});
    const auto told = [this] {
        const QDir folder(m_fixture->downloads());
        const QStringList records = folder.entryList({u"*.pull.json"_s});
        QFile file(records.isEmpty() ? QString() : folder.filePath(records.first()));
        const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        return QJsonDocument::fromJson(text)["parts"_L1].toArray();
    };
    QTRY_COMPARE(told().size(), 2);
    QTRY_COMPARE_WITH_TIMEOUT(told().size(), 1, 20'000);
    QCOMPARE(told().at(0)["bytes"_L1].toDouble(), 400'000.0);
    QCOMPARE(running.waitForEnd(20'000).exitCode, 0);
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

void CliPullTest::whatAnotherProgramFinishedIsNotKept()
{
    QVERIFY(m_fixture->breakOff({u"acme/tiny-7B-GGUF"_s}));
    const QByteArray home = qgetenv("SNUG_HOME");
    qputenv("SNUG_HOME", m_fixture->path(u"another"_s).toUtf8());
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    qputenv("SNUG_HOME", home);
    QVERIFY(!m_fixture->unfinished().isEmpty());
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QCOMPARE(ended.exitCode, 0);
    QCOMPARE(ended.last()["bytes_transferred"_L1].toDouble(), 0.0);
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

void CliPullTest::whatTwoDownloadsNeedIsKept()
{
    QVERIFY(m_fixture->breakOff({u"acme/tiny-7B-GGUF"_s}));
    const QString exact = u"acme/tiny-7B-GGUF@%1"_s.arg(QString::fromStdString(PullFixture::kCommit));
    QCOMPARE(PullFixture::run({u"pull"_s, u"--check"_s, exact}).exitCode, 0);
    Snapshot newer{
        std::string(40, 'd'),
        {lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(PullFixture::kModelBytes, 8, "GGUF"))}};
    QVERIFY(m_fixture->hub.push("acme/tiny-7B-GGUF", "main", std::move(newer)));
    QCOMPARE(PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    QCOMPARE(QDir(m_fixture->downloads()).entryList({u"*.part"_s}).size(), 1);
    QCOMPARE(PullFixture::run({u"pull"_s, u"--discard"_s, exact}).last()["freed_bytes"_L1].toDouble(),
             double(PullFixture::kModelBytes));
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

void CliPullTest::aDiskTooSmallIsToldBeforeTheFirstByte()
{
    m_fixture->addBig("acme/huge", QStorageInfo(m_fixture->path({})).bytesAvailable() + 1'000'000'000, 'b');
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/huge:F16"_s});
    QCOMPARE(ended.last()["kind"_L1].toString(), u"no_space"_s);
    QCOMPARE(m_fixture->hub.bodyBytes(Origin::Cdn), 0);
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

// Two downloads, each of which has room alone.
void CliPullTest::theWholeQueueNeedsRoom()
{
    const std::int64_t most = QStorageInfo(m_fixture->path({})).bytesAvailable() / 5 * 3;
    if (most < 1'000'000'000)
        QSKIP("Snug keeps 256 MiB free: with less than 1.7 GB on the disk no download has room alone");
    m_fixture->addBig("acme/big-1", most, '1');
    m_fixture->addBig("acme/big-2", most, '2');
    const Ended first = PullFixture::run({u"pull"_s, u"--check"_s, u"acme/big-1:F16"_s});
    QVERIFY2(first.exitCode == 0, first.out.constData());
    QCOMPARE(first.last()["bytes"_L1].toDouble(), double(most));
    const QStringList second{u"pull"_s, u"--check"_s, u"acme/big-2:F16"_s};
    QCOMPARE(PullFixture::run(second).exitCode, 0);
    QCOMPARE(PullFixture::run({u"pull"_s, u"--discard"_s, u"acme/big-2:F16"_s}).exitCode, 0);
    const Ended both = PullFixture::run(second + QStringList{u"--beside"_s, u"acme/big-1@main:F16"_s});
    QCOMPARE(both.last()["kind"_L1].toString(), u"no_space"_s);
    QVERIFY(both.last()["message"_L1].toString().contains(u"together"_s));
    // The same files twice need room once.
    QCOMPARE(
        PullFixture::run({u"pull"_s, u"--check"_s, u"acme/big-1:F16"_s, u"--beside"_s, u"acme/big-1:F16"_s})
            .exitCode,
        0);
    QCOMPARE(m_fixture->hub.bodyBytes(Origin::Cdn), 0);
}

QTEST_GUILESS_MAIN(CliPullTest)
#include "tst_cli_pull.moc"
