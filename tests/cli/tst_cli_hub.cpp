// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/cli_process.h"
#include "tests/support/fake_hub.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QStorageInfo>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace snug::test;

namespace {

constexpr std::int64_t kModelBytes = 3'000'000;
const std::string kCommit(40, 'c');
const std::string kToken = "hf_" + std::string(36, 't');

FakeRepository tiny()
{
    FakeRepository repository{"acme/tiny-7B-GGUF", kCommit};
    repository.files = {smallFile("README.md", "# Tiny\n"),
                        lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(kModelBytes, 7, "GGUF")),
                        lfsFile("tiny-Q8_0-00001-of-00002.gguf", FileBody::virtualBytes(500'000, 1, "GGUF")),
                        lfsFile("tiny-Q8_0-00002-of-00002.gguf", FileBody::virtualBytes(400'000, 2, "GGUF"))};
    repository.details = {{"downloads", 10}, {"tags", {"gguf"}}, {"gguf", {{"total", 7'000'000'000}}}};
    return repository;
}

QString cli()
{
    return program(u"snug-cli"_s);
}

Ended run(QStringList arguments)
{
    arguments.append(u"--json"_s);
    return runProgram(cli(), arguments);
}

QByteArray sha256Of(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result().toHex() : QByteArray();
}

} // namespace

// `search`, `files` and `pull` as processes against a Hub on loopback.
class CliHubTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void searchTellsWhatThereIs();
    void filesTellsLevels();
    void pullFetchesALevelOnce();
    void pullFetchesAShardedCheckpointOnce();
    void pullTellsWhatItCannotChoose();
    void aStopKeepsWhatCameAndTheNextPullGoesOn();
    void discardThrowsAwayWhatIsUnfinished();
    void twoAtOnceFetchOnce();
    void withoutTheHubTheCacheIsUsed();
    void theCacheDoesNotGuess();
    void aHiccupIsNotTheEndOfTheNetwork();
    void aServerInTroubleIsAskedAgain_data();
    void aServerInTroubleIsAskedAgain();
    void whatIsHereGetsItsBranchBack();
    void onlyWhatWasReadIsCalledVerified();
    void anEarlierVersionIsThrownAway();
    void wrongBytesNeverReachTheCache();
    void aDiskTooSmallIsToldBeforeTheFirstByte();
    void theWholeQueueNeedsRoom();
    void aClosedDoorIsExplained();
    void theTokenGoesNowhereElse();

private:
    [[nodiscard]] QString hubFolder() const { return m_home->filePath(u"huggingface/hub"_s); }
    [[nodiscard]] QString downloads() const { return m_home->filePath(u"data/downloads"_s); }
    [[nodiscard]] QStringList unfinished() const;

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeHub> m_hub;
};

void CliHubTest::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    isolateIn(m_home->path());
    m_hub = std::make_unique<FakeHub>();
    m_hub->addRepository(tiny());
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(m_hub->endpoint()));
}

void CliHubTest::cleanup()
{
    qunsetenv("HF_ENDPOINT");
}

QStringList CliHubTest::unfinished() const
{
    return QDir(downloads()).entryList({u"*.part"_s, u"*.whole"_s, u"*.json"_s}, QDir::Files);
}

void CliHubTest::searchTellsWhatThereIs()
{
    const Ended ended = run({u"search"_s, u"gguf"_s, u"TINY"_s});
    QCOMPARE(ended.exitCode, 0);
    const QJsonArray models = ended.last()["models"_L1].toArray();
    QCOMPARE(models.size(), 1);
    QCOMPARE(models[0]["id"_L1].toString(), u"acme/tiny-7B-GGUF"_s);
    QCOMPARE(models[0]["parameters"_L1].toDouble(), 7e9);
    QVERIFY(run({u"search"_s, u"nothing like it"_s}).last()["models"_L1].toArray().isEmpty());
}

void CliHubTest::filesTellsLevels()
{
    const QJsonObject told = run({u"files"_s, u"acme/tiny-7B-GGUF"_s, u"--card"_s}).last();
    QCOMPARE(told["commit"_L1].toString().toStdString(), kCommit);
    QCOMPARE(told["card"_L1].toString(), u"# Tiny\n"_s);
    const QJsonArray levels = told["levels"_L1].toArray();
    QCOMPARE(levels.size(), 2);
    QCOMPARE(levels[0]["label"_L1].toString(), u"Q8_0"_s); // the smaller
    QCOMPARE(levels[0]["files"_L1].toArray().size(), 2);
    QCOMPARE(levels[1]["bytes"_L1].toDouble(), double(kModelBytes));
}

void CliHubTest::pullFetchesALevelOnce()
{
    const Ended first = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(first.exitCode == 0, first.out.constData());
    const QJsonObject file = first.last()["files"_L1].toArray().at(0).toObject();
    const QString path = file["path"_L1].toString();
    const QString repository = hubFolder() + u"/models--acme--tiny-7B-GGUF"_s;
    QCOMPARE(path, QDir(repository).canonicalPath() +
                       u"/snapshots/%1/tiny-Q4_K_M.gguf"_s.arg(QString::fromStdString(kCommit)));
    QCOMPARE(sha256Of(path), file["sha256"_L1].toString().toLatin1());
    QVERIFY(QFileInfo(path).isSymLink());
    QVERIFY(QFile::exists(repository + u"/blobs/"_s + file["sha256"_L1].toString()));
    QFile ref(repository + u"/refs/main"_s);
    QVERIFY(ref.open(QIODevice::ReadOnly));
    QCOMPARE(ref.readAll().toStdString(), kCommit);
    QCOMPARE(first.last()["bytes_transferred"_L1].toDouble(), double(kModelBytes));

    const QJsonObject listed = run({u"list"_s}).last()["models"_L1].toArray().at(0).toObject();
    QCOMPARE(listed["path"_L1].toString(), path);
    QVERIFY(listed["verified_at"_L1].isString());

    m_hub->clearLog();
    const Ended second = run({u"pull"_s, u"acme/tiny-7B-GGUF:q4_k_m"_s});
    QCOMPARE(second.exitCode, 0);
    QCOMPARE(second.last()["files"_L1].toArray().at(0)["path"_L1].toString(), path);
    QCOMPARE(second.last()["bytes_transferred"_L1].toDouble(), 0.0);
    QCOMPARE(m_hub->bodyBytes(Origin::Cdn), 0);
    QCOMPARE(unfinished(), QStringList());
}

void CliHubTest::pullFetchesAShardedCheckpointOnce()
{
    const QString folder = dataFile(u"fixtures/dev/llama3"_s);
    if (folder.isEmpty())
        QSKIP("the sharded checkpoint of the fixtures is not here");
    for (FakeRepository &repository : repositoriesIn(folder.toStdString()))
        m_hub->addRepository(std::move(repository));
    const QString id = u"snug/model-sharded"_s;
    const Ended first = run({u"pull"_s, id});
    QVERIFY2(first.exitCode == 0, first.out.constData());
    int shards = 0;
    for (const auto &file : first.last()["files"_L1].toArray()) {
        const QString path = file["path"_L1].toString();
        const QString name = QFileInfo(path).fileName();
        shards += name.endsWith(u".safetensors"_s) ? 1 : 0;
        QCOMPARE(sha256Of(path), sha256Of(folder + u"/model-sharded/"_s + name));
    }
    QCOMPARE(shards, 4);
    const QString beside = QFileInfo(first.last()["files"_L1].toArray().at(0)["path"_L1].toString()).path();
    for (const char *name : {"config.json", "model.safetensors.index.json", "tokenizer.json"})
        QVERIFY2(QFile::exists(beside + u'/' + QLatin1String(name)), name);

    m_hub->clearLog();
    const Ended second = run({u"pull"_s, id});
    QCOMPARE(second.last()["bytes_transferred"_L1].toDouble(), 0.0);
    QVERIFY(m_hub->requests(Origin::Hub, "/resolve/").empty());
    QCOMPARE(m_hub->bodyBytes(Origin::Cdn), 0);
}

void CliHubTest::pullTellsWhatItCannotChoose()
{
    const Ended level = run({u"pull"_s, u"acme/tiny-7B-GGUF:Q2_K"_s});
    QCOMPARE(level.last()["kind"_L1].toString(), u"not_found"_s);
    QVERIFY(level.last()["hint"_L1].toString().contains(u"Q4_K_M"_s));
    const Ended repository = run({u"pull"_s, u"acme/none"_s});
    QVERIFY(repository.exitCode != 0);
    const Ended hostile = run({u"pull"_s, u"../../etc:Q4_K_M"_s});
    QCOMPARE(hostile.last()["kind"_L1].toString(), u"invalid_argument"_s);
    QVERIFY(!QDir(hubFolder()).exists());
}

void CliHubTest::aStopKeepsWhatCameAndTheNextPullGoesOn()
{
    m_hub->setBytesPerSecond(300'000);
    {
        Running running(cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s, u"--connections"_s, u"1"_s});
        for (;;) {
            const QJsonObject told = running.waitForEvent(u"progress"_s);
            QVERIFY(!told.isEmpty());
            if (told["stage"_L1].toString() == u"downloading"_s && told["done"_L1].toDouble() > 800'000)
                break;
        }
        running.signal(SIGTERM);
        const Ended ended = running.waitForEnd(5000);
        QCOMPARE(ended.last()["kind"_L1].toString(), u"cancelled"_s);
    }
    QVERIFY(!unfinished().isEmpty());
    m_hub->setBytesPerSecond(0);
    const Ended ended = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QCOMPARE(ended.exitCode, 0);
    const double again = ended.last()["bytes_transferred"_L1].toDouble();
    QVERIFY2(again <= kModelBytes - 2 * (256 << 10), qPrintable(QString::number(again)));
    QCOMPARE(unfinished(), QStringList());
}

void CliHubTest::discardThrowsAwayWhatIsUnfinished()
{
    m_hub->setBytesPerSecond(300'000);
    {
        Running running(cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s});
        QVERIFY(!running.waitForEvent(u"progress"_s).isEmpty());
        QTRY_VERIFY(!QDir(downloads()).entryList({u"*.part"_s}).isEmpty());
    }                                        // killed
    m_hub->setListening(Origin::Hub, false); // it is not needed for this
    // However it is written.
    const QString page = QString::fromStdString(m_hub->endpoint()) + u"/acme/tiny-7B-GGUF/tree/main"_s;
    const Ended ended = run({u"pull"_s, u"--discard"_s, page});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY(ended.last()["discarded"_L1].toBool());
    QCOMPARE(ended.last()["freed_bytes"_L1].toDouble(), double(kModelBytes));
    QCOMPARE(unfinished(), QStringList());
    const Ended again = run({u"pull"_s, u"--discard"_s, page});
    QCOMPARE(again.exitCode, 0);
    QVERIFY(!again.last()["discarded"_L1].toBool());
}

void CliHubTest::twoAtOnceFetchOnce()
{
    m_hub->setBytesPerSecond(400'000);
    Running first(cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s});
    Running second(cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s});
    const Ended one = first.waitForEnd(30'000);
    const Ended two = second.waitForEnd(30'000);
    QCOMPARE(one.exitCode, 0);
    QCOMPARE(two.exitCode, 0);
    QCOMPARE(one.last()["bytes_transferred"_L1].toDouble() + two.last()["bytes_transferred"_L1].toDouble(),
             double(kModelBytes));
}

void CliHubTest::withoutTheHubTheCacheIsUsed()
{
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    m_hub->setListening(Origin::Hub, false);
    const Ended away = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(away.exitCode == 0, away.out.constData());
    QVERIFY(away.out.contains("What is here already is used."));
    QVERIFY(away.last()["offline"_L1].toBool());

    m_hub->setListening(Origin::Hub, true);
    m_hub->clearLog();
    qputenv("HF_HUB_OFFLINE", "1");
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    const Ended other = run({u"pull"_s, u"acme/tiny-7B-GGUF:Q8_0"_s});
    QCOMPARE(other.last()["kind"_L1].toString(), u"network"_s);
    QVERIFY(m_hub->requests().empty());
}

// Of Q8_0 it has all, and the Hub would give Q4_K_M to who names no level.
void CliHubTest::theCacheDoesNotGuess()
{
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF:Q8_0"_s}).exitCode, 0);
    qputenv("HF_HUB_OFFLINE", "1");
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).last()["kind"_L1].toString(), u"network"_s);
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF:q8_0"_s}).exitCode, 0);
}

void CliHubTest::aHiccupIsNotTheEndOfTheNetwork()
{
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    Snapshot newer{std::string(40, 'd'),
                   {lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(kModelBytes, 8, "GGUF"))}};
    QVERIFY(m_hub->push("acme/tiny-7B-GGUF", "main", std::move(newer)));
    m_hub->addFault(resetAfter(-1).on(Origin::Hub).requests(1));
    const Ended ended = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QCOMPARE(ended.last()["commit"_L1].toString(), QString(40, u'd'));
    QVERIFY(ended.out.contains("waiting for network"));
}

void CliHubTest::aServerInTroubleIsAskedAgain_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<QByteArray>("stage");
    QTest::newRow("503") << 503 << QByteArray() << QByteArray("waiting for server");
    QTest::newRow("408") << 408 << QByteArray() << QByteArray("waiting for server");
    QTest::newRow("429") << 429 << QByteArray("1") << QByteArray("waiting for rate limit");
    QTest::newRow("429, at once") << 429 << QByteArray("0") << QByteArray("waiting for rate limit");
}

void CliHubTest::aServerInTroubleIsAskedAgain()
{
    QFETCH(int, status);
    QFETCH(QByteArray, retryAfter);
    QFETCH(QByteArray, stage);
    Headers headers;
    if (!retryAfter.isEmpty())
        headers = {{"Retry-After", retryAfter.toStdString()}};
    const auto fault = m_hub->addFault(answerWith(status, headers).on(Origin::Hub).requests(1));
    QElapsedTimer timer;
    timer.start();
    const Ended ended = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY(timer.elapsed() >= 1000);
    QVERIFY(ended.out.contains(stage));
    QCOMPARE(m_hub->hits(fault), 1);
}

void CliHubTest::whatIsHereGetsItsBranchBack()
{
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    const QString ref = hubFolder() + u"/models--acme--tiny-7B-GGUF/refs/main"_s;
    QVERIFY(QFile::remove(ref));
    QCOMPARE(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}).exitCode, 0);
    QFile file(ref);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().toStdString(), kCommit);
}

void CliHubTest::onlyWhatWasReadIsCalledVerified()
{
    const auto verified = [](const Ended &ended) {
        return ended.last()["files"_L1].toArray().at(0)["verified"_L1].toBool();
    };
    QVERIFY(verified(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s})));
    QVERIFY(verified(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s}))); // remembered
    QVERIFY(QDir(m_home->filePath(u"data"_s)).removeRecursively());
    QVERIFY(!verified(run({u"pull"_s, u"acme/tiny-7B-GGUF"_s})));
    const Ended told = runProgram(cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(told.out.contains("not verified"), told.out.constData());
}

void CliHubTest::anEarlierVersionIsThrownAway()
{
    m_hub->setBytesPerSecond(300'000);
    {
        Running running(cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s});
        QVERIFY(!running.waitForEvent(u"progress"_s).isEmpty());
        QTRY_VERIFY(!QDir(downloads()).entryList({u"*.part"_s}).isEmpty());
    } // killed
    m_hub->setBytesPerSecond(0);
    Snapshot newer{std::string(40, 'd'),
                   {lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(kModelBytes, 8, "GGUF"))}};
    QVERIFY(m_hub->push("acme/tiny-7B-GGUF", "main", std::move(newer)));
    const Ended ended = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY2(ended.out.contains("of the earlier version were thrown away"), ended.out.constData());
    QCOMPARE(unfinished(), QStringList());
}

void CliHubTest::wrongBytesNeverReachTheCache()
{
    FakeRepository repository = tiny();
    repository.files = {lfsFile(
        "tiny-Q4_K_M.gguf", FileBody::virtualBytes(kModelBytes, 7, "GGUF").withSha256(std::string(64, 'a')))};
    m_hub->addRepository(std::move(repository));
    const Ended ended = run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QCOMPARE(ended.last()["kind"_L1].toString(), u"checksum"_s);
    QVERIFY(ended.last()["message"_L1].toString().contains(QString(64, u'a')));
    for (const char *folder : {"snapshots", "blobs", "refs"})
        QCOMPARE(QDir(hubFolder() + u"/models--acme--tiny-7B-GGUF/"_s + QLatin1String(folder))
                     .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList());
    QVERIFY(QDir(downloads()).entryList({u"*.part"_s, u"*.whole"_s}).isEmpty());
}

void CliHubTest::aDiskTooSmallIsToldBeforeTheFirstByte()
{
    FakeRepository huge = tiny();
    huge.id = "acme/huge-GGUF";
    const auto part = [](int number) {
        const std::string hash(64, number == 1 ? 'b' : 'd');
        return lfsFile("huge-F16-0000" + std::to_string(number) + "-of-00002.gguf",
                       FileBody::virtualBytes(1'900'000'000'000, 1).withSha256(hash));
    };
    huge.files = {part(1), part(2)};
    m_hub->addRepository(std::move(huge));
    const Ended ended = run({u"pull"_s, u"acme/huge-GGUF:F16"_s});
    QCOMPARE(ended.last()["kind"_L1].toString(), u"no_space"_s);
    QCOMPARE(m_hub->bodyBytes(Origin::Cdn), 0);
    QCOMPARE(unfinished(), QStringList());
}

// Two downloads, each of which has room alone.
void CliHubTest::theWholeQueueNeedsRoom()
{
    const std::int64_t most = QStorageInfo(m_home->path()).bytesAvailable() / 5 * 3;
    for (const char digit : {'1', '2'}) {
        FakeRepository big = tiny();
        big.id = std::string("acme/big-") + digit;
        big.files = {
            lfsFile("big-Q4_K_M.gguf", FileBody::virtualBytes(most, 1).withSha256(std::string(64, digit)))};
        m_hub->addRepository(std::move(big));
    }
    const Ended first = run({u"pull"_s, u"--check"_s, u"acme/big-1"_s});
    QVERIFY2(first.exitCode == 0, first.out.constData());
    QCOMPARE(first.last()["bytes"_L1].toDouble(), double(most));
    const QStringList second{u"pull"_s, u"--check"_s, u"acme/big-2"_s};
    QCOMPARE(run(second).exitCode, 0);
    QCOMPARE(run({u"pull"_s, u"--discard"_s, u"acme/big-2"_s}).exitCode, 0);
    const Ended both = run(second + QStringList{u"--beside"_s, u"acme/big-1@main"_s});
    QCOMPARE(both.last()["kind"_L1].toString(), u"no_space"_s);
    QVERIFY(both.last()["message"_L1].toString().contains(u"together"_s));
    // The same file twice needs room once.
    QCOMPARE(run({u"pull"_s, u"--check"_s, u"acme/big-1"_s, u"--beside"_s, u"acme/big-1"_s}).exitCode, 0);
    QCOMPARE(m_hub->bodyBytes(Origin::Cdn), 0);
}

void CliHubTest::aClosedDoorIsExplained()
{
    FakeRepository gated = tiny();
    gated.id = "acme/gated-GGUF";
    gated.gate = FakeRepository::Gate::Manual;
    m_hub->addRepository(std::move(gated));
    const Ended ended = run({u"pull"_s, u"acme/gated-GGUF"_s});
    QCOMPARE(ended.last()["kind"_L1].toString(), u"auth"_s);
    QVERIFY(!ended.last()["hint"_L1].toString().isEmpty());
}

void CliHubTest::theTokenGoesNowhereElse()
{
    FakeRepository gated = tiny();
    gated.id = "acme/gated-GGUF";
    gated.gate = FakeRepository::Gate::Manual;
    gated.readers = {"me"};
    m_hub->addRepository(std::move(gated));
    m_hub->addUser(kToken, {"me"});
    qputenv("HF_TOKEN", QByteArray::fromStdString(kToken));
    const QByteArray secret = QByteArray::fromStdString(kToken).mid(3);
    QByteArray said;
    for (const QStringList &arguments : {QStringList{u"search"_s},
                                         {u"files"_s, u"acme/gated-GGUF"_s},
                                         {u"pull"_s, u"acme/none"_s},
                                         {u"list"_s}}) {
        const Ended ended = run(arguments);
        said += ended.out + ended.err;
    }
    m_hub->setBytesPerSecond(300'000);
    {
        Running running(cli(), {u"pull"_s, u"acme/gated-GGUF"_s, u"--json"_s});
        QTRY_VERIFY(!QDir(downloads()).entryList({u"*.part"_s}).isEmpty());
        running.signal(SIGABRT); // a crash, with what it leaves
        const Ended ended = running.waitForEnd(5000);
        said += ended.out + ended.err;
    }
    m_hub->setBytesPerSecond(0);
    const Ended pulled = run({u"pull"_s, u"acme/gated-GGUF"_s});
    QVERIFY2(pulled.exitCode == 0, pulled.out.constData());
    said += pulled.out + pulled.err;
    QVERIFY(!said.contains(secret));
    QDirIterator files(m_home->path(), QDir::Files | QDir::Hidden | QDir::NoSymLinks,
                       QDirIterator::Subdirectories);
    int looked = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(secret), qPrintable(file.fileName()));
        ++looked;
    }
    QVERIFY(looked > 0);
    for (const LoggedRequest &logged : m_hub->requests(Origin::Cdn))
        for (const auto &[name, value] : logged.request.headers)
            QVERIFY2(value.find(kToken) == std::string::npos, name.c_str());
}

QTEST_GUILESS_MAIN(CliHubTest)
#include "tst_cli_hub.moc"
