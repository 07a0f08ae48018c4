// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/safetensors/reader.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/safetensors_builder.h"
#include "tests/support/test_data.h"

#include <QDirIterator>
#include <QTest>

#include <random>

using namespace snug;
using namespace snug::test;

Q_DECLARE_METATYPE(snug::test::Bytes)

namespace {

Result<safetensors::Header> read(Bytes bytes, const safetensors::Limits &limits = {})
{
    gguf::MemoryReader in(std::move(bytes));
    return safetensors::readHeader(in, limits);
}

Bytes small()
{
    return SafetensorsBuilder()
        .bf16("b", {2, 3})
        .tensor("a", "F32", {4}, 16)
        .tensor("n", "I64", {}, 8)
        .build();
}

void row(const char *name, const Bytes &bytes, ErrorKind kind, const char *reason)
{
    QTest::newRow(name) << bytes << kind << QString::fromLatin1(reason);
}

void json(const char *name, std::string_view text, std::size_t data, const char *reason)
{
    row(name, safetensorsOf(text, data), ErrorKind::Corrupt, reason);
}

} // namespace

Q_DECLARE_METATYPE(snug::ErrorKind)

// The header of a safetensors file: what is right is read, what breaks a rule is named, and nothing costs
// more than the file's bytes justify.
class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsNamesShapesAndPlaces()
    {
        const auto header = read(small());
        QVERIFY2(header, messageOf(header).c_str());
        QCOMPARE(header->tensors.size(), std::size_t{3});
        QCOMPARE(header->tensors[0], (safetensors::Tensor{"b", safetensors::Dtype::BF16, {2, 3}, 0, 12}));
        QCOMPARE(header->tensors[1], (safetensors::Tensor{"a", safetensors::Dtype::F32, {4}, 12, 16}));
        QCOMPARE(header->tensors[2], (safetensors::Tensor{"n", safetensors::Dtype::I64, {}, 28, 8}));
        QCOMPARE(header->fileBytes, static_cast<std::int64_t>(small().size()));
        QCOMPARE(header->dataOffset + 36, header->fileBytes);
    }

    void orderOfTheDataIsFree()
    {
        const auto header = read(safetensorsOf(
            R"({"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[3],"data_offsets":[5,8]},)"
            R"("e":{"dtype":"F32","shape":[0,7],"data_offsets":[5,5]},)"
            R"("b":{"dtype":"F4","shape":[2,5],"data_offsets":[0,5]}}   )",
            8));
        QVERIFY2(header, messageOf(header).c_str());
        QCOMPARE(header->tensors.front().offset, std::int64_t{5});
        QCOMPARE(header->metadata.size(), std::size_t{1});
        QCOMPARE(header->metadata.front().second, std::string("pt"));
    }

    void everyDtypeHasItsName()
    {
        for (int id = 0; id <= static_cast<int>(safetensors::Dtype::U64); ++id) {
            const auto dtype = static_cast<safetensors::Dtype>(id);
            QCOMPARE(safetensors::dtypeInfo(dtype).dtype, dtype);
            QCOMPARE(safetensors::dtypeFromName(safetensors::dtypeInfo(dtype).name), std::optional(dtype));
        }
        QVERIFY(!safetensors::dtypeFromName("float32"));
    }

    void brokenRules_data()
    {
        QTest::addColumn<Bytes>("bytes");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("reason");
        json("not an object", "[1]", 0, "not_safetensors");
        json("no JSON", "{\"a\":", 0, "bad_json");
        json("no UTF-8", "{\"\xFF\":{}}", 0, "bad_json");
        json("something after it", R"({} x)", 0, "bad_json");
        json("an entry that is a number", R"({"a":1})", 0, "bad_entry");
        json("an entry without shape", R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", 1, "bad_entry");
        json("an entry with more", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}})", 1,
             "bad_entry");
        json("dtype twice", R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1,
             "bad_entry");
        json("three offsets", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}})", 1, "bad_entry");
        json("one offset", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})", 1, "bad_entry");
        json("a negative length", R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1,
             "bad_entry");
        json("half a length", R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}})", 1, "bad_entry");
        json("a list in the shape", R"({"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}})", 1,
             "bad_entry");
        json("metadata that is no text", R"({"__metadata__":{"a":1}})", 0, "bad_entry");
        json("no name", R"({"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1, "bad_name");
        json("a zero in the name", R"({"a\u0000b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1,
             "bad_name");
        json("a length beyond 63 bits",
             R"({"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}})", 1, "bad_shape");
        json("a product beyond 63 bits",
             R"({"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,1]}})", 1, "bad_shape");
        json("half a byte", R"({"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}})", 1, "bad_shape");
        json("offsets in reverse", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", 1,
             "bad_offsets");
        json("another size", R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,3]}})", 3, "wrong_size");
        json("two of a name",
             R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
             R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
             2, "duplicate_tensor");
        json("overlap",
             R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
             R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
             3, "overlap");
        json("gap",
             R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
             R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
             3, "gap");
        json("more at the end", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 2,
             "trailing_bytes");
        row("less at the end", safetensorsOf(R"({"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}})", 8),
            ErrorKind::Truncated, "truncated");
        row("a type of the future",
            safetensorsOf(R"({"a":{"dtype":"F2","shape":[4],"data_offsets":[0,1]}})", 1),
            ErrorKind::Unsupported, "bad_dtype");
        row("nothing", {}, ErrorKind::Truncated, "empty");
        Bytes huge = safetensorsOf("{}", 0);
        huge[7] = std::byte{1};
        row("a header of 2^56 bytes", huge, ErrorKind::TooLarge, "large_header");
        row("GGUF", smallModel().build(), ErrorKind::Unsupported, "gguf");
        row("a web page", bytesOf("<!DOCTYPE html><html>sign in</html>"), ErrorKind::Corrupt, "html_page");
        row("a pointer", bytesOf("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 49\n"),
            ErrorKind::Corrupt, "git_lfs_pointer");
        row("zeros", Bytes(4096), ErrorKind::Corrupt, "zeros");
        row("a ZIP archive", bytesOf("PK\x03\x04 and much more"), ErrorKind::Unsupported, "zip_archive");
        row("junk", bytesOf("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"), ErrorKind::Corrupt,
            "not_safetensors");
    }

    void brokenRules()
    {
        QFETCH(Bytes, bytes);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, reason);
        const auto header = read(bytes);
        QVERIFY(!header);
        QVERIFY2(reasonOf(header) == reason.toStdString(),
                 (reasonOf(header) + ": " + messageOf(header)).c_str());
        QCOMPARE(header.error().kind, kind);
        QVERIFY(header.error().message.ends_with('.'));
        QVERIFY(!header.error().hint.empty());
    }

    void limitsHold()
    {
        safetensors::Limits limits;
        limits.tensors = 2;
        QCOMPARE(reasonOf(read(small(), limits)), std::string("absurd_count"));
        limits = {};
        limits.nameBytes = 0;
        QCOMPARE(reasonOf(read(small(), limits)), std::string("long_name"));
        limits = {};
        limits.headerBytes = 50;
        QCOMPARE(reasonOf(read(small(), limits)), std::string("large_header"));
        limits = {};
        limits.dimensions = 1;
        QCOMPARE(reasonOf(read(small(), limits)), std::string("bad_entry"));
        limits = {};
        limits.metadataBytes = 3;
        QCOMPARE(reasonOf(read(safetensorsOf(R"({"__metadata__":{"ab":"cd"}})", 0), limits)),
                 std::string("large_metadata"));
    }

    // Each beginning of a file asks for more, and is told what the whole file would be told.
    void aFirstPartSaysWhatIsMissing()
    {
        const Bytes whole = small();
        const auto dataOffset = static_cast<std::size_t>(read(whole)->dataOffset);
        for (std::size_t length = 0; length < dataOffset; ++length) {
            gguf::MemoryReader part(truncated(whole, length), static_cast<std::int64_t>(whole.size()));
            const auto header = safetensors::readHeader(part);
            QCOMPARE(reasonOf(header), std::string("need_more_bytes"));
            const auto wanted = numberOf(header, "wanted_bytes");
            QVERIFY(wanted > static_cast<std::int64_t>(length) &&
                    wanted <= static_cast<std::int64_t>(dataOffset));
            const auto cut = read(truncated(whole, length));
            QVERIFY(!cut &&
                    (cut.error().kind == ErrorKind::Truncated || cut.error().kind == ErrorKind::Corrupt));
        }
        gguf::MemoryReader enough(truncated(whole, dataOffset), static_cast<std::int64_t>(whole.size()));
        QVERIFY(safetensors::readHeader(enough));
        for (std::size_t length = dataOffset; length < whole.size(); ++length)
            QCOMPARE(reasonOf(read(truncated(whole, length))), std::string("truncated"));
    }

    // No byte of a header can be changed into something that is accepted and inconsistent.
    void anyByteMayLie()
    {
        const Bytes whole = small();
        const auto end = static_cast<std::size_t>(read(whole)->dataOffset);
        std::mt19937 random(1);
        for (std::size_t at = 0; at < end; ++at) {
            for (int round = 0; round < 16; ++round) {
                const auto header = read(withByte(whole, at, static_cast<std::uint8_t>(random())));
                if (!header) {
                    QVERIFY(!header.error().message.empty() && !reasonOf(header).empty());
                    continue;
                }
                std::int64_t sum = 0;
                for (const auto &tensor : header->tensors) {
                    QCOMPARE(safetensors::dataBytes(tensor.dtype, tensor.shape), std::optional(tensor.bytes));
                    sum += tensor.bytes;
                }
                QCOMPARE(header->dataOffset + sum, header->fileBytes);
            }
        }
    }

    void realFilesAreRead()
    {
        const QString folder = dataFile(QStringLiteral("fixtures"));
        if (folder.isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
        QDirIterator files(folder, {QStringLiteral("*.safetensors")}, QDir::Files,
                           QDirIterator::Subdirectories);
        int count = 0;
        while (files.hasNext()) {
            const std::string path = files.next().toStdString();
            const auto in = gguf::FileReader::open(path);
            QVERIFY(in);
            const auto header = safetensors::readHeader(**in);
            QVERIFY2(header, (path + ": " + messageOf(header)).c_str());
            QVERIFY(!header->tensors.empty());
            ++count;
        }
        QVERIFY(count > 30);
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
