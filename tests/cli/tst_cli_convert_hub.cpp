// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// `convert` of models at the Hub, whose weights come while it writes.
#include "core/gguf/reader.h"
#include "tests/cli/convert_fixture.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/safetensors_builder.h"
#include "tests/support/test_data.h"

#include <QJsonArray>
#include <QStorageInfo>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::test;

namespace {

const QString kSharded = u"acme/sharded-llama"_s;

bool writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) == bytes.size();
}

} // namespace

class CliConvertHubTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_fixture.reset(); }
    void aModelAtTheHub();
    void shardsAreConvertedWhileOthersArrive();
    void shardsWithoutAnythingOfTheModelAreNotFetched();
    void whatCannotBeConvertedIsNotFetched();
    void aDryRunAtTheHubFetchesNoWeights();
    void weightsAndResultNeedRoomTogether();

private:
    // A copy of a folder of the test data that may be changed.
    [[nodiscard]] QString copied(const QString &folder) const;
    // A folder of the test data as a repository.
    void publish(const QString &id, const QString &folder);

    std::unique_ptr<ConvertFixture> m_fixture;
    QString m_starter;
};

void CliConvertHubTest::initTestCase()
{
    m_starter = dataFile(u"models/starter/hf"_s);
    if (m_starter.isEmpty() || dataFile(u"fixtures"_s).isEmpty())
        QSKIP("The models are not here; set SNUG_TEST_DATA.");
}

void CliConvertHubTest::init()
{
    m_fixture = std::make_unique<ConvertFixture>();
}

QString CliConvertHubTest::copied(const QString &folder) const
{
    QString copy = m_fixture->path(u"copy"_s);
    const QDir from(folder);
    if (!QDir().mkpath(copy))
        return {};
    for (const QString &name : from.entryList(QDir::Files)) {
        const QString file = copy + u'/' + name;
        if (!QFile::copy(from.filePath(name), file) ||
            !QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner))
            return {};
    }
    return copy;
}

void CliConvertHubTest::publish(const QString &id, const QString &folder)
{
    const QString place = m_fixture->path(u"published/"_s + id);
    QVERIFY(QDir().mkpath(place));
    const QDir from(folder);
    for (const QString &name : from.entryList(QDir::Files))
        QVERIFY(QFile::copy(from.filePath(name), place + u'/' + name));
    for (FakeRepository &repository : repositoriesIn(m_fixture->path(u"published"_s).toStdString()))
        m_fixture->hub.addRepository(std::move(repository));
}

void CliConvertHubTest::aModelAtTheHub()
{
    publish(u"acme/starter"_s, m_starter);
    const Ended ended = m_fixture->convert(u"acme/starter"_s, u"a.gguf"_s, u"Q8_0"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    QCOMPARE(m_fixture->convert(m_starter, u"b.gguf"_s, u"Q8_0"_s).exitCode, 0);
    const auto in = gguf::FileReader::open(m_fixture->made(u"a.gguf"_s).toStdString());
    const auto header = gguf::readHeader(**in);
    QVERIFY2(header, messageOf(header).c_str());
    QCOMPARE(textOf(*header, "general.source.huggingface.repository"), std::string("acme/starter"));
    const QJsonObject source = jsonIn(m_fixture->made(u"a.gguf.snug.json"_s))["source"_L1].toObject();
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
    QCOMPARE(m_fixture->convert(u"acme/starter"_s, u"c.gguf"_s, u"Q8_0"_s).exitCode, 0);
    QCOMPARE(m_fixture->hub.requests(Origin::Cdn).size(), std::size_t{0});
    QCOMPARE(hashOf(m_fixture->made(u"c.gguf"_s)), hashOf(m_fixture->made(u"a.gguf"_s)));
}

// The last shard comes slowly; what is in the first ones is written by then.
void CliConvertHubTest::shardsAreConvertedWhileOthersArrive()
{
    publish(kSharded, dataFile(u"fixtures/dev/llama3/model-sharded"_s));
    m_fixture->hub.setBytesPerSecond(60'000);
    Running running(PullFixture::cli(), {u"convert"_s, kSharded, u"-o"_s, m_fixture->made(u"a.gguf"_s),
                                         u"--type"_s, u"F32"_s, u"--json"_s});
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

    const Ended local = m_fixture->convert(snapshots + u'/' + commit, u"b.gguf"_s, u"F32"_s);
    QVERIFY2(local.exitCode == 0, local.out);
    const auto dataOf = [this](const QString &name) {
        const auto in = gguf::FileReader::open(m_fixture->made(name).toStdString());
        return content(m_fixture->made(name)).mid(static_cast<qsizetype>(gguf::readHeader(**in)->dataOffset));
    };
    QVERIFY(dataOf(u"a.gguf"_s) == dataOf(u"b.gguf"_s));
}

// A part that reads images, in a file of its own.
void CliConvertHubTest::shardsWithoutAnythingOfTheModelAreNotFetched()
{
    const QString folder = copied(dataFile(u"fixtures/dev/llama3/model-sharded"_s));
    for (const QString &name : QDir(folder).entryList({u"*-of-00004.safetensors"_s})) {
        const QString renamed = QString(name).replace(u"00004.s"_s, u"00005.s"_s);
        QVERIFY(QFile::rename(folder + u'/' + name, folder + u'/' + renamed));
    }
    const QString eyes = u"model-00005-of-00005.safetensors"_s;
    const Bytes shard = SafetensorsBuilder().bf16("vision_tower.embeddings.weight", {4096, 4096}).build();
    QVERIFY(writeFile(folder + u'/' + eyes,
                      QByteArray(reinterpret_cast<const char *>(shard.data()), qsizetype(shard.size()))));
    const QString indexFile = folder + u"/model.safetensors.index.json"_s;
    QJsonObject index =
        QJsonDocument::fromJson(content(indexFile).replace("-of-00004", "-of-00005")).object();
    QJsonObject files = index["weight_map"_L1].toObject();
    files[u"vision_tower.embeddings.weight"_s] = eyes;
    index[u"weight_map"_s] = files;
    QVERIFY(writeFile(indexFile, QJsonDocument(index).toJson()));
    publish(kSharded, folder);

    const Ended ended = m_fixture->convert(kSharded, u"a.gguf"_s, u"F32"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY(ended.out.contains("reads images"));
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) < 8 * 1024 * 1024); // the shard has 32 MiB
    QCOMPARE(m_fixture->unfinished(), QStringList());
    const QDir repository(QDir(m_fixture->hubFolder()).filePath(u"models--acme--sharded-llama"_s));
    QVERIFY(!repository.exists(u"refs/main"_s)); // it is not whole
}

void CliConvertHubTest::whatCannotBeConvertedIsNotFetched()
{
    const QString folder = copied(m_starter);
    QJsonObject config = jsonIn(folder + u"/config.json"_s);
    config[u"architectures"_s] = QJsonArray{u"LlamaForAstrology"_s};
    QVERIFY(writeFile(folder + u"/config.json"_s, QJsonDocument(config).toJson()));
    publish(u"acme/odd"_s, folder);
    const Ended ended = m_fixture->convert(u"acme/odd"_s, u"a.gguf"_s, u"Q8_0"_s);
    QCOMPARE(ended.last()["detail"_L1]["reason"_L1].toString(), u"architecture"_s);
    QVERIFY(m_fixture->filesMade().isEmpty());
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) < 512 * 1024);
    QVERIFY(m_fixture->unfinished().isEmpty());
}

void CliConvertHubTest::aDryRunAtTheHubFetchesNoWeights()
{
    publish(u"acme/starter"_s, m_starter);
    const Ended ended = m_fixture->convert(u"acme/starter"_s, u"a.gguf"_s, u"Q4_K_M"_s, {u"--dry-run"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY(ended.last()["file_bytes"_L1].toInteger() > 2'000'000);
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) < 512 * 1024);
}

// Each has room alone.
void CliConvertHubTest::weightsAndResultNeedRoomTogether()
{
    const std::int64_t most = QStorageInfo(m_fixture->path({})).bytesAvailable() / 5 * 3;
    if (most < 1'000'000'000)
        QSKIP("Snug keeps 256 MiB free: with less than 1.7 GB on the disk neither has room alone");
    const QString folder = copied(m_starter);
    QJsonObject config = jsonIn(folder + u"/config.json"_s);
    const std::int64_t width = config["hidden_size"_L1].toInteger();
    const std::int64_t inner = most / (3 * 2 * width);
    config[u"intermediate_size"_s] = static_cast<qint64>(inner);
    config[u"num_hidden_layers"_s] = 1;
    QVERIFY(writeFile(folder + u"/config.json"_s, QJsonDocument(config).toJson()));
    const std::int64_t keys =
        config["num_key_value_heads"_L1].toInteger() * width / config["num_attention_heads"_L1].toInteger();
    SafetensorsBuilder builder;
    const std::string layer = "model.layers.0.";
    builder.bf16("model.embed_tokens.weight", {config["vocab_size"_L1].toInteger(), width});
    for (const std::string &norm :
         {layer + "input_layernorm", layer + "post_attention_layernorm", std::string("model.norm")})
        builder.bf16(norm + ".weight", {width});
    for (const char *name : {"q", "o"})
        builder.bf16(layer + "self_attn." + name + "_proj.weight", {width, width});
    for (const char *name : {"k", "v"})
        builder.bf16(layer + "self_attn." + name + "_proj.weight", {keys, width});
    for (const char *name : {"gate", "up"})
        builder.bf16(layer + "mlp." + name + "_proj.weight", {inner, width});
    builder.bf16(layer + "mlp.down_proj.weight", {width, inner});
    const Bytes header = builder.header();
    QVERIFY(QFile::remove(folder + u"/model.safetensors"_s));
    FakeRepository repository{"acme/huge"};
    for (const QString &name : QDir(folder).entryList(QDir::Files))
        repository.files.push_back(
            {name.toStdString(), FileBody::onDisk((folder + u'/' + name).toStdString())});
    repository.files.push_back(lfsFile(
        "model.safetensors",
        FileBody::virtualBytes(std::int64_t(header.size()) + builder.dataBytes(), 1,
                               std::string(reinterpret_cast<const char *>(header.data()), header.size()))
            .withSha256(std::string(64, 'a'))));
    m_fixture->hub.addRepository(std::move(repository));

    const Ended ended = m_fixture->convert(u"acme/huge"_s, u"a.gguf"_s, u"BF16"_s);
    QVERIFY2(ended.last()["kind"_L1].toString() == u"no_space"_s, ended.out.right(500));
    QVERIFY(ended.last()["message"_L1].toString().contains(u"together"_s));
    QVERIFY(m_fixture->filesMade().isEmpty());
    QVERIFY(m_fixture->hub.bodyBytes(Origin::Cdn) < 512 * 1024);
    QCOMPARE(m_fixture->unfinished(), QStringList());
}

QTEST_GUILESS_MAIN(CliConvertHubTest)
#include "tst_cli_convert_hub.moc"
