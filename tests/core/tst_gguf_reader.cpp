// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/gguf/failure.h"
#include "core/gguf/reader.h"
#include "core/gguf/text.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/gguf_consistency.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <map>

#if !defined(_WIN32)
#include <sys/stat.h>
#endif

using namespace snug;
using namespace snug::test;

namespace {

// Counts what a reader asks for, so that a test can say how little it reads.
class CountingReader final : public gguf::RandomReader {
public:
    explicit CountingReader(gguf::RandomReader &in) : m_in(in) {}
    [[nodiscard]] std::int64_t size() const override { return m_in.size(); }
    [[nodiscard]] Result<std::size_t> readAt(std::int64_t offset, std::span<std::byte> into) override
    {
        m_lastByte = std::max(m_lastByte, offset + static_cast<std::int64_t>(into.size()));
        return m_in.readAt(offset, into);
    }
    [[nodiscard]] std::int64_t lastByte() const { return m_lastByte; }

private:
    gguf::RandomReader &m_in;
    std::int64_t m_lastByte = 0;
};

std::filesystem::path pathOf(const QString &path)
{
    return fromUtf8(path.toStdString());
}

} // namespace

class TestGgufReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKindOfValue()
    {
        const auto header = readBytes(smallModel().build());
        QVERIFY2(header, messageOf(header).c_str());
        const auto find = [&header](std::string_view key) { return header->find(key); };
        QCOMPARE(header->version, 3U);
        QCOMPARE(header->alignment, 32U);
        QCOMPARE(header->values.size(), std::size_t{17});
        QCOMPARE(header->values.front().key, std::string("general.architecture"));
        QCOMPARE(*find("general.name")->text(), std::string("Small"));
        QCOMPARE(find("test.u8")->integer(), std::optional<std::int64_t>(250));
        QCOMPARE(find("test.i8")->integer(), std::optional<std::int64_t>(-3));
        QCOMPARE(find("test.u16")->integer(), std::optional<std::int64_t>(65000));
        QCOMPARE(find("test.i16")->integer(), std::optional<std::int64_t>(-30000));
        QCOMPARE(find("test.i32")->integer(), std::optional<std::int64_t>(-70000));
        QCOMPARE(find("test.i64")->integer(), std::optional<std::int64_t>(INT64_MIN));
        QCOMPARE(find("test.u64")->integer(), std::optional<std::int64_t>());
        QCOMPARE(std::get<std::uint64_t>(find("test.u64")->content()), UINT64_MAX);
        QCOMPARE(find("test.f32")->number(), std::optional(0.5));
        QCOMPARE(find("test.f64")->number(), std::optional(-0.25));
        QCOMPARE(find("test.bool")->boolean(), std::optional(true));
        QVERIFY(find("missing") == nullptr);
    }

    void gettersOfOtherTypesAnswerNothing()
    {
        const gguf::Value text("words");
        QVERIFY(!text.integer() && !text.number() && !text.boolean() && text.array() == nullptr);
        const gguf::Value truth(true);
        QVERIFY(!truth.integer() && !truth.number() && truth.text() == nullptr);
        const gguf::Value half(0.5);
        QVERIFY(!half.integer() && !half.boolean());
    }

    void readsListsAndTheirElements()
    {
        const auto header = readBytes(smallModel().build());
        QVERIFY(header);
        const auto *tokens = header->find("tokenizer.ggml.tokens")->array();
        QCOMPARE(tokens->count, std::int64_t{4});
        QCOMPARE(tokens->strings().value(), (std::vector<std::string>{"<s>", "</s>", "a", "b"}));
        QVERIFY(!tokens->numbers() && !tokens->integers());
        const auto *scores = header->find("tokenizer.ggml.scores")->array();
        QCOMPARE(scores->numbers().value(), (std::vector<double>{0.0, -1.0, -2.5, -3.0}));
        QVERIFY(!scores->strings() && !scores->integers());
    }

    void longListsStayInTheFileUntilLoaded()
    {
        const std::vector<std::string> words(5000, "word");
        const auto bytes = GgufBuilder().key("words", gguf::Value(gguf::Array::ofStrings(words))).build();
        gguf::MemoryReader in(bytes);
        auto header = gguf::readHeader(in);
        QVERIFY(header);
        const auto *array = header->find("words")->array();
        QVERIFY(!array->content && !array->strings());
        QCOMPARE(array->count, std::int64_t{5000});
        QCOMPARE(array->bytes, std::int64_t{5000 * 12});
        QCOMPARE(gguf::loadArray(in, *array, 1 << 20)->strings().value(), words);
        QCOMPARE(reasonOf(gguf::loadArray(in, *array, 1000)), std::string("long_array"));
        QVERIFY(gguf::loadArrays(in, *header));
        QCOMPARE(header->find("words")->array()->strings().value(), words);
    }

    void readsTensors()
    {
        const auto header = readBytes(smallModel().build());
        QVERIFY(header);
        QCOMPARE(header->tensors.size(), std::size_t{5});
        const auto &q = header->tensors[2];
        QCOMPARE(q.name, std::string("blk.0.attn_q.weight"));
        QCOMPARE(q.dims, (std::vector<std::int64_t>{64, 64}));
        QCOMPARE(q.type, gguf::TensorType::Q8_0);
        QCOMPARE(q.bytes, std::int64_t{64 * 64 / 32 * 34});
        QCOMPARE(q.offset, std::int64_t{64 * 4 * 4 + 64 * 4});
        // 7 x 3 F16 are 42 bytes, padded to 64.
        QCOMPARE(header->tensors[4].offset, header->tensors[3].offset + 64);
        QCOMPARE(header->dataEnd(), header->fileBytes);
        QCOMPARE(inconsistency(*header), std::string());
    }

    void acceptsVersionTwoOtherAlignmentsAndFilesWithoutTensors()
    {
        QVERIFY(readBytes(smallModel().version(2).build()));
        const auto wide = readBytes(GgufBuilder()
                                        .padTo(4096)
                                        .key("general.alignment", gguf::Value(std::uint32_t{4096}))
                                        .tensor("a", {3}, 0)
                                        .tensor("b", {3}, 0)
                                        .build());
        QVERIFY2(wide, messageOf(wide).c_str());
        QCOMPARE(wide->dataOffset, std::int64_t{4096});
        QCOMPARE(wide->tensors[1].offset, std::int64_t{4096});
        const auto bytes = GgufBuilder().key("general.architecture", gguf::Value("llama")).build();
        const auto bare = readBytes(bytes);
        QVERIFY(bare);
        QCOMPARE(bare->dataOffset, static_cast<std::int64_t>(bytes.size()));
    }

    void readsNoByteOfTheData()
    {
        // A gigabyte of tensor behind a small header: only the buffer's length past the header is ever asked
        // for.
        const auto header = GgufBuilder().tensor("big", {1 << 28}, 0).header();
        gguf::MemoryReader memory(header, static_cast<std::int64_t>(header.size()) + (std::int64_t{1} << 30));
        const auto read = gguf::readHeader(memory);
        QVERIFY2(read, messageOf(read).c_str());
        gguf::MemoryReader whole(smallModel().build());
        CountingReader counting(whole);
        QVERIFY(gguf::readHeader(counting));
        QVERIFY(counting.lastByte() <= 64 * 1024);
    }

    void aPrefixAsksForMoreUntilTheHeaderIsComplete()
    {
        const auto bytes = smallModel().build();
        const auto headerBytes = smallModel().header().size();
        std::size_t have = 0;
        int rounds = 0;
        for (;; ++rounds) {
            gguf::MemoryReader in(truncated(bytes, have), static_cast<std::int64_t>(bytes.size()));
            const auto header = gguf::readHeader(in);
            if (header)
                break;
            QCOMPARE(header.error().kind, ErrorKind::Truncated);
            QCOMPARE(reasonOf(header), std::string("need_more_bytes"));
            const auto wanted = static_cast<std::size_t>(numberOf(header, "wanted_bytes"));
            QVERIFY(wanted > have);
            QVERIFY(wanted <= headerBytes);
            have = wanted;
        }
        QVERIFY(rounds > 3);
    }

    void missingDataIsToldWithPlaceAndLength()
    {
        const auto whole = smallModel().build();
        const auto cut = readBytes(truncated(whole, whole.size() - 1));
        QCOMPARE(cut.error().kind, ErrorKind::Truncated);
        QCOMPARE(reasonOf(cut), std::string("truncated"));
        QCOMPARE(numberOf(cut, "wanted_bytes"), static_cast<std::int64_t>(whole.size()));
        QCOMPARE(numberOf(cut, "file_bytes"), static_cast<std::int64_t>(whole.size()) - 1);
        QVERIFY(messageOf(cut).starts_with("Tensor 5 of 5 should end at byte "));
        const auto early = readBytes(truncated(whole, smallModel().header().size() + 1200));
        QVERIFY2(messageOf(early).starts_with("Tensor 2 of 5 should end at byte "), messageOf(early).c_str());
        const auto none = readBytes(truncated(whole, smallModel().header().size()));
        QVERIFY(messageOf(none).starts_with("Tensor 1 of 5 should begin at byte "));
        QVERIFY(messageOf(none).ends_with("Nothing was changed."));
    }

    void opensOnlyRegularFiles()
    {
        QTemporaryDir folder;
        const auto directory = pathOf(folder.path());
        const auto missing = gguf::FileReader::open(directory / "missing.gguf");
        QCOMPARE(missing.error().kind, ErrorKind::NotFound);
        const auto opened = gguf::FileReader::open(directory);
        QCOMPARE(opened.error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(reasonOf(opened), std::string("directory"));
#if !defined(_WIN32)
        // Nobody writes to the pipe: opening it would wait forever.
        QCOMPARE(::mkfifo((directory / "pipe").c_str(), 0600), 0);
        QCOMPARE(reasonOf(gguf::FileReader::open(directory / "pipe")), std::string("not_a_regular_file"));
#endif
        writeFile(directory / "small.gguf", smallModel().build());
        const auto file = gguf::FileReader::open(directory / "small.gguf");
        QVERIFY(file);
        QVERIFY(gguf::readHeader(**file));
        std::array<std::byte, 8> into{};
        QCOMPARE((*file)->readAt((*file)->size() - 3, into).value(), std::size_t{3});
        QCOMPARE((*file)->readAt((*file)->size(), into).value(), std::size_t{0});
    }

    void aFileThatShrinksWhileItIsReadIsAnError()
    {
        QTemporaryDir folder;
        const auto path = pathOf(folder.filePath(QStringLiteral("small.gguf")));
        writeFile(path, smallModel().build());
        const auto file = gguf::FileReader::open(path);
        QVERIFY(file);
        std::filesystem::resize_file(path, 6);
        const auto header = gguf::readHeader(**file);
        QVERIFY(!header);
        QCOMPARE(header.error().kind, ErrorKind::Io);
    }

    void bitsPerWeightOfEveryType()
    {
        // The figures that llama.cpp publishes for its types.
        const std::map<std::string_view, double> published = {
            {"F32", 32},        {"F16", 16},       {"BF16", 16},        {"Q1_0", 1.125},
            {"Q2_0", 2.25},     {"Q4_0", 4.5},     {"Q4_1", 5},         {"Q5_0", 5.5},
            {"Q5_1", 6},        {"Q8_0", 8.5},     {"MXFP4", 4.25},     {"NVFP4", 4.5},
            {"Q2_K", 2.625},    {"Q3_K", 3.4375},  {"Q4_K", 4.5},       {"Q5_K", 5.5},
            {"Q6_K", 6.5625},   {"IQ1_S", 1.5625}, {"IQ1_M", 1.75},     {"IQ2_XXS", 2.0625},
            {"IQ2_XS", 2.3125}, {"IQ2_S", 2.5625}, {"IQ3_XXS", 3.0625}, {"IQ3_S", 3.4375},
            {"IQ4_NL", 4.5},    {"IQ4_XS", 4.25},  {"TQ1_0", 1.6875},   {"TQ2_0", 2.0625},
            {"F64", 64},        {"I8", 8},         {"I16", 16},         {"I32", 32},
            {"I64", 64},        {"Q8_1", 9},       {"Q8_K", 9.125},
        };
        QCOMPARE(gguf::tensorTypes().size(), published.size());
        for (const auto &info : gguf::tensorTypes()) {
            QVERIFY2(published.contains(info.name), std::string(info.name).c_str());
            QCOMPARE(static_cast<double>(info.blockBytes) * 8 / static_cast<double>(info.blockElements),
                     published.at(info.name));
        }
    }

    void shapesThatCannotBeHaveNoLength()
    {
        using gguf::TensorType;
        const auto bytes = [](TensorType type, std::vector<std::int64_t> dims) {
            return gguf::tensorBytes(type, dims);
        };
        QCOMPARE(bytes(TensorType::F32, {3, 2}), std::optional<std::int64_t>(24));
        QCOMPARE(bytes(TensorType::Q4_K, {256, 3}), std::optional<std::int64_t>(432));
        QVERIFY(!bytes(TensorType::Q4_K, {255, 3}));
        QVERIFY(!bytes(TensorType::F32, {}));
        QVERIFY(!bytes(TensorType::F32, {0}));
        QVERIFY(!bytes(TensorType::F32, {-4, -4}));
        QVERIFY(!bytes(TensorType::F32, {INT64_MAX, 2}));
        QVERIFY(!bytes(TensorType::F32, {INT64_MAX / 2}));
    }

    void utf8IsCheckedStrictly()
    {
        for (const char *good : {"", "plain", "Gr\u00fc\u00dfe", "\u4f60\u597d", "\U0001F600"})
            QVERIFY(gguf::isUtf8(good));
        for (const char *bad :
             {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5", "a\xC3"})
            QVERIFY(!gguf::isUtf8(bad));
        QCOMPARE(gguf::escaped("a\n\xFFz"), std::string("a\\x0a\\xffz"));
        QCOMPARE(gguf::escaped("abcdef", 3), std::string("abc\u2026"));
        QCOMPARE(gguf::escaped("\u00fc\u00fc", 1), std::string("\u00fc\u2026"));
    }

    void realFiles_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("tensors");
        QTest::newRow("starter") << QStringLiteral("models/starter/snug-starter-Q8_0.gguf") << 47;
        QTest::newRow("stories260K") << QStringLiteral("models/stories260k-gguf/stories260K.gguf") << 48;
    }

    void realFiles()
    {
        QFETCH(QString, file);
        QFETCH(int, tensors);
        const QString path = dataFile(file);
        if (path.isEmpty())
            QSKIP("the model is not among the test data");
        const auto in = gguf::FileReader::open(pathOf(path));
        QVERIFY(in);
        const auto header = gguf::readHeader(**in);
        QVERIFY2(header, messageOf(header).c_str());
        QCOMPARE(static_cast<int>(header->tensors.size()), tensors);
        QCOMPARE(inconsistency(*header), std::string());
        QVERIFY(header->fileBytes - header->dataEnd() < header->alignment);
    }

    void vocabulariesOfTheEngine()
    {
        const QDir folder(qEnvironmentVariable("SNUG_ENGINE_SOURCE") + QStringLiteral("/models"));
        const auto files = folder.entryList({QStringLiteral("ggml-vocab-*.gguf")}, QDir::Files);
        if (qEnvironmentVariableIsEmpty("SNUG_ENGINE_SOURCE") || files.isEmpty())
            QSKIP("SNUG_ENGINE_SOURCE does not name a source tree of llama.cpp");
        for (const QString &file : files) {
            const auto in = gguf::FileReader::open(pathOf(folder.filePath(file)));
            QVERIFY(in);
            const auto header = gguf::readHeader(**in);
            QVERIFY2(header, messageOf(header).c_str());
            QVERIFY(header->find("tokenizer.ggml.tokens")->array()->count > 1000);
        }
    }
};

QTEST_GUILESS_MAIN(TestGgufReader)
#include "tst_gguf_reader.moc"
