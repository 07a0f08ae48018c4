// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Models that are broken in any way have an error of their own, and leave nothing.
#include "tests/cli/broken_models.h"
#include "tests/cli/cli_process.h"
#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace snug::test;

namespace {

using Break = std::function<void(BrokenModel &)>;

const QString kConfig = u"config.json"_s;
const QString kWeights = u"model.safetensors"_s;
const QString kIndex = u"model.safetensors.index.json"_s;
const QString kTokenizer = u"tokenizer.json"_s;
const QString kQuery = u"model.layers.1.self_attn.q_proj.weight"_s;
const QString kEmbeddings = u"model.embed_tokens.weight"_s;

Break config(const QString &key, const QJsonValue &value)
{
    return
        [=](BrokenModel &model) { model.changeJson(kConfig, [&](QJsonObject &all) { all[key] = value; }); };
}

Break tensor(const QString &name, const QString &key, const QJsonValue &value)
{
    return [=](BrokenModel &model) {
        model.changeHeader([&](QJsonObject &all) {
            QJsonObject entry = all[name].toObject();
            entry[key] = value;
            all[name] = entry;
        });
    };
}

Break content(const QString &file, const QByteArray &bytes)
{
    return [=](BrokenModel &model) { model.write(file, bytes); };
}

Break without(const QString &file)
{
    return [=](BrokenModel &model) { model.remove(file); };
}

// The first bytes only.
Break cut(const QString &file, qsizetype bytes)
{
    return [=](BrokenModel &model) {
        model.change(file, [&](QByteArray &all) { all.resize(bytes < 0 ? all.size() + bytes : bytes); });
    };
}

Break replaced(const QString &file, const QByteArray &from, const QByteArray &to)
{
    return [=](BrokenModel &model) {
        model.change(file, [&](QByteArray &all) { all.replace(all.indexOf(from), from.size(), to); });
    };
}

Break number(const QByteArray &bytes)
{
    return [=](BrokenModel &model) { model.putNumber(kQuery, bytes); };
}

Break renamed(const QString &from, const QString &to)
{
    return [=](BrokenModel &model) {
        model.changeHeader([&](QJsonObject &all) {
            if (!to.isEmpty())
                all[to] = all[from];
            all.remove(from);
        });
    };
}

Break tokenizer(const QString &key, const QJsonValue &value)
{
    return [=](BrokenModel &model) {
        model.changeJson(kTokenizer, [&](QJsonObject &all) {
            QJsonObject inner = all[u"model"_s].toObject();
            inner[key] = value;
            all[u"model"_s] = inner;
        });
    };
}

Break index(const QString &tensorName, const QJsonValue &file)
{
    return [=](BrokenModel &model) {
        model.changeJson(kIndex, [&](QJsonObject &all) {
            QJsonObject map = all[u"weight_map"_s].toObject();
            map[tensorName] = file;
            all[u"weight_map"_s] = map;
        });
    };
}

QByteArray nested(int depth)
{
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

} // namespace

Q_DECLARE_METATYPE(Break)

class CliConvertHostileTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void anErrorOfItsOwn_data();
    void anErrorOfItsOwn();
    void brokenOptions_data();
    void brokenOptions();

private:
    static void addConfigs();
    static void addWeights();
    static void addIndexes();
    static void addTokenizers();
    static void addGgufs();

    QTemporaryDir m_home;
};

void CliConvertHostileTest::initTestCase()
{
    if (dataFile(u"fixtures"_s).isEmpty() || dataFile(u"models"_s).isEmpty())
        QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
    isolateIn(m_home.path());
}

void CliConvertHostileTest::addConfigs()
{
    const auto row = [](const char *name, const Break &change, const char *reason) {
        QTest::addRow("config: %s", name) << u"fixtures/dev/llama3/model"_s << change << QByteArray(reason);
    };
    row("absent", without(kConfig), "no_config");
    row("empty", content(kConfig, ""), "bad_config");
    row("cut off", cut(kConfig, 100), "bad_config");
    row("a list", content(kConfig, "[]"), "bad_config");
    row("nested deeply", content(kConfig, nested(30'000)), "large_config");
    row("no text", content(kConfig, "{\"architectures\": [\"\xff\xfe\"]}"), "bad_config");
    row("unknown class", config(u"architectures"_s, QJsonArray{u"LlamaForAstrology"_s}), "architecture");
    row("no class", config(u"architectures"_s, QJsonArray{}), "architecture");
    row("no class at all", config(u"architectures"_s, 7), "architecture");
    row("no width", config(u"hidden_size"_s, QJsonValue()), "wrong_shape");
    row("a negative width", config(u"hidden_size"_s, -64), "wrong_shape");
    row("another width", config(u"hidden_size"_s, 96), "engine_model");
    row("a text for layers", config(u"num_hidden_layers"_s, u"three"_s), "no_rule");
    row("a billion layers", config(u"num_hidden_layers"_s, 1'000'000'000), "engine_model");
    row("too many layers", config(u"num_hidden_layers"_s, 4), "engine_model");
    row("too few layers", config(u"num_hidden_layers"_s, 2), "no_rule");
    row("no heads", config(u"num_attention_heads"_s, 0), "wrong_shape");
    row("heads that do not fit", config(u"num_attention_heads"_s, 7), "wrong_shape");
    row("an unknown packing", config(u"quantization_config"_s, QJsonObject{{u"quant_method"_s, u"magic"_s}}),
        "packing");
}

void CliConvertHostileTest::addWeights()
{
    const auto row = [](const char *name, const Break &change, const char *reason) {
        QTest::addRow("weights: %s", name) << u"fixtures/dev/llama3/model"_s << change << QByteArray(reason);
    };
    row("absent", without(kWeights), "no_weights");
    row("empty", content(kWeights, ""), "empty");
    row("three bytes", content(kWeights, "abc"), "not_safetensors");
    row("a page", content(kWeights, "<!DOCTYPE html><html><body>Sign in</body></html>"), "html_page");
    row("a pointer", content(kWeights, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
        "git_lfs_pointer");
    row("a GGUF file", content(kWeights, "GGUF" + QByteArray(64, '\3')), "gguf");
    row("an absurd header", content(kWeights, QByteArray(8, '\x7f') + "{}"), "large_header");
    row("a header longer than the file", content(kWeights, QByteArray("\x00\x01\0\0\0\0\0\0", 8) + "{}"),
        "truncated");
    row("no JSON", content(kWeights, QByteArray("\x08\0\0\0\0\0\0\0", 8) + "notjson!"), "not_safetensors");
    row("cut off", cut(kWeights, -1000), "truncated");
    row("one byte more", replaced(kWeights, "{", " {"), "not_safetensors");
    row("an unknown dtype", tensor(kQuery, u"dtype"_s, u"F7"_s), "bad_dtype");
    row("a dtype of no numbers", tensor(kQuery, u"dtype"_s, u"C64"_s), "wrong_size");
    row("a shape beyond counting", tensor(kQuery, u"shape"_s, QJsonArray{qint64{1} << 40, qint64{1} << 40}),
        "bad_shape");
    row("a negative shape", tensor(kQuery, u"shape"_s, QJsonArray{-64, 64}), "bad_entry");
    row("another shape", tensor(kQuery, u"shape"_s, QJsonArray{32, 128}), "engine_model");
    row("a shape of one dimension", tensor(kQuery, u"shape"_s, QJsonArray{64 * 64}), "engine_model");
    row("bytes twice", tensor(kQuery, u"data_offsets"_s, QJsonArray{0, 8192}), "overlap");
    row("bytes backwards", tensor(kQuery, u"data_offsets"_s, QJsonArray{8192, 0}), "bad_offsets");
    row("a tensor absent", renamed(kQuery, {}), "gap");
    row("a tensor of another name", renamed(kQuery, u"model.layers.1.self_attn.z_proj.weight"_s), "no_rule");
    row("a layer beyond", renamed(kQuery, u"model.layers.99999999999999999999.self_attn.q_proj.weight"_s),
        "no_rule");
    row("not a number", number("\xc0\x7f"), "not_finite");
    row("infinite", number("\x80\xff"), "not_finite");
}

void CliConvertHostileTest::addIndexes()
{
    const auto row = [](const char *name, const Break &change, const char *reason) {
        QTest::addRow("index: %s", name)
            << u"fixtures/dev/llama3/model-sharded"_s << change << QByteArray(reason);
    };
    row("cut off", cut(kIndex, 40), "bad_index");
    row("no map", content(kIndex, "{}"), "bad_index");
    row("a shard absent", without(u"model-00002-of-00004.safetensors"_s), "missing_shard");
    row("a shard elsewhere", index(kQuery, u"../../../etc/passwd"_s), "unsafe_path");
    row("a shard of no name", index(kQuery, 7), "bad_index");
    row("a tensor in the wrong shard", index(kEmbeddings, u"model-00002-of-00004.safetensors"_s),
        "missing_tensor");
    row("a tensor that is not there",
        index(u"model.layers.9.self_attn.q_proj.weight"_s, u"model-00001-of-00004.safetensors"_s),
        "missing_tensor");
}

void CliConvertHostileTest::addTokenizers()
{
    const auto row = [](const char *name, const Break &change, const char *reason) {
        QTest::addRow("tokenizer: %s", name)
            << u"fixtures/dev/llama3/model"_s << change << QByteArray(reason);
    };
    row("absent", without(kTokenizer), "no_tokenizer");
    row("cut off", cut(kTokenizer, 1000), "bad_tokenizer");
    row("nested deeply", content(kTokenizer, nested(200'000)), "large_tokenizer");
    row("of another kind", tokenizer(u"type"_s, u"WordPiece"_s), "tokenizer");
    row("no vocabulary", tokenizer(u"vocab"_s, QJsonValue()), "bad_tokenizer");
    row("a negative id", tokenizer(u"vocab"_s, QJsonObject{{u"a"_s, -1}}), "bad_tokenizer");
    row("an id beyond counting", tokenizer(u"vocab"_s, QJsonObject{{u"a"_s, qint64{4'000'000'000}}}),
        "bad_tokenizer");
    row("merges of no pairs", tokenizer(u"merges"_s, QJsonArray{u"abc"_s}), "bad_tokenizer");
    const auto old = [](const char *name, const Break &change, const char *reason) {
        QTest::addRow("tokenizer.model: %s", name)
            << u"fixtures/dev/llama2-spm/model"_s << change << QByteArray(reason);
    };
    old("cut off", cut(u"tokenizer.model"_s, -3), "bad_tokenizer");
    old("no protocol buffer", content(u"tokenizer.model"_s, QByteArray(500, '\xff')), "bad_tokenizer");
}

void CliConvertHostileTest::addGgufs()
{
    const QString name = u"stories260K.gguf"_s;
    const auto row = [&](const char *what, const Break &change, const char *reason) {
        QTest::addRow("GGUF: %s", what)
            << u"models/stories260k-gguf/"_s + name << change << QByteArray(reason);
    };
    row("cut off", cut(name, -1000), "truncated");
    row("in the header", cut(name, 500), "truncated");
    row("another magic", replaced(name, "GGUF", "GGUX"), "not_gguf");
    row("an absurd count", replaced(name, QByteArray("GGUF\3\0\0\0", 8), QByteArray("GGUF\3\0\0\0\xff", 9)),
        "bad_name");
    row("empty", content(name, ""), "empty");
    row(
        "not a number",
        [&](BrokenModel &model) {
            model.change(u"stories260K.gguf"_s,
                         [](QByteArray &all) { all.replace(all.size() - 64, 64, QByteArray(64, '\xff')); });
        },
        "not_finite");
}

void CliConvertHostileTest::anErrorOfItsOwn_data()
{
    QTest::addColumn<QString>("original");
    QTest::addColumn<Break>("change");
    QTest::addColumn<QByteArray>("reason");
    addConfigs();
    addWeights();
    addIndexes();
    addTokenizers();
    addGgufs();
}

void CliConvertHostileTest::anErrorOfItsOwn()
{
    QFETCH(const QString, original);
    QFETCH(const Break, change);
    QFETCH(const QByteArray, reason);
    const QTemporaryDir folder;
    const QString source = dataFile(original);
    BrokenModel model(source, folder.filePath(u"model"_s));
    change(model);
    QVERIFY(QDir(folder.path()).mkdir(u"made"_s));
    const QString from =
        QFileInfo(source).isDir() ? model.path({}) : model.path(QFileInfo(source).fileName());
    const Ended ended =
        runProgram(program(u"snug-cli"_s), {u"convert"_s, from, u"-o"_s, folder.filePath(u"made/made.gguf"_s),
                                            u"--type"_s, u"F16"_s, u"--json"_s});
    QVERIFY2(!ended.crashed && ended.exitCode == 1, ended.out + ended.err);
    const QJsonObject error = ended.last();
    QCOMPARE(error["event"_L1].toString(), u"error"_s);
    const QByteArray told = error["detail"_L1]["reason"_L1].toString().toUtf8();
    const QByteArray said =
        error["message"_L1].toString().toUtf8() + " / " + error["hint"_L1].toString().toUtf8();
    QVERIFY2(told == reason, told + ": " + said);
    QVERIFY(!error["message"_L1].toString().isEmpty());
    const QStringList left = QDir(folder.filePath(u"made"_s)).entryList(QDir::Files | QDir::Hidden);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(u' ')));
}

void CliConvertHostileTest::brokenOptions_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char *name, const QStringList &options, const char *said) {
        QTest::newRow(name) << options << QByteArray(said);
    };
    row("an unknown level", {u"--type"_s, u"Q9_K"_s}, "There is no level Q9_K");
    row("no importance", {u"--type"_s, u"IQ2_XS"_s}, "importance matrix");
    row("no importance file", {u"--type"_s, u"Q4_K_M"_s, u"--imatrix"_s, u"nowhere.gguf"_s}, "nowhere.gguf");
    row("a text as importance", {u"--type"_s, u"Q4_K_M"_s, u"--imatrix"_s, kConfig}, "importance matrix");
    row("no pattern", {u"--type"_s, u"Q4_K_M"_s, u"--tensor-type"_s, u"Q6_K"_s}, "Q6_K");
    row("no expression", {u"--type"_s, u"Q4_K_M"_s, u"--tensor-type"_s, u"([=Q6_K"_s}, "regular expression");
    row("an unknown type", {u"--type"_s, u"Q4_K_M"_s, u"--output-type"_s, u"Q9"_s},
        "There is no tensor type Q9");
    row("an unknown pre-tokenizer", {u"--type"_s, u"F16"_s, u"--pre"_s, u"magic"_s},
        "no pre-tokenizer magic");
    row("a split of nothing", {u"--type"_s, u"F16"_s, u"--split-size"_s, u"1"_s}, "--split-size");
    row("absurdly many threads", {u"--type"_s, u"F16"_s, u"--threads"_s, u"100000"_s}, "--threads");
}

void CliConvertHostileTest::brokenOptions()
{
    QFETCH(QStringList, options);
    QFETCH(const QByteArray, said);
    const QTemporaryDir folder;
    const QString source = dataFile(u"models/starter/hf"_s);
    options.replaceInStrings(kConfig, source + u'/' + kConfig);
    const Ended ended = runProgram(
        program(u"snug-cli"_s),
        QStringList{u"convert"_s, source, u"-o"_s, folder.filePath(u"made.gguf"_s), u"--json"_s} + options);
    QVERIFY2(!ended.crashed && ended.exitCode > 0, ended.out + ended.err);
    const QByteArray message = ended.last()["message"_L1].toString().toUtf8();
    QVERIFY2(message.contains(said), message + ended.err);
    QVERIFY(QDir(folder.path()).isEmpty());
}

QTEST_GUILESS_MAIN(CliConvertHostileTest)
#include "tst_cli_convert_hostile.moc"
