// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/gguf_consistency.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

#if !defined(_WIN32)
#include <sys/stat.h>
#endif

using namespace snug;
using namespace snug::test;

namespace {

class RandomHeaders {
public:
    explicit RandomHeaders(std::uint32_t seed) : m_random(seed) {}

    gguf::Header next()
    {
        gguf::Header header;
        header.version = below(2) == 0 ? 2 : 3;
        if (below(3) == 0)
            header.values.push_back({"general.alignment", gguf::Value(std::uint32_t{1} << below(14))});
        for (std::uint32_t i = 0, count = below(30); i < count; ++i)
            header.values.push_back({"key." + std::to_string(i) + text(20), value()});
        for (std::uint32_t i = 0, count = below(20); i < count; ++i)
            header.tensors.push_back(tensor(i));
        return header;
    }

private:
    std::uint32_t below(std::uint32_t limit)
    {
        return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(m_random);
    }

    std::string text(std::uint32_t limit)
    {
        constexpr std::array<const char *, 6> kParts = {"a", "Z", "_", "\u00e9", "\u4f60", "\U0001F600"};
        std::string out;
        for (std::uint32_t i = 0, count = below(limit); i < count; ++i)
            out += kParts[below(kParts.size())];
        return out;
    }

    template <class T> T number()
    {
        const std::uint64_t bits = (std::uint64_t{below(UINT32_MAX)} << 32) | below(UINT32_MAX);
        if constexpr (std::is_floating_point_v<T>)
            return static_cast<T>(static_cast<double>(static_cast<std::int64_t>(bits)) / 3.0);
        else
            return static_cast<T>(bits);
    }

    gguf::Value value()
    {
        const auto type = static_cast<gguf::ValueType>(below(13));
        if (type == gguf::ValueType::String)
            return gguf::Value(text(200));
        if (type == gguf::ValueType::Array)
            return gguf::Value(array());
        return gguf::withNumberType(
            type, [this]<class T>(std::type_identity<T>) { return gguf::Value(number<T>()); });
    }

    // Sometimes longer than what the reader keeps.
    gguf::Array array()
    {
        const std::uint32_t count = below(10) == 0 ? 20000 : below(50);
        switch (below(3)) {
        case 0: {
            std::vector<std::string> texts(count);
            for (auto &element : texts)
                element = text(8);
            return gguf::Array::ofStrings(texts);
        }
        case 1: {
            std::vector<float> numbers(count);
            for (auto &element : numbers)
                element = number<float>();
            return gguf::Array::ofNumbers<float>(numbers);
        }
        default: {
            std::vector<std::int32_t> numbers(count);
            for (auto &element : numbers)
                element = number<std::int32_t>();
            return gguf::Array::ofNumbers<std::int32_t>(numbers);
        }
        }
    }

    gguf::Tensor tensor(std::uint32_t index)
    {
        const auto types = gguf::tensorTypes();
        const auto &info = types[below(static_cast<std::uint32_t>(types.size()))];
        gguf::Tensor out;
        out.name = "t" + std::to_string(index) + text(8);
        out.type = info.type;
        out.dims = {info.blockElements * (1 + below(5))};
        for (std::uint32_t i = 0, more = below(4); i < more; ++i)
            out.dims.push_back(1 + below(6));
        return out;
    }

    std::mt19937 m_random;
};

std::filesystem::path pathOf(const QString &path)
{
    return fromUtf8(path.toStdString());
}

#if !defined(_WIN32)
std::int64_t bytesOnDisk(const std::filesystem::path &path)
{
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0 ? std::int64_t{status.st_blocks} * 512 : -1;
}
#endif

} // namespace

class TestGgufWriter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 200; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }

    void whatIsWrittenIsReadBack()
    {
        QFETCH(quint32, seed);
        const gguf::Header draft = RandomHeaders(seed).next();
        const auto written = gguf::encodeHeader(draft);
        QVERIFY2(written, messageOf(written).c_str());
        QCOMPARE(inconsistency(written->header), std::string());

        gguf::MemoryReader in(written->bytes, written->header.fileBytes);
        auto read = gguf::readHeader(in);
        QVERIFY2(read, messageOf(read).c_str());
        QCOMPARE(read->version, draft.version);
        QCOMPARE(read->dataOffset, static_cast<std::int64_t>(written->bytes.size()));
        QCOMPARE(read->values.size(), draft.values.size());
        QCOMPARE(read->tensors.size(), draft.tensors.size());
        for (std::size_t i = 0; i < draft.values.size(); ++i) {
            QCOMPARE(read->values[i].key, draft.values[i].key);
            QCOMPARE(read->values[i].value.type(), draft.values[i].value.type());
            if (draft.values[i].value.array() == nullptr)
                QVERIFY(read->values[i].value.content().index() == draft.values[i].value.content().index());
        }
        for (std::size_t i = 0; i < draft.tensors.size(); ++i) {
            QCOMPARE(read->tensors[i].name, draft.tensors[i].name);
            QCOMPARE(read->tensors[i].dims, draft.tensors[i].dims);
            QCOMPARE(read->tensors[i].type, draft.tensors[i].type);
        }
        // Equal bytes say that every value is the same, numbers that equal nothing included.
        QVERIFY(gguf::loadArrays(in, *read));
        QVERIFY(gguf::encodeHeader(*read)->bytes == written->bytes);
    }

    void agreesWithTheBuilderByteForByte()
    {
        const auto bytes = smallModel().header();
        const auto header = readBytes(smallModel().build());
        QVERIFY(header);
        const auto written = gguf::encodeHeader(*header);
        QVERIFY(written);
        QVERIFY(written->bytes == bytes);
        QCOMPARE(written->header.tensors, header->tensors);
    }

    void realFilesAreWrittenAsTheyWere()
    {
        const QString path = dataFile(QStringLiteral("models/starter/snug-starter-Q8_0.gguf"));
        if (path.isEmpty())
            QSKIP("the model is not among the test data");
        const auto in = gguf::FileReader::open(pathOf(path));
        QVERIFY(in);
        auto header = gguf::readHeader(**in);
        QVERIFY(header && gguf::loadArrays(**in, *header));
        const auto written = gguf::encodeHeader(*header);
        QVERIFY2(written, messageOf(written).c_str());
        Bytes original(static_cast<std::size_t>(header->dataOffset));
        QCOMPARE((*in)->readAt(0, original).value(), original.size());
        QVERIFY(written->bytes == original);
    }

    void refusesWhatTheReaderWouldRefuse()
    {
        const auto reason = [](gguf::Header draft) { return reasonOf(gguf::encodeHeader(std::move(draft))); };
        gguf::Header draft;
        draft.values = {{"a", gguf::Value(true)}, {"a", gguf::Value(true)}};
        QCOMPARE(reason(draft), std::string("duplicate_key"));
        draft.values = {{"general.alignment", gguf::Value(std::uint32_t{48})}};
        QCOMPARE(reason(draft), std::string("bad_alignment"));
        draft.values = {{"a", gguf::Value(gguf::Array{gguf::ValueType::Uint8, 4, 100, 4, {}})}};
        QCOMPARE(reason(draft), std::string("array_not_loaded"));
        draft.values.clear();
        draft.version = 7;
        QCOMPARE(reason(draft), std::string("gguf_version"));
        draft.version = 3;
        draft.tensors = {{std::string(64, 'x'), {4}, gguf::TensorType::F32}};
        QCOMPARE(reason(draft), std::string("long_name"));
        draft.tensors = {{"x", {100}, gguf::TensorType::Q4_K}};
        QCOMPARE(reason(draft), std::string("bad_shape"));
        draft.tensors = {{"x", {INT64_MAX / 8}, gguf::TensorType::F32},
                         {"y", {INT64_MAX / 5}, gguf::TensorType::F32}};
        QCOMPARE(reason(draft), std::string("overflow"));
        // The data alone would fit, behind this header it does not.
        draft.values = {{"a", gguf::Value(std::string(200, 'a'))}};
        draft.tensors = {{"x", {INT64_MAX / 4 / 32 * 32}, gguf::TensorType::F32}};
        QCOMPARE(reason(draft), std::string("overflow"));
    }

    void sparseCopiesHaveTheLengthButNotTheBytes()
    {
        QTemporaryDir folder;
        const auto source = pathOf(folder.filePath(QStringLiteral("source.gguf")));
        const auto target = pathOf(folder.filePath(QStringLiteral("target.gguf")));
        gguf::Header draft;
        draft.values = {{"general.architecture", gguf::Value("llama")}};
        draft.tensors = {{"big", {4096, 16384}, gguf::TensorType::F32},
                         {"bigger", {4096, 65536}, gguf::TensorType::F16}};
        const auto written = gguf::encodeHeader(draft);
        QVERIFY(written);
        QVERIFY(gguf::writeSparse(written->bytes, written->header.fileBytes, source));

        const auto in = gguf::FileReader::open(source);
        QVERIFY(in);
        const auto header = gguf::readHeader(**in);
        QVERIFY2(header, messageOf(header).c_str());
        QVERIFY(gguf::writeSparseCopy(**in, *header, target));
        QCOMPARE(static_cast<std::int64_t>(std::filesystem::file_size(target)), header->dataEnd());
        const auto copy = gguf::FileReader::open(target);
        QVERIFY(copy);
        const auto again = gguf::readHeader(**copy);
        QVERIFY2(again, messageOf(again).c_str());
        QCOMPARE(again->tensors, header->tensors);
        QCOMPARE(again->dataOffset, header->dataOffset);
        QVERIFY(gguf::encodeHeader(*again)->bytes == written->bytes);
#if !defined(_WIN32)
        QVERIFY(header->fileBytes > std::int64_t{700} << 20);
        QVERIFY2(bytesOnDisk(target) < 1 << 20, std::to_string(bytesOnDisk(target)).c_str());
#endif
    }

    void aSparseCopyOfARealFileReadsTheSame()
    {
        const QString path = dataFile(QStringLiteral("models/starter/snug-starter-Q8_0.gguf"));
        if (path.isEmpty())
            QSKIP("the model is not among the test data");
        QTemporaryDir folder;
        const auto target = pathOf(folder.filePath(QStringLiteral("copy.gguf")));
        const auto in = gguf::FileReader::open(pathOf(path));
        QVERIFY(in);
        const auto header = gguf::readHeader(**in);
        QVERIFY(header && gguf::writeSparseCopy(**in, *header, target));
        const auto copy = gguf::FileReader::open(target);
        QVERIFY(copy);
        const auto again = gguf::readHeader(**copy);
        QVERIFY2(again, messageOf(again).c_str());
        QCOMPARE(again->tensors, header->tensors);
#if !defined(_WIN32)
        QVERIFY(bytesOnDisk(target) < header->dataOffset + (1 << 16));
#endif
    }

    void placesBeyondFourGibibytesAreRead()
    {
        QTemporaryDir folder;
        const auto path = pathOf(folder.filePath(QStringLiteral("long.bin")));
        constexpr std::int64_t kLength = (std::int64_t{5} << 30) + 3;
        QVERIFY(gguf::writeSparse(bytesOf("begin"), kLength, path));
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(kLength - 3);
        file << "end";
        file.close();
        const auto in = gguf::FileReader::open(path);
        QVERIFY(in);
        QCOMPARE((*in)->size(), kLength);
        Bytes into(8);
        QCOMPARE((*in)->readAt(kLength - 3, into).value(), std::size_t{3});
        QVERIFY(truncated(into, 3) == bytesOf("end"));
    }

    void aFailedSparseFileLeavesNothing()
    {
        QTemporaryDir folder;
        const auto target = pathOf(folder.filePath(QStringLiteral("no/such/folder.gguf")));
        const auto written = gguf::writeSparse(Bytes(16), 1 << 20, target);
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Io);
        const auto tooLong = pathOf(folder.filePath(QStringLiteral("long.gguf")));
        QVERIFY(!gguf::writeSparse(Bytes(16), INT64_MAX, tooLong));
        QVERIFY(!std::filesystem::exists(tooLong));
    }
};

QTEST_GUILESS_MAIN(TestGgufWriter)
#include "tst_gguf_writer.moc"
