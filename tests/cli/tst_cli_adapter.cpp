// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// `convert` of a LoRA adapter.
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "tests/cli/cli_process.h"
#include "tests/support/safetensors_builder.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace snug;
using test::Ended;

namespace {

constexpr const char *kCommit = "0123456789abcdef0123456789abcdef01234567";
constexpr const char *kBase =
    R"({"architectures":["LlamaForCausalLM"],"hidden_size":64,"intermediate_size":160,
    "num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":2,"rms_norm_eps":1e-5,
    "max_position_embeddings":512,"vocab_size":320})";

void write(const QString &path, const QByteArray &content)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(content);
}

// An adapter of one layer's queries, and room for what is made of it.
class AdapterFolder {
public:
    explicit AdapterFolder(const QByteArray &base)
    {
        const auto bytes =
            test::SafetensorsBuilder()
                .bf16("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", {8, 64})
                .bf16("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", {64, 8})
                .build();
        write(path(QStringLiteral("adapter/adapter_model.safetensors")),
              // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes either way
              QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())));
        write(path(QStringLiteral("adapter/adapter_config.json")),
              R"({"peft_type":"LORA","r":8,"lora_alpha":16,"base_model_name_or_path":")" + base + "\"}");
    }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    [[nodiscard]] Ended convert(const QString &level, const QStringList &more = {}) const
    {
        return test::runProgram(test::program(QStringLiteral("snug-cli")),
                                QStringList{QStringLiteral("convert"), path(QStringLiteral("adapter")),
                                            QStringLiteral("-o"), path(QStringLiteral("out.gguf")),
                                            QStringLiteral("--type"), level, QStringLiteral("--json")} +
                                    more);
    }

    // What is left beside the adapter.
    [[nodiscard]] QStringList made() const
    {
        return QDir(m_folder.path()).entryList({QStringLiteral("out*")});
    }

private:
    QTemporaryDir m_folder;
};

QString reasonOf(const Ended &ended)
{
    return ended.last().value(QLatin1String("detail")).toObject().value(QLatin1String("reason")).toString();
}

} // namespace

class TestCliAdapter : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        qputenv("HF_HUB_CACHE", m_home.filePath(QStringLiteral("hub")).toUtf8());
        qputenv("HF_HUB_OFFLINE", "1");
    }

    void theBaseIsFoundInTheCache()
    {
        const QString repository = m_home.filePath(QStringLiteral("hub/models--maker--model/"));
        write(repository + QStringLiteral("refs/main"), kCommit);
        write(repository + QStringLiteral("snapshots/%1/config.json").arg(QLatin1String(kCommit)), kBase);
        const AdapterFolder folder("maker/model");
        const Ended ended = folder.convert(QStringLiteral("F16"));
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        QCOMPARE(ended.last().value(QLatin1String("tensors")).toInt(), 2);

        const auto file = gguf::FileReader::open(folder.path(QStringLiteral("out.gguf")).toStdString());
        QVERIFY(file);
        const auto header = gguf::readHeader(**file);
        QVERIFY(header);
        QCOMPARE(*header->find("general.type")->text(), std::string("adapter"));
        QCOMPARE(*header->find("general.base_model.0.name")->text(), std::string("model"));
        QCOMPARE(header->find("adapter.lora.alpha")->number().value_or(0), 16.0);
        QCOMPARE(header->tensors.front().name, std::string("blk.0.attn_q.weight.lora_a"));
        QVERIFY(header->tensors.front().type == gguf::TensorType::F16);
    }

    void theBaseCanBeNamed()
    {
        const AdapterFolder folder("./somebody/model");
        const Ended without = folder.convert(QStringLiteral("F32"));
        QCOMPARE(without.exitCode, 1);
        QCOMPARE(reasonOf(without), QStringLiteral("no_base"));
        QVERIFY(without.last().value(QLatin1String("hint")).toString().contains(QLatin1String("--base")));
        QVERIFY(folder.made().isEmpty());

        write(folder.path(QStringLiteral("base/config.json")), kBase);
        const QStringList base = {QStringLiteral("--base"), folder.path(QStringLiteral("base"))};
        const Ended ended = folder.convert(QStringLiteral("F32"), base);
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        // Folders of other people are nobody's business.
        QFile file(folder.path(QStringLiteral("out.gguf")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("somebody"));
    }

    void anUnknownBaseIsNotGuessed()
    {
        const AdapterFolder folder("maker/unknown");
        const Ended ended = folder.convert(QStringLiteral("F16"));
        QCOMPARE(ended.exitCode, 1);
        QVERIFY2(ended.last().value(QLatin1String("hint")).toString().contains(QLatin1String("--base")),
                 ended.out.constData());
        QVERIFY(folder.made().isEmpty());
    }

    void fewerBitsAreRefused()
    {
        const AdapterFolder folder("maker/model");
        const Ended ended = folder.convert(QStringLiteral("Q4_K_M"));
        QCOMPARE(ended.exitCode, 2);
        QCOMPARE(reasonOf(ended), QStringLiteral("adapter_level"));
        QVERIFY(folder.made().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCliAdapter)
#include "tst_cli_adapter.moc"
