// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/ggml_row_encoder.h"
#include "backends/llama/gguf_data.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"
#include "core/quant/type_kinds.h"
#include "tests/support/gguf_errors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace snug;
using namespace snug::test;
using gguf::TensorType;

namespace {

constexpr std::int64_t kColumns = 256;
constexpr std::int64_t kRows = 6;

std::vector<float> waves()
{
    std::vector<float> numbers(static_cast<std::size_t>(kColumns * kRows));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = std::sin(static_cast<float>(i) * 0.37F);
    return numbers;
}

// A file with one tensor of each of `types`, named after it.
struct Part {
    std::filesystem::path path;
    gguf::Header header;
    Bytes file;

    [[nodiscard]] std::size_t begin(std::size_t place) const
    {
        return static_cast<std::size_t>(header.dataOffset + header.tensors[place].offset);
    }
    void write() const { writeFile(path, file); }
};

Part part(const std::filesystem::path &path, const std::vector<TensorType> &types)
{
    gguf::Header draft;
    for (const TensorType type : types)
        draft.tensors.push_back({std::string(gguf::tensorTypeName(type)), {kColumns, 2, 3}, type, 0, 0});
    auto encoded = gguf::encodeHeader(std::move(draft)).value();
    Part made{path, std::move(encoded.header), std::move(encoded.bytes)};
    made.file.resize(static_cast<std::size_t>(made.header.fileBytes));
    const llama::GgmlRowEncoder encoder;
    const std::vector<float> importance(static_cast<std::size_t>(kColumns), 1.0F);
    for (std::size_t place = 0; place < types.size(); ++place) {
        const auto into = std::span(made.file).subspan(
            made.begin(place), static_cast<std::size_t>(made.header.tensors[place].bytes));
        if (quant::isEncodable(types[place]) &&
            !encoder.encode(types[place], waves(), kColumns, importance, into))
            qFatal("a type that cannot be encoded");
    }
    made.write();
    return made;
}

Result<std::unique_ptr<llama::GgufData>> opened(const Part &part)
{
    const llama::GgufData::Part one{part.path, &part.header};
    return llama::GgufData::open(std::span(&one, 1), part.header.tensors);
}

} // namespace

class TestGgufData : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeIsReadBack()
    {
        const std::vector<TensorType> types = {
            TensorType::F32,  TensorType::F16,  TensorType::BF16,   TensorType::Q8_0,  TensorType::Q6_K,
            TensorType::Q5_1, TensorType::Q4_K, TensorType::IQ4_XS, TensorType::MXFP4, TensorType::NVFP4};
        const Part made = part(path("all.gguf"), types);
        const auto data = opened(made);
        QVERIFY2(data, messageOf(data).c_str());
        const auto expected = waves();
        for (std::size_t place = 0; place < types.size(); ++place) {
            QVERIFY((*data)->await(place, {}));
            const auto tensor = (*data)->tensor(place);
            QCOMPARE((*tensor)->rows(), kRows);
            QCOMPARE((*tensor)->columns(), kColumns);
            QCOMPARE((*tensor)->storedAs(), std::optional(types[place]));
            std::vector<float> row(static_cast<std::size_t>(kColumns));
            for (std::int64_t i = 0; i < kRows; ++i) {
                QVERIFY((*tensor)->readRows(i, 1, row));
                float furthest = 0;
                for (std::size_t column = 0; column < row.size(); ++column)
                    furthest = std::max(
                        furthest,
                        std::abs(row[column] - expected[static_cast<std::size_t>(i * kColumns) + column]));
                // The numbers are up to 1; four bits of floating point are the coarsest.
                QVERIFY2(furthest < 0.26F, made.header.tensors[place].name.c_str());
            }
            const auto bytes = static_cast<std::size_t>(made.header.tensors[place].bytes);
            Bytes stored(bytes / 3);
            QVERIFY((*tensor)->readStored(2, 2, stored));
            QVERIFY(
                std::equal(stored.begin(), stored.end(),
                           made.file.begin() + static_cast<std::ptrdiff_t>(made.begin(place) + bytes / 3)));
        }
    }

    void badNumbersAreRefused()
    {
        for (const TensorType type : {TensorType::F32, TensorType::F16, TensorType::BF16, TensorType::Q8_0,
                                      TensorType::IQ4_XS, TensorType::MXFP4}) {
            Part made = part(path("bad.gguf"), {type});
            // The first number of the second row, or its scale.
            const std::size_t at = made.begin(0) + static_cast<std::size_t>(made.header.tensors[0].bytes) / 6;
            for (std::size_t i = 0; i < (type == TensorType::F32 ? 4U : 2U); ++i)
                made.file[at + i] = std::byte{0xFF};
            made.write();
            const auto data = opened(made);
            const auto tensor = (*data)->tensor(0);
            std::vector<float> row(static_cast<std::size_t>(kColumns));
            Bytes stored(static_cast<std::size_t>(made.header.tensors[0].bytes) / 6);
            QVERIFY((*tensor)->readRows(0, 1, row));
            QVERIFY((*tensor)->readStored(0, 1, stored));
            QCOMPARE(reasonOf((*tensor)->readRows(1, 1, row)), std::string("not_finite"));
            QCOMPARE(reasonOf((*tensor)->readStored(1, 1, stored)), std::string("not_finite"));
        }
    }

    void wholeNumbersAreOnlyCopied()
    {
        const Part made = part(path("whole.gguf"), {TensorType::I32});
        const auto data = opened(made);
        const auto tensor = (*data)->tensor(0);
        std::vector<float> row(static_cast<std::size_t>(kColumns));
        Bytes stored(static_cast<std::size_t>(kColumns) * 4);
        QCOMPARE(reasonOf((*tensor)->readRows(0, 1, row)), std::string("type"));
        QVERIFY((*tensor)->readStored(0, 1, stored));
    }

    void partsAreReadInTheAskedOrder()
    {
        const Part first = part(path("1.gguf"), {TensorType::Q8_0, TensorType::F16});
        const Part second = part(path("2.gguf"), {TensorType::F32});
        const std::array<llama::GgufData::Part, 2> parts = {
            {{first.path, &first.header}, {second.path, &second.header}}};
        const std::vector<gguf::Tensor> order = {second.header.tensors[0], first.header.tensors[1]};
        const auto data = llama::GgufData::open(parts, order);
        QVERIFY2(data, messageOf(data).c_str());
        QCOMPARE((*(*data)->tensor(0))->storedAs(), std::optional(TensorType::F32));
        QCOMPARE((*(*data)->tensor(1))->storedAs(), std::optional(TensorType::F16));
    }

    void tensorsThatAreNotThereAreRefused()
    {
        const Part made = part(path("one.gguf"), {TensorType::F32});
        const llama::GgufData::Part one{made.path, &made.header};
        std::vector<gguf::Tensor> order = made.header.tensors;
        order[0].name = "another";
        QCOMPARE(reasonOf(llama::GgufData::open(std::span(&one, 1), order)), std::string("no_source"));
        order = made.header.tensors;
        order[0].dims = {kColumns, 6};
        QCOMPARE(reasonOf(llama::GgufData::open(std::span(&one, 1), order)), std::string("no_source"));
    }

    void changedFilesAreRefused()
    {
        Part made = part(path("cut.gguf"), {TensorType::F32});
        made.file.pop_back();
        made.write();
        QCOMPARE(reasonOf(opened(made)), std::string("changed_part"));
        std::filesystem::remove(made.path);
        QVERIFY(!opened(made));
    }

private:
    [[nodiscard]] std::filesystem::path path(const char *name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestGgufData)
#include "tst_gguf_data.moc"
