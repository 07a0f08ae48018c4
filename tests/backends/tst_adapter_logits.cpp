// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What the engine computes with a converted adapter, against a checkpoint that it was merged into.
#include "backends/llama/token_logits.h"
#include "core/base/child_process.h"
#include "core/convert/checkpoint.h"
#include "core/convert/shards.h"
#include "core/convert/stored_numbers.h"
#include "tests/backends/loaded_engine.h"
#include "tests/core/convert_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <random>

using namespace snug;
using namespace snug::test;

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct Matrix {
    std::vector<std::int64_t> shape;
    std::vector<float> numbers;
};

using Matrices = std::map<std::string, Matrix>;

void write(const fs::path &path, const Matrices &matrices)
{
    json header;
    std::size_t at = 0;
    for (const auto &[name, matrix] : matrices) {
        const std::size_t end = at + matrix.numbers.size() * sizeof(float);
        header[name] = {{"dtype", "F32"}, {"shape", matrix.shape}, {"data_offsets", {at, end}}};
        at = end;
    }
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    std::ofstream file(path, std::ios::binary);
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the stream knows characters alone
    file.write(reinterpret_cast<const char *>(&length), sizeof length);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    for (const auto &[name, matrix] : matrices)
        file.write(reinterpret_cast<const char *>(matrix.numbers.data()),
                   static_cast<std::streamsize>(matrix.numbers.size() * sizeof(float)));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
}

Result<Matrices> read(const fs::path &folder)
{
    SNUG_TRY(const auto checkpoint, convert::readCheckpoint(folder));
    SNUG_TRY(const auto shards, convert::FolderShards::open(folder, checkpoint));
    Matrices matrices;
    for (const convert::CheckpointTensor &tensor : checkpoint.tensors) {
        SNUG_TRY(const auto bytes, shards->bytesOf(tensor));
        Matrix matrix{tensor.shape, {}};
        std::size_t count = 1;
        for (const std::int64_t length : tensor.shape)
            count *= static_cast<std::size_t>(length);
        matrix.numbers.resize(count);
        convert::plainNumbers(tensor.dtype, bytes)->read(0, 1, matrix.numbers);
        matrices.emplace(tensor.name, std::move(matrix));
    }
    return matrices;
}

Matrix randomMatrix(std::int64_t rows, std::int64_t columns, double width, std::mt19937 &random)
{
    std::normal_distribution<float> numbers(0, static_cast<float>(width));
    Matrix matrix{{rows, columns}, {}};
    for (std::int64_t i = 0; i < rows * columns; ++i)
        matrix.numbers.push_back(numbers(random));
    return matrix;
}

// W + scale · B · A
void merge(Matrix &weight, const Matrix &down, const Matrix &up, double scale)
{
    const auto rows = static_cast<std::size_t>(weight.shape[0]);
    const auto columns = static_cast<std::size_t>(weight.shape[1]);
    const auto rank = static_cast<std::size_t>(down.shape[0]);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            double sum = 0;
            for (std::size_t i = 0; i < rank; ++i)
                sum += double{up.numbers[row * rank + i]} * double{down.numbers[i * columns + column]};
            float &number = weight.numbers[row * columns + column];
            number = static_cast<float>(number + scale * sum);
        }
    }
}

bool has(const std::string &name, const char *part)
{
    return name.find(part) != std::string::npos;
}

// How the adapter says its strength, and what that means for a module.
struct Strength {
    json config;
    int (*rank)(const std::string &module);
    double (*scale)(const std::string &module);
};

Strength plain()
{
    return {{{"lora_alpha", 12}, {"r", 8}},
            [](const std::string &) { return 8; },
            [](const std::string &) { return 12.0 / 8; }};
}

Strength various()
{
    return {{{"lora_alpha", 6},
             {"r", 4},
             {"use_rslora", true},
             {"rank_pattern", {{"v_proj", 2}}},
             {"alpha_pattern", {{"self_attn.q_proj", 3}, {"layers\\.0\\..*up_proj", 9}}}},
            [](const std::string &module) { return has(module, "v_proj") ? 2 : 4; },
            [](const std::string &module) {
                const double alpha = has(module, "q_proj")                                ? 3
                                     : has(module, "layers.0.") && has(module, "up_proj") ? 9
                                                                                          : 6;
                return alpha / std::sqrt(has(module, "v_proj") ? 2.0 : 4.0);
            }};
}

void copyFolder(const fs::path &from, const fs::path &to)
{
    fs::create_directories(to);
    for (const auto &entry : fs::directory_iterator(from)) {
        if (entry.path().extension() != ".safetensors" && entry.is_regular_file()) {
            fs::copy_file(entry.path(), to / entry.path().filename());
            fs::permissions(to / entry.path().filename(), fs::perms::owner_write, fs::perm_options::add);
        }
    }
}

// A model, an adapter over all of its matrices, and both in one.
class Trained {
public:
    Trained(const fs::path &base, const fs::path &work, const Strength &strength) : m_work(work)
    {
        auto weights = read(base);
        if (!weights)
            return;
        copyFolder(base, work / "base");
        write(work / "base" / "model.safetensors", *weights);
        Matrices adapter;
        std::mt19937 random(7);
        for (auto &[name, weight] : *weights) {
            const bool isTied =
                !weights->contains("lm_head.weight") || !weights->contains("model.embed_tokens.weight");
            if (weight.shape.size() != 2 || (has(name, "lm_head") && isTied) || has(name, "embed_tokens"))
                continue;
            const std::string module = name.substr(0, name.size() - std::strlen(".weight"));
            const int rank = strength.rank(module);
            const Matrix down = randomMatrix(rank, weight.shape[1], 0.1, random);
            const Matrix up = randomMatrix(weight.shape[0], rank, 0.05, random);
            merge(weight, down, up, strength.scale(module));
            adapter.emplace("base_model.model." + module + ".lora_A.weight", down);
            adapter.emplace("base_model.model." + module + ".lora_B.weight", up);
        }
        if (const auto words = weights->find("model.embed_tokens.weight");
            words != weights->end() && weights->contains("lm_head.weight"))
            addWords(words->second, adapter, strength, random);
        copyFolder(base, work / "merged");
        write(work / "merged" / "model.safetensors", *weights);
        fs::create_directories(work / "adapter");
        write(work / "adapter" / "adapter_model.safetensors", adapter);
        json config = strength.config;
        config["peft_type"] = "LORA";
        std::ofstream(work / "adapter" / "adapter_config.json") << config.dump();
        m_pairs = adapter.size() / 2;
    }

    [[nodiscard]] std::size_t pairs() const { return m_pairs; }

    // The file that `snug-cli convert` makes of one of the folders. What it said where it failed.
    [[nodiscard]] std::string convert(const std::string &name, const std::string &type) const
    {
        ChildRequest request;
        request.program = program(QStringLiteral("snug-cli")).toStdString();
        request.arguments = {
            "convert", (m_work / name).string(),   "-o",    file(name).string(), "--type", type,
            "--base",  (m_work / "base").string(), "--json"};
        const auto child = runChild(request);
        return !child ? child.error().message : child->exitCode == 0 ? "" : child->output + child->errors;
    }

    [[nodiscard]] fs::path file(const std::string &name) const { return m_work / (name + ".gguf"); }

private:
    // Of embeddings a column of lora_embedding_A stands for a word (peft, Embedding).
    static void addWords(Matrix &words, Matrices &adapter, const Strength &strength, std::mt19937 &random)
    {
        const int rank = strength.rank("embed_tokens");
        const Matrix down = randomMatrix(rank, words.shape[0], 0.1, random);
        const Matrix up = randomMatrix(words.shape[1], rank, 0.05, random);
        Matrix turnedDown{{words.shape[0], rank}, {}};
        for (std::int64_t word = 0; word < words.shape[0]; ++word) {
            for (std::int64_t i = 0; i < rank; ++i)
                turnedDown.numbers.push_back(
                    down.numbers[static_cast<std::size_t>(i * words.shape[0] + word)]);
        }
        Matrix turnedUp{{rank, words.shape[1]}, {}};
        for (std::int64_t i = 0; i < rank; ++i) {
            for (std::int64_t column = 0; column < words.shape[1]; ++column)
                turnedUp.numbers.push_back(up.numbers[static_cast<std::size_t>(column * rank + i)]);
        }
        merge(words, turnedUp, turnedDown, strength.scale("embed_tokens"));
        adapter.emplace("base_model.model.model.embed_tokens.lora_embedding_A", down);
        adapter.emplace("base_model.model.model.embed_tokens.lora_embedding_B", up);
    }

    fs::path m_work;
    std::size_t m_pairs = 0;
};

double largestDifference(std::span<const float> one, std::span<const float> other)
{
    double largest = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        largest = std::max(largest, std::abs(double{one[i]} - double{other[i]}));
    return largest;
}

} // namespace

class TestAdapterLogits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
        const auto loaded = loadEngine();
        QVERIFY2(loaded, messageOf(loaded).c_str());
    }

    void anAdapterDoesWhatMergingDoes_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<bool>("isPlain");
        QTest::addColumn<double>("tolerance");
        // Both compute in 32 bits, and only the order of sums differs.
        constexpr double kExact = 5e-6;
        for (const char *name : {"llama3", "qwen2", "qwen3", "qwen3moe", "mixtral"}) {
            const QString folder = dataFile(QStringLiteral("fixtures/dev/%1/model").arg(QLatin1String(name)));
            QTest::newRow(name) << folder << true << kExact;
            QTest::addRow("%s, patterns", name) << folder << false << kExact;
        }
        QTest::newRow("starter") << dataFile(QStringLiteral("models/starter/hf")) << true << kExact;
    }
    void anAdapterDoesWhatMergingDoes()
    {
        QFETCH(QString, folder);
        QFETCH(bool, isPlain);
        QFETCH(double, tolerance);
        const QTemporaryDir work;
        const Trained trained(folder.toStdString(), work.path().toStdString(), isPlain ? plain() : various());
        QVERIFY(trained.pairs() > 10);
        for (const char *name : {"base", "merged", "adapter"}) {
            const std::string said = trained.convert(name, "F32");
            QVERIFY2(said.empty(), said.c_str());
        }
        const std::vector<std::int32_t> tokens = {3, 14, 159, 26, 53, 58, 97, 93, 238, 46, 264, 33};
        const auto base = llama::tokenLogits(trained.file("base"), tokens, 64);
        const auto merged = llama::tokenLogits(trained.file("merged"), tokens, 64);
        const auto adapted = llama::tokenLogits(trained.file("base"), tokens, 64, trained.file("adapter"));
        QVERIFY2(base && merged, messageOf(merged).c_str());
        QVERIFY2(adapted, messageOf(adapted).c_str());
        double largest = 1;
        for (const float number : *merged)
            largest = std::max(largest, std::abs(double{number}));
        const double difference = largestDifference(*adapted, *merged) / largest;
        const double change = largestDifference(*base, *merged) / largest;
        qInfo("%g of %g, which the adapter changed by %g", difference, largest, change);
        QVERIFY2(difference < tolerance, QByteArray::number(difference));
        QVERIFY(change > 0.05);
    }
};

QTEST_GUILESS_MAIN(TestAdapterLogits)
#include "tst_adapter_logits.moc"
