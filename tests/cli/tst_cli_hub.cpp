// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/pull_fixture.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/test_data.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace snug::test;

namespace {

const std::string kToken = "hf_" + std::string(36, 't');

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
    void init() { m_fixture = std::make_unique<PullFixture>(); }
    void cleanup() { m_fixture.reset(); }
    void searchTellsWhatThereIs();
    void filesTellsLevels();
    void inspectReadsOnlyTheHeader();
    void pullFetchesALevelOnce();
    void pullFetchesAShardedCheckpointOnce();
    void pullTellsWhatItCannotChoose();
    void aStopKeepsWhatCameAndTheNextPullGoesOn();
    void discardThrowsAwayWhatIsUnfinished();
    void twoAtOnceFetchOnce();
    void wrongBytesNeverReachTheCache();
    void aClosedDoorIsExplained();
    void theTokenGoesNowhereElse();

private:
    std::unique_ptr<PullFixture> m_fixture;
};

void CliHubTest::searchTellsWhatThereIs()
{
    const Ended ended = PullFixture::run({u"search"_s, u"gguf"_s, u"TINY"_s});
    QCOMPARE(ended.exitCode, 0);
    const QJsonArray models = ended.last()["models"_L1].toArray();
    QCOMPARE(models.size(), 1);
    QCOMPARE(models[0]["id"_L1].toString(), u"acme/tiny-7B-GGUF"_s);
    QCOMPARE(models[0]["parameters"_L1].toDouble(), 7e9);
    QVERIFY(PullFixture::run({u"search"_s, u"nothing like it"_s}).last()["models"_L1].toArray().isEmpty());
}

void CliHubTest::filesTellsLevels()
{
    const QJsonObject told = PullFixture::run({u"files"_s, u"acme/tiny-7B-GGUF"_s, u"--card"_s}).last();
    QCOMPARE(told["commit"_L1].toString().toStdString(), PullFixture::kCommit);
    QCOMPARE(told["card"_L1].toString(), u"# Tiny\n"_s);
    const QJsonArray levels = told["levels"_L1].toArray();
    QCOMPARE(levels.size(), 2);
    QCOMPARE(levels[0]["label"_L1].toString(), u"Q8_0"_s); // the smaller
    QCOMPARE(levels[0]["files"_L1].toArray().size(), 2);
    QCOMPARE(levels[1]["bytes"_L1].toDouble(), double(PullFixture::kModelBytes));
}

void CliHubTest::inspectReadsOnlyTheHeader()
{
    const QString folder = dataFile(u"models"_s);
    if (folder.isEmpty())
        QSKIP("SNUG_TEST_DATA has no folder models, whose demo is inspected");
    for (FakeRepository &repository : repositoriesIn(folder.toStdString()))
        m_fixture->hub.addRepository(std::move(repository));
    const Ended there = PullFixture::run({u"inspect"_s, u"snug/starter:Q8_0"_s});
    QVERIFY2(there.exitCode == 0, there.out.constData());
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) <= (1 << 20) + 1);
    const Ended here = PullFixture::run({u"inspect"_s, folder + u"/starter/snug-starter-Q8_0.gguf"_s});
    // The template is rendered only where the whole file is.
    QVERIFY(there.last()[u"template"_s].isNull() && here.last()[u"template"_s].isObject());
    const auto besideTemplate = [](QJsonObject told) {
        told.remove(u"template"_s);
        return told;
    };
    QCOMPARE(besideTemplate(there.last()), besideTemplate(here.last()));
    QCOMPARE(there.last()["architecture"_L1].toString(), u"llama"_s);

    const Ended none = PullFixture::run({u"inspect"_s, u"snug/stories260k-hf:model.safetensors"_s});
    QCOMPARE(none.last()["kind"_L1].toString(), u"unsupported"_s);
    QCOMPARE(PullFixture::run({u"inspect"_s, u"no/such-file.gguf"_s}).last()["kind"_L1].toString(),
             u"not_found"_s);
}

void CliHubTest::pullFetchesALevelOnce()
{
    const Ended first = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QVERIFY2(first.exitCode == 0, first.out.constData());
    const QJsonObject file = first.last()["files"_L1].toArray().at(0).toObject();
    const QString path = file["path"_L1].toString();
    const QString repository = m_fixture->hubFolder() + u"/models--acme--tiny-7B-GGUF"_s;
    QCOMPARE(path, QDir(repository).canonicalPath() +
                       u"/snapshots/%1/tiny-Q4_K_M.gguf"_s.arg(QString::fromStdString(PullFixture::kCommit)));
    QCOMPARE(sha256Of(path), file["sha256"_L1].toString().toLatin1());
    QVERIFY(QFileInfo(path).isSymLink());
    QVERIFY(QFile::exists(repository + u"/blobs/"_s + file["sha256"_L1].toString()));
    QFile ref(repository + u"/refs/main"_s);
    QVERIFY(ref.open(QIODevice::ReadOnly));
    QCOMPARE(ref.readAll().toStdString(), PullFixture::kCommit);
    QCOMPARE(first.last()["bytes_transferred"_L1].toDouble(), double(PullFixture::kModelBytes));

    const QJsonObject listed = PullFixture::run({u"list"_s}).last()["models"_L1].toArray().at(0).toObject();
    QCOMPARE(listed["path"_L1].toString(), path);
    QVERIFY(listed["verified_at"_L1].isString());

    m_fixture->hub.clearLog();
    const Ended second = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF:q4_k_m"_s});
    QCOMPARE(second.exitCode, 0);
    QCOMPARE(second.last()["files"_L1].toArray().at(0)["path"_L1].toString(), path);
    QCOMPARE(second.last()["bytes_transferred"_L1].toDouble(), 0.0);
    QCOMPARE(m_fixture->hub.bodyBytes(Origin::Cdn), 0);
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

void CliHubTest::pullFetchesAShardedCheckpointOnce()
{
    const QString folder = dataFile(u"fixtures/dev/llama3"_s);
    if (folder.isEmpty())
        QSKIP("SNUG_TEST_DATA has no fixtures/dev/llama3, the only checkpoint in several parts");
    for (FakeRepository &repository : repositoriesIn(folder.toStdString()))
        m_fixture->hub.addRepository(std::move(repository));
    const QString id = u"snug/model-sharded"_s;
    const Ended first = PullFixture::run({u"pull"_s, id});
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

    m_fixture->hub.clearLog();
    const Ended second = PullFixture::run({u"pull"_s, id});
    QCOMPARE(second.last()["bytes_transferred"_L1].toDouble(), 0.0);
    QVERIFY(m_fixture->hub.requests(Origin::Hub, "/resolve/").empty());
    QCOMPARE(m_fixture->hub.bodyBytes(Origin::Cdn), 0);
}

void CliHubTest::pullTellsWhatItCannotChoose()
{
    const Ended level = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF:Q2_K"_s});
    QCOMPARE(level.last()["kind"_L1].toString(), u"not_found"_s);
    QVERIFY(level.last()["hint"_L1].toString().contains(u"Q4_K_M"_s));
    const Ended repository = PullFixture::run({u"pull"_s, u"acme/none"_s});
    QVERIFY(repository.exitCode != 0);
    const Ended hostile = PullFixture::run({u"pull"_s, u"../../etc:Q4_K_M"_s});
    QCOMPARE(hostile.last()["kind"_L1].toString(), u"invalid_argument"_s);
    QVERIFY(!QDir(m_fixture->hubFolder()).exists());
}

void CliHubTest::aStopKeepsWhatCameAndTheNextPullGoesOn()
{
    m_fixture->hub.setBytesPerSecond(300'000);
    {
        Running running(PullFixture::cli(),
                        {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s, u"--connections"_s, u"1"_s});
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
    QVERIFY(!m_fixture->unfinished().isEmpty());
    m_fixture->hub.setBytesPerSecond(0);
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QCOMPARE(ended.exitCode, 0);
    const double again = ended.last()["bytes_transferred"_L1].toDouble();
    QVERIFY2(again <= PullFixture::kModelBytes - 2 * (256 << 10), qPrintable(QString::number(again)));
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

void CliHubTest::discardThrowsAwayWhatIsUnfinished()
{
    QVERIFY(m_fixture->breakOff({u"acme/tiny-7B-GGUF"_s}));
    m_fixture->hub.setListening(Origin::Hub, false); // it is not needed for this
    // However it is written.
    const QString page =
        QString::fromStdString(m_fixture->hub.endpoint()) + u"/acme/tiny-7B-GGUF/tree/main"_s;
    const Ended ended = PullFixture::run({u"pull"_s, u"--discard"_s, page});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY(ended.last()["discarded"_L1].toBool());
    QCOMPARE(ended.last()["freed_bytes"_L1].toDouble(), double(PullFixture::kModelBytes));
    QCOMPARE(m_fixture->unfinished(), QStringList());
    const Ended again = PullFixture::run({u"pull"_s, u"--discard"_s, page});
    QCOMPARE(again.exitCode, 0);
    QVERIFY(!again.last()["discarded"_L1].toBool());
}

void CliHubTest::twoAtOnceFetchOnce()
{
    m_fixture->hub.setBytesPerSecond(400'000);
    Running first(PullFixture::cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s});
    Running second(PullFixture::cli(), {u"pull"_s, u"acme/tiny-7B-GGUF"_s, u"--json"_s});
    const Ended one = first.waitForEnd(30'000);
    const Ended two = second.waitForEnd(30'000);
    QCOMPARE(one.exitCode, 0);
    QCOMPARE(two.exitCode, 0);
    QCOMPARE(one.last()["bytes_transferred"_L1].toDouble() + two.last()["bytes_transferred"_L1].toDouble(),
             double(PullFixture::kModelBytes));
}

void CliHubTest::wrongBytesNeverReachTheCache()
{
    FakeRepository repository = PullFixture::tiny();
    repository.files = {lfsFile(
        "tiny-Q4_K_M.gguf",
        FileBody::virtualBytes(PullFixture::kModelBytes, 7, "GGUF").withSha256(std::string(64, 'a')))};
    m_fixture->hub.addRepository(std::move(repository));
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/tiny-7B-GGUF"_s});
    QCOMPARE(ended.last()["kind"_L1].toString(), u"checksum"_s);
    QVERIFY(ended.last()["message"_L1].toString().contains(QString(64, u'a')));
    for (const char *folder : {"snapshots", "blobs", "refs"})
        QCOMPARE(QDir(m_fixture->hubFolder() + u"/models--acme--tiny-7B-GGUF/"_s + QLatin1String(folder))
                     .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList());
    QVERIFY(QDir(m_fixture->downloads()).entryList({u"*.part"_s, u"*.whole"_s}).isEmpty());
}

void CliHubTest::aClosedDoorIsExplained()
{
    FakeRepository gated = PullFixture::tiny();
    gated.id = "acme/gated-GGUF";
    gated.gate = FakeRepository::Gate::Manual;
    m_fixture->hub.addRepository(std::move(gated));
    const Ended ended = PullFixture::run({u"pull"_s, u"acme/gated-GGUF"_s});
    QCOMPARE(ended.last()["kind"_L1].toString(), u"auth"_s);
    QVERIFY(!ended.last()["hint"_L1].toString().isEmpty());
}

void CliHubTest::theTokenGoesNowhereElse()
{
    FakeRepository gated = PullFixture::tiny();
    gated.id = "acme/gated-GGUF";
    gated.gate = FakeRepository::Gate::Manual;
    gated.readers = {"me"};
    m_fixture->hub.addRepository(std::move(gated));
    m_fixture->hub.addUser(kToken, {"me"});
    qputenv("HF_TOKEN", QByteArray::fromStdString(kToken));
    const QByteArray secret = QByteArray::fromStdString(kToken).mid(3);
    QByteArray said;
    for (const QStringList &arguments : {QStringList{u"search"_s},
                                         {u"files"_s, u"acme/gated-GGUF"_s},
                                         {u"pull"_s, u"acme/none"_s},
                                         {u"list"_s}}) {
        const Ended ended = PullFixture::run(arguments);
        said += ended.out + ended.err;
    }
    m_fixture->hub.setBytesPerSecond(300'000);
    {
        Running running(PullFixture::cli(), {u"pull"_s, u"acme/gated-GGUF"_s, u"--json"_s});
        QTRY_VERIFY(!QDir(m_fixture->downloads()).entryList({u"*.part"_s}).isEmpty());
        running.signal(SIGABRT); // a crash, with what it leaves
        const Ended ended = running.waitForEnd(5000);
        said += ended.out + ended.err;
    }
    m_fixture->hub.setBytesPerSecond(0);
    const Ended pulled = PullFixture::run({u"pull"_s, u"acme/gated-GGUF"_s});
    QVERIFY2(pulled.exitCode == 0, pulled.out.constData());
    said += pulled.out + pulled.err;
    QVERIFY(!said.contains(secret));
    QDirIterator files(m_fixture->path({}), QDir::Files | QDir::Hidden | QDir::NoSymLinks,
                       QDirIterator::Subdirectories);
    int looked = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(secret), qPrintable(file.fileName()));
        ++looked;
    }
    QVERIFY(looked > 0);
    for (const LoggedRequest &logged : m_fixture->hub.requests(Origin::Cdn))
        for (const auto &[name, value] : logged.request.headers)
            QVERIFY2(value.find(kToken) == std::string::npos, name.c_str());
}

QTEST_GUILESS_MAIN(CliHubTest)
#include "tst_cli_hub.moc"
