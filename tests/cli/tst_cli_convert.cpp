// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What `convert` makes, says and keeps, of folders, GGUF files and models at the Hub.
#include "core/gguf/reader.h"
#include "tests/cli/pull_fixture.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::test;

namespace {

const QString kSharded = u"acme/sharded-llama"_s;

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString hashOf(const QString &path)
{
    return QString::fromLatin1(QCryptographicHash::hash(content(path), QCryptographicHash::Sha256).toHex());
}

QJsonObject jsonIn(const QString &path)
{
    return QJsonDocument::fromJson(content(path)).object();
}

std::string textOf(const gguf::Header &header, const char *key)
{
    const gguf::Value *value = header.find(key);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

} // namespace

class CliConvertTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_fixture.reset(); }
    void aFileAndWhereItComesFrom();
    void eventsTellThePlanAndTheTensors();
    void aDryRunWritesNothing();
    void typesOfSingleTensors();
    void anotherLevelOfAGgufFile();
    void aGgufInPartsIsTheSame();
    void whatIsThereIsNotReplaced();
    void discardingThrowsAway();
    void aModelAtTheHub();
    void shardsAreConvertedWhileOthersArrive();
    void whatCannotBeConvertedIsNotFetched();
    void aDryRunAtTheHubFetchesNoWeights();

private:
    [[nodiscard]] QString made(const QString &name) const { return m_fixture->path(u"made/"_s + name); }
    [[nodiscard]] Ended convert(const QString &source, const QString &target, const QString &level,
                                const QStringList &more = {}) const
    {
        return PullFixture::run(QStringList{u"convert"_s, source, u"-o"_s, made(target), u"--type"_s, level} +
                                more);
    }
    [[nodiscard]] QStringList filesMade() const
    {
        return QDir(m_fixture->path(u"made"_s)).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    // A folder of the test data as a repository.
    void publish(const QString &id, const QString &folder);

    std::unique_ptr<PullFixture> m_fixture;
    QString m_starter;
};

void CliConvertTest::initTestCase()
{
    m_starter = dataFile(u"models/starter/hf"_s);
    if (m_starter.isEmpty() || dataFile(u"fixtures"_s).isEmpty())
        QSKIP("The models are not here; set SNUG_TEST_DATA.");
}

void CliConvertTest::init()
{
    m_fixture = std::make_unique<PullFixture>();
    QVERIFY(QDir().mkpath(m_fixture->path(u"made"_s)));
}

void CliConvertTest::publish(const QString &id, const QString &folder)
{
    const QString place = m_fixture->path(u"published/"_s + id);
    QVERIFY(QDir().mkpath(place));
    const QDir from(folder);
    for (const QString &name : from.entryList(QDir::Files))
        QVERIFY(QFile::copy(from.filePath(name), place + u'/' + name));
    for (FakeRepository &repository : repositoriesIn(m_fixture->path(u"published"_s).toStdString()))
        m_fixture->hub.addRepository(std::move(repository));
}

void CliConvertTest::aFileAndWhereItComesFrom()
{
    const Ended ended = convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    const QJsonObject result = ended.last();
    QCOMPARE(result["path"_L1].toString(), made(u"a.gguf"_s));
    QCOMPARE(result["bytes"_L1].toInteger(), QFileInfo(made(u"a.gguf"_s)).size());
    QCOMPARE(result["sha256"_L1].toString(), hashOf(made(u"a.gguf"_s)));
    QCOMPARE(filesMade(), (QStringList{u"a.gguf"_s, u"a.gguf.snug.json"_s}));

    const auto in = gguf::FileReader::open(made(u"a.gguf"_s).toStdString());
    QVERIFY2(in, messageOf(in).c_str());
    const auto header = gguf::readHeader(**in);
    QVERIFY2(header, messageOf(header).c_str());
    QVERIFY(textOf(*header, "general.quantized_by").starts_with("Snug "));
    QVERIFY(!textOf(*header, "tokenizer.chat_template").empty());

    const QJsonObject sidecar = jsonIn(made(u"a.gguf.snug.json"_s));
    QCOMPARE(sidecar["files"_L1][0]["sha256"_L1].toString(), result["sha256"_L1].toString());
    QCOMPARE(sidecar["recipe"_L1]["level"_L1].toString(), u"Q4_K_M"_s);
    QCOMPARE(sidecar["source"_L1]["files"_L1][0]["path"_L1].toString(), u"model.safetensors"_s);
    QVERIFY(!sidecar["engine"_L1].toString().isEmpty());
}

void CliConvertTest::eventsTellThePlanAndTheTensors()
{
    const Ended ended = convert(m_starter, u"a.gguf"_s, u"Q8_0"_s);
    const QList<QJsonObject> events = ended.events();
    const auto planned = std::find_if(events.begin(), events.end(),
                                      [](const auto &event) { return event["event"_L1] == u"plan"_s; });
    QVERIFY2(planned != events.end(), ended.out);
    QCOMPARE((*planned)["architecture"_L1].toString(), u"llama"_s);
    QCOMPARE((*planned)["file_bytes"_L1].toInteger(), QFileInfo(made(u"a.gguf"_s)).size());
    QVERIFY((*planned)["disk_free_bytes"_L1].toDouble() > 0);
    QCOMPARE((*planned)["resumed_bytes"_L1].toInteger(-1), 0);
    const auto tensor = std::find_if(planned, events.end(),
                                     [](const auto &event) { return event["event"_L1] == u"tensor"_s; });
    QVERIFY2(tensor != events.end(), ended.out);
    QCOMPARE((*tensor)["count"_L1].toInteger(), (*planned)["tensors"_L1].toInteger());
    QCOMPARE(ended.last()["event"_L1].toString(), u"result"_s);
}

void CliConvertTest::aDryRunWritesNothing()
{
    const Ended ended = convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s, {u"--dry-run"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY(filesMade().isEmpty());
    const QJsonObject plan = ended.last();
    const QJsonArray tensors = plan["tensor_types"_L1].toArray();
    QCOMPARE(tensors.size(), plan["tensors"_L1].toInteger());
    const Ended real = convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s);
    QCOMPARE(real.last()["bytes"_L1].toInteger(), plan["file_bytes"_L1].toInteger());
}

void CliConvertTest::typesOfSingleTensors()
{
    const QStringList wanted = {u"--tensor-type"_s, u"blk\\.0\\.ffn_down=F16"_s, u"--embedding-type"_s,
                                u"Q8_0"_s, u"--dry-run"_s};
    const QJsonArray tensors =
        convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s, wanted).last()["tensor_types"_L1].toArray();
    QMap<QString, QString> types;
    for (const QJsonValue &tensor : tensors)
        types[tensor["name"_L1].toString()] = tensor["type"_L1].toString();
    QCOMPARE(types[u"blk.0.ffn_down.weight"_s], u"F16"_s);
    QVERIFY(types[u"blk.1.ffn_down.weight"_s] != u"F16"_s);
    QCOMPARE(types[u"token_embd.weight"_s], u"Q8_0"_s);
}

// Through a file of 16 bits or directly: the same numbers.
void CliConvertTest::anotherLevelOfAGgufFile()
{
    QCOMPARE(convert(m_starter, u"direct.gguf"_s, u"Q4_K_M"_s).exitCode, 0);
    QCOMPARE(convert(m_starter, u"sixteen.gguf"_s, u"BF16"_s).exitCode, 0);
    const Ended ended = convert(made(u"sixteen.gguf"_s), u"second.gguf"_s, u"Q4_K_M"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    const QByteArray direct = content(made(u"direct.gguf"_s));
    const QByteArray second = content(made(u"second.gguf"_s));
    const auto dataOf = [this](const QString &name, const QByteArray &bytes) {
        const auto in = gguf::FileReader::open(made(name).toStdString());
        return bytes.mid(static_cast<qsizetype>(gguf::readHeader(**in)->dataOffset));
    };
    QVERIFY(dataOf(u"direct.gguf"_s, direct) == dataOf(u"second.gguf"_s, second));

    const Ended again = convert(made(u"second.gguf"_s), u"third.gguf"_s, u"Q8_0"_s);
    QCOMPARE(again.last()["detail"_L1]["reason"_L1].toString(), u"already_quantized"_s);
}

void CliConvertTest::aGgufInPartsIsTheSame()
{
    const Ended split = convert(m_starter, u"parts.gguf"_s, u"BF16"_s, {u"--split-size"_s, u"3MB"_s});
    QVERIFY2(split.exitCode == 0, split.out);
    const QJsonArray paths = split.last()["paths"_L1].toArray();
    QVERIFY(paths.size() > 2);
    QCOMPARE(convert(paths[0].toString(), u"joined.gguf"_s, u"Q6_K"_s).exitCode, 0);
    QCOMPARE(convert(m_starter, u"whole.gguf"_s, u"BF16"_s).exitCode, 0);
    QCOMPARE(convert(made(u"whole.gguf"_s), u"again.gguf"_s, u"Q6_K"_s).exitCode, 0);
    QCOMPARE(hashOf(made(u"joined.gguf"_s)), hashOf(made(u"again.gguf"_s)));

    QVERIFY(QFile::remove(paths[1].toString()));
    const Ended lost = convert(paths[0].toString(), u"lost.gguf"_s, u"Q6_K"_s);
    QCOMPARE(lost.last()["kind"_L1].toString(), u"not_found"_s);
}

void CliConvertTest::whatIsThereIsNotReplaced()
{
    QFile there(made(u"a.gguf"_s));
    QVERIFY(there.open(QIODevice::WriteOnly) && there.write("mine") == 4);
    there.close();
    const Ended ended = convert(m_starter, u"a.gguf"_s, u"Q8_0"_s);
    QCOMPARE(ended.last()["detail"_L1]["reason"_L1].toString(), u"exists"_s);
    QCOMPARE(content(made(u"a.gguf"_s)), QByteArray("mine"));
    QCOMPARE(filesMade(), QStringList{u"a.gguf"_s});
}

void CliConvertTest::discardingThrowsAway()
{
    Running running(PullFixture::cli(), {u"convert"_s, m_starter, u"-o"_s, made(u"a.gguf"_s), u"--type"_s,
                                         u"IQ4_XS"_s, u"--threads"_s, u"1"_s, u"--json"_s});
    QVERIFY(!running.waitForEvent(u"tensor"_s).isEmpty());
    running.signal(SIGKILL);
    static_cast<void>(running.waitForEnd(5000));
    QVERIFY(filesMade().contains(u"a.gguf.part"_s));
    const Ended ended = convert(m_starter, u"a.gguf"_s, u"IQ4_XS"_s, {u"--discard"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY2(filesMade().isEmpty(), qPrintable(filesMade().join(u' ')));
}

void CliConvertTest::aModelAtTheHub()
{
    publish(u"acme/starter"_s, m_starter);
    const Ended ended = convert(u"acme/starter"_s, u"a.gguf"_s, u"Q8_0"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    QCOMPARE(convert(m_starter, u"b.gguf"_s, u"Q8_0"_s).exitCode, 0);
    const auto in = gguf::FileReader::open(made(u"a.gguf"_s).toStdString());
    const auto header = gguf::readHeader(**in);
    QVERIFY2(header, messageOf(header).c_str());
    QCOMPARE(textOf(*header, "general.source.huggingface.repository"), std::string("acme/starter"));
    const QJsonObject source = jsonIn(made(u"a.gguf.snug.json"_s))["source"_L1].toObject();
    QCOMPARE(source["repository"_L1].toString(), u"acme/starter"_s);
    QCOMPARE(source["commit"_L1].toString().size(), 40);
    bool hashed = false;
    for (const QJsonValue &file : source["files"_L1].toArray()) {
        if (file["path"_L1] == u"model.safetensors"_s)
            hashed = file["sha256"_L1].toString() == hashOf(m_starter + u"/model.safetensors"_s);
    }
    QVERIFY(hashed);

    // Now the cache has it.
    m_fixture->hub.clearLog();
    QCOMPARE(convert(u"acme/starter"_s, u"c.gguf"_s, u"Q8_0"_s).exitCode, 0);
    QCOMPARE(m_fixture->hub.requests(Origin::Cdn).size(), std::size_t{0});
    QCOMPARE(hashOf(made(u"c.gguf"_s)), hashOf(made(u"a.gguf"_s)));
}

// The last shard comes slowly; what is in the first ones is written by then.
void CliConvertTest::shardsAreConvertedWhileOthersArrive()
{
    publish(kSharded, dataFile(u"fixtures/dev/llama3/model-sharded"_s));
    m_fixture->hub.setBytesPerSecond(60'000);
    Running running(PullFixture::cli(),
                    {u"convert"_s, kSharded, u"-o"_s, made(u"a.gguf"_s), u"--type"_s, u"F32"_s, u"--json"_s});
    const QJsonObject plan = running.waitForEvent(u"plan"_s);
    QVERIFY(!plan.isEmpty());
    // A tensor of the second shard is begun before the fourth is here.
    for (;;) {
        const QJsonObject told = running.waitForEvent(u"tensor"_s);
        QVERIFY(!told.isEmpty());
        if (told["index"_L1].toInteger() > plan["tensors"_L1].toInteger() / 4)
            break;
    }
    const QDir cache(m_fixture->hubFolder());
    const QString snapshots = cache.filePath(u"models--acme--sharded-llama/snapshots"_s);
    const QString commit = QDir(snapshots).entryList(QDir::Dirs | QDir::NoDotAndDotDot).value(0);
    const QString last = u"/model-00004-of-00004.safetensors"_s;
    QVERIFY(!QFile::exists(snapshots + u'/' + commit + last));
    m_fixture->hub.setBytesPerSecond(0);
    const Ended ended = running.waitForEnd(60'000);
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY(QFile::exists(snapshots + u'/' + commit + last));
    QVERIFY(QFile::exists(cache.filePath(u"models--acme--sharded-llama/refs/main"_s)));

    const Ended local = convert(snapshots + u'/' + commit, u"b.gguf"_s, u"F32"_s);
    QVERIFY2(local.exitCode == 0, local.out);
    const auto dataOf = [this](const QString &name) {
        const auto in = gguf::FileReader::open(made(name).toStdString());
        return content(made(name)).mid(static_cast<qsizetype>(gguf::readHeader(**in)->dataOffset));
    };
    QVERIFY(dataOf(u"a.gguf"_s) == dataOf(u"b.gguf"_s));
}

void CliConvertTest::whatCannotBeConvertedIsNotFetched()
{
    const QString folder = m_fixture->path(u"odd"_s);
    QVERIFY(QDir().mkpath(folder));
    const QDir from(m_starter);
    for (const QString &name : from.entryList(QDir::Files))
        QVERIFY(QFile::copy(from.filePath(name), folder + u'/' + name));
    QJsonObject config = jsonIn(folder + u"/config.json"_s);
    config[u"architectures"_s] = QJsonArray{u"LlamaForAstrology"_s};
    QFile file(folder + u"/config.json"_s);
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
            file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QJsonDocument(config).toJson());
    file.close();
    publish(u"acme/odd"_s, folder);
    const Ended ended = convert(u"acme/odd"_s, u"a.gguf"_s, u"Q8_0"_s);
    QCOMPARE(ended.last()["detail"_L1]["reason"_L1].toString(), u"architecture"_s);
    QVERIFY(filesMade().isEmpty());
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) < 512 * 1024);
    QVERIFY(m_fixture->unfinished().isEmpty());
}

void CliConvertTest::aDryRunAtTheHubFetchesNoWeights()
{
    publish(u"acme/starter"_s, m_starter);
    const Ended ended = convert(u"acme/starter"_s, u"a.gguf"_s, u"Q4_K_M"_s, {u"--dry-run"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY(ended.last()["file_bytes"_L1].toInteger() > 2'000'000);
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) < 512 * 1024);
}

QTEST_GUILESS_MAIN(CliConvertTest)
#include "tst_cli_convert.moc"
