// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/architecture.h"
#include "core/convert/checkpoint_facts.h"
#include "core/convert/plan.h"
#include "core/convert/remote_checkpoint.h"
#include "core/convert/tokenizer_size.h"
#include "core/hub/checkpoints.h"
#include "tests/core/hub_fixture.h"
#include "tests/support/safetensors_builder.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

using namespace snug;
using namespace snug::test;

namespace {

constexpr const char *kConfig =
    R"({"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","hidden_size":64,
    "intermediate_size":128,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":1,
    "max_position_embeddings":512,"vocab_size":100})";

std::string textOf(const Bytes &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

void put(const QTemporaryDir &folder, const char *name, const std::string &content)
{
    QFile file(folder.filePath(QString::fromLatin1(name)));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content.data(), static_cast<qint64>(content.size()));
}

void addLayer(SafetensorsBuilder &builder, int layer)
{
    const std::string name = fmt::format("model.layers.{}.", layer);
    for (const char *norm : {"input_layernorm", "post_attention_layernorm"})
        builder.bf16(name + norm + ".weight", {64});
    for (const char *matrix : {"self_attn.q_proj", "self_attn.o_proj"})
        builder.bf16(name + matrix + ".weight", {64, 64});
    for (const char *matrix : {"self_attn.k_proj", "self_attn.v_proj"})
        builder.bf16(name + matrix + ".weight", {32, 64});
    for (const char *matrix : {"mlp.gate_proj", "mlp.up_proj"})
        builder.bf16(name + matrix + ".weight", {128, 64});
    builder.bf16(name + "mlp.down_proj.weight", {64, 128});
}

SafetensorsBuilder outside()
{
    return SafetensorsBuilder().bf16("model.embed_tokens.weight", {100, 64}).bf16("model.norm.weight", {64});
}

std::string wholeModel()
{
    SafetensorsBuilder builder = outside();
    addLayer(builder, 0);
    return textOf(builder.build());
}

Result<convert::Conversion> planIn(const QTemporaryDir &folder)
{
    auto checkpoint = convert::readCheckpoint(folder.path().toStdString());
    if (!checkpoint)
        return tl::make_unexpected(std::move(checkpoint).error());
    return convert::planConversion(*checkpoint);
}

// A repository whose weights nobody makes: each part has a real header and a virtual rest.
std::vector<FakeFile> largeParts(int parts, int layersInEach)
{
    std::vector<FakeFile> files = {smallFile("tokenizer.json", "{}"),
                                   smallFile("model.safetensors.index.json", "{}")};
    std::string config = kConfig;
    config.replace(config.find("\"num_hidden_layers\":1"), 21,
                   fmt::format("\"num_hidden_layers\":{}", parts * layersInEach));
    files.push_back(smallFile("config.json", config));
    for (int part = 0; part < parts; ++part) {
        SafetensorsBuilder builder = part == 0 ? outside() : SafetensorsBuilder();
        for (int layer = 0; layer < layersInEach; ++layer)
            addLayer(builder, part * layersInEach + layer);
        const std::string header = textOf(builder.header());
        const auto bytes = static_cast<std::int64_t>(header.size()) + builder.dataBytes();
        const std::string name = parts == 1
                                     ? "model.safetensors"
                                     : fmt::format("model-{:05}-of-{:05}.safetensors", part + 1, parts);
        files.push_back(lfsFile(
            name, FileBody::virtualBytes(bytes, 1, header).withSha256(fmt::format("{:064x}", part + 1))));
    }
    return files;
}

struct AtHub {
    explicit AtHub(std::vector<FakeFile> files)
    {
        FakeRepository repository{"acme/tiny", kCommit};
        repository.files = std::move(files);
        fake.addRepository(std::move(repository));
        const auto listing = clientOf(fake).files(id("acme/tiny"), kCommit, {});
        level = hub::checkpointsOf(listing->files).front();
        fake.clearLog();
    }
    [[nodiscard]] Result<void> read(convert::RemoteCheckpoint &checkpoint,
                                    const std::stop_token &stop = {}) const
    {
        const auto locate = [&](const hub::RemoteFile &file) -> Result<download::Source> {
            SNUG_TRY(hub::Location location,
                     clientOf(fake).resolve(id("acme/tiny"), kCommit, file.path, stop));
            download::Source source{location.url};
            source.bytes = location.bytes.value_or(-1);
            return source;
        };
        return checkpoint.read(locate, {}, stop);
    }

    FakeHub fake;
    hub::Level level;
};

} // namespace

// Checkpoints in folders and at the Hub: what is missing or unknown is named, and a look costs little.
class TestCheckpoint final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFolderIsRead();
    void theNearestClassIsNamed();
    void whatIsWrongIsNamed_data();
    void whatIsWrongIsNamed();
    void missingPartsAreNamed();
    void anUnknownClassStillHasFacts();
    void oneFileAtTheHubCostsItsHeader();
    void thirtyPartsAtTheHub();
    void readingGoesOnAfterAFailure();
    void aKeptHeaderCostsNothing();
    void theCacheIsBounded();
    void theTokenizerIsEstimated_data();
    void theTokenizerIsEstimated();
};

void TestCheckpoint::aFolderIsRead()
{
    QTemporaryDir folder;
    put(folder, "config.json", kConfig);
    put(folder, "model.safetensors", wholeModel());
    const auto plan = planIn(folder);
    QVERIFY2(plan, messageOf(plan).c_str());
    QCOMPARE(plan->tensors.size(), std::size_t{11});
    QCOMPARE(plan->vocabulary, std::int64_t{100});
    const auto facts = convert::factsOf(*convert::readCheckpoint(folder.path().toStdString()), "tiny");
    QCOMPARE(facts.format, std::string("safetensors"));
    QCOMPARE(facts.architecture, std::optional<std::string>("qwen2"));
    QCOMPARE(facts.tensorsByType.at("BF16"), std::int64_t{11});
    QCOMPARE(*facts.bitsPerWeight, 16.0);
}

void TestCheckpoint::theNearestClassIsNamed()
{
    QCOMPARE(convert::nearestClass("Qwen9ForCausalLM"), std::string_view("Qwen3ForCausalLM"));
    QCOMPARE(convert::nearestClass("Qwen9MoeForCausalLM").substr(0, 4), std::string_view("Qwen"));
    QCOMPARE(convert::nearestClass("Zebra"), std::string_view());
    QCOMPARE(convert::nearestClass(""), std::string_view());
    QCOMPARE(convert::nearestClass("LlamaForCausalLM"), std::string_view("LlamaForCausalLM"));
}

void TestCheckpoint::whatIsWrongIsNamed_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("weights");
    QTest::addColumn<QByteArray>("wanted");
    const auto row = [](const char *name, const std::string &config, const std::string &weights,
                        const char *wanted) {
        QTest::newRow(name) << QByteArray::fromStdString(config) << QByteArray::fromStdString(weights)
                            << QByteArray(wanted);
    };
    const std::string packed =
        std::string(kConfig).insert(1, R"("quantization_config":{"quant_method":"eetq"},)");
    SafetensorsBuilder more = outside();
    addLayer(more, 0);
    addLayer(more, 1);
    SafetensorsBuilder odd = outside();
    odd.bf16("model.layers.0.mlp.secret.weight", {2, 2});
    row("no JSON", "{", wholeModel(), "bad_config");
    row("no object", "[]", wholeModel(), "bad_config");
    row("no class", R"({"model_type":"qwen2"})", wholeModel(), "architecture");
    row("an unknown class", R"({"architectures":["Qwen9ForCausalLM"]})", wholeModel(), "architecture");
    row("an unknown packing", packed, wholeModel(), "packing");
    row("no widths", R"({"architectures":["Qwen2ForCausalLM"],"num_hidden_layers":1})", wholeModel(),
        "config_key");
    row("no layers", R"({"architectures":["Qwen2ForCausalLM"]})", wholeModel(), "no_rule");
    row("a layer too many", kConfig, textOf(more.build()), "no_rule");
    row("an unknown tensor", kConfig, textOf(odd.build()), "no_rule");
    row("no embeddings", kConfig, textOf(SafetensorsBuilder().bf16("model.norm.weight", {64}).build()),
        "no_embeddings");
    row("a tensor without elements", kConfig, textOf(outside().bf16("lm_head.weight", {0, 64}).build()),
        "wrong_shape");
    row("GGUF", kConfig, textOf(smallModel().build()), "gguf");
}

void TestCheckpoint::whatIsWrongIsNamed()
{
    QFETCH(const QByteArray, config);
    QFETCH(const QByteArray, weights);
    QFETCH(const QByteArray, wanted);
    QTemporaryDir folder;
    put(folder, "config.json", config.toStdString());
    put(folder, "model.safetensors", weights.toStdString());
    const auto plan = planIn(folder);
    QVERIFY(!plan);
    QCOMPARE(reason(plan), wanted);
    QVERIFY(plan.error().message.ends_with('.') && !plan.error().hint.empty());
}

void TestCheckpoint::missingPartsAreNamed()
{
    QTemporaryDir folder;
    QCOMPARE(reason(planIn(folder)), QByteArray("no_config"));
    put(folder, "config.json", kConfig);
    QCOMPARE(reason(planIn(folder)), QByteArray("no_weights"));
    put(folder, "model-00001-of-00002.safetensors", wholeModel());
    const auto half = planIn(folder);
    QCOMPARE(reason(half), QByteArray("missing_shard"));
    QVERIFY(messageOf(half).find("model-00002-of-00002.safetensors") != std::string::npos);
    put(folder, "model.safetensors.index.json",
        R"({"weight_map":{"lm_head.weight":"../../other.safetensors"}})");
    QCOMPARE(reason(planIn(folder)), QByteArray("unsafe_path"));
    put(folder, "model.safetensors.index.json",
        R"({"weight_map":{"lm_head.weight":"model-00001-of-00002.safetensors"}})");
    QCOMPARE(reason(planIn(folder)), QByteArray("missing_tensor"));
    put(folder, "model.safetensors.index.json", R"({"weight_map":[]})");
    QCOMPARE(reason(planIn(folder)), QByteArray("bad_index"));
}

void TestCheckpoint::anUnknownClassStillHasFacts()
{
    QTemporaryDir folder;
    put(folder, "config.json", R"({"architectures":["Qwen9ForCausalLM"]})");
    put(folder, "model.safetensors", wholeModel());
    const auto facts = convert::factsOf(*convert::readCheckpoint(folder.path().toStdString()), "tiny");
    QCOMPARE(facts.architecture, std::optional<std::string>("Qwen9ForCausalLM"));
    QVERIFY(facts.parameters && *facts.parameters > 0);
    QCOMPARE(facts.warnings.size(), std::size_t{1});
}

void TestCheckpoint::oneFileAtTheHubCostsItsHeader()
{
    AtHub hub(largeParts(1, 32));
    convert::RemoteCheckpoint checkpoint(hub.level);
    const auto read = hub.read(checkpoint);
    QVERIFY2(read, messageOf(read).c_str());
    const auto header = convert::ggufHeader(checkpoint.checkpoint());
    QVERIFY2(header, messageOf(header).c_str());
    QCOMPARE(header->tensors.size(), std::size_t{2 + 32 * 9});
    QVERIFY(checkpoint.fetchedBytes() <= convert::kFirstLookAtOnly + 4096);
}

void TestCheckpoint::thirtyPartsAtTheHub()
{
    AtHub hub(largeParts(30, 3));
    convert::RemoteCheckpoint checkpoint(hub.level);
    const auto read = hub.read(checkpoint);
    QVERIFY2(read, messageOf(read).c_str());
    QVERIFY(convert::ggufHeader(checkpoint.checkpoint()));
    QVERIFY(checkpoint.fetchedBytes() < 1'000'000);
    std::stop_source stop;
    stop.request_stop();
    convert::RemoteCheckpoint again(hub.level);
    QCOMPARE(hub.read(again, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

void TestCheckpoint::readingGoesOnAfterAFailure()
{
    AtHub hub(largeParts(4, 1));
    convert::RemoteCheckpoint checkpoint(hub.level);
    hub.fake.addFault(answerWith(503).on(Origin::Cdn).requests(4)); // two for each part
    QVERIFY(!hub.read(checkpoint));
    const auto first = checkpoint.checkpoint().shards.size();
    QVERIFY(first > 0 && first < 4);
    hub.fake.clearFaults();
    hub.fake.clearLog();
    QVERIFY(hub.read(checkpoint));
    QCOMPARE(checkpoint.checkpoint().shards.size(), std::size_t{4});
    QVERIFY(hub.fake.requests(Origin::Hub, "model-00001").empty());
}

void TestCheckpoint::aKeptHeaderCostsNothing()
{
    QTemporaryDir folder;
    const HeaderCache cache(folder.path().toStdString() + "/headers");
    AtHub hub(largeParts(3, 2));
    convert::RemoteCheckpoint first(hub.level, &cache);
    QVERIFY(hub.read(first));
    hub.fake.clearLog();
    convert::RemoteCheckpoint second(hub.level, &cache);
    QVERIFY(hub.read(second));
    QCOMPARE(second.checkpoint().tensors.size(), first.checkpoint().tensors.size());
    QVERIFY(hub.fake.requests(Origin::Cdn).empty());
    // What somebody else wrote there is not believed.
    const auto names = QDir(folder.filePath(QStringLiteral("headers"))).entryList(QDir::Files);
    QCOMPARE(names.size(), 3);
    for (const QString &name : names) {
        QFile file(folder.filePath(QStringLiteral("headers/")) + name);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(24));
        file.write("xxxxxxxx");
    }
    convert::RemoteCheckpoint third(hub.level, &cache);
    QVERIFY(hub.read(third));
    QCOMPARE(third.checkpoint().tensors.size(), first.checkpoint().tensors.size());
    QVERIFY(!hub.fake.requests(Origin::Cdn).empty());
}

void TestCheckpoint::theCacheIsBounded()
{
    QTemporaryDir folder;
    const HeaderCache cache(folder.path().toStdString(), 1000);
    const std::string bytes(400, 'b');
    const auto hash = [](char digit) { return std::string(64, digit); };
    for (const char digit : {'1', '2', '3'}) {
        cache.keep(hash(digit), 5000, bytes);
        const auto path = folder.path().toStdString() + "/" + hash(digit) + ".head";
        std::error_code code;
        std::filesystem::last_write_time(
            path, std::filesystem::file_time_type::clock::now() - std::chrono::hours('9' - digit), code);
    }
    QVERIFY(!cache.find(hash('1'), 5000));
    QVERIFY(cache.find(hash('2'), 5000) && cache.find(hash('3'), 5000));
    QVERIFY(!cache.find(hash('2'), 5001)); // another file
    QVERIFY(!cache.find(hash('2'), 5000)); // and gone with it
    cache.keep("../../../etc/passwd", 5000, bytes);
    cache.keep(hash('4'), 5000, std::string(2000, 'b'));
    QVERIFY(!cache.find(hash('4'), 5000));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TestCheckpoint::theTokenizerIsEstimated_data()
{
    QTest::addColumn<qint64>("json");
    QTest::addColumn<qint64>("words");
    QTest::addColumn<qint64>("truth");
    // Length of tokenizer.json, words, and what the arrays take in the reference's file.
    QTest::newRow("gpt2") << qint64{3557680} << qint64{50257} << qint64{1766144};
    QTest::newRow("gptoss") << qint64{27868174} << qint64{201088} << qint64{12941656};
    QTest::newRow("pythia") << qint64{3564484} << qint64{50304} << qint64{1767413};
    QTest::newRow("qwen3") << qint64{11422654} << qint64{151936} << qint64{5922467};
    QTest::newRow("smollm2") << qint64{2104556} << qint64{49152} << qint64{1768024};
}

void TestCheckpoint::theTokenizerIsEstimated()
{
    QFETCH(const qint64, json);
    QFETCH(const qint64, words);
    QFETCH(const qint64, truth);
    const auto estimate = convert::tokenizerBytes({json, std::nullopt}, words);
    QVERIFY2(std::abs(estimate - truth) * 10 < truth, std::to_string(estimate).c_str());
    const auto guess = convert::tokenizerBytes({}, words);
    QVERIFY(guess < truth * 2 && guess > truth / 2);
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
