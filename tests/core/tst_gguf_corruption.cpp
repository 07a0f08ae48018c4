// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/reader.h"
#include "core/model/facts.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/gguf_consistency.h"
#include "tests/support/gguf_errors.h"

#include <QTest>

#include <array>

using namespace snug;
using namespace snug::test;

Q_DECLARE_METATYPE(snug::test::Bytes)
Q_DECLARE_METATYPE(snug::ErrorKind)

namespace {

constexpr std::uint32_t kF32 = 0;
constexpr std::uint32_t kQ8_0 = 8;

template <class T> Bytes encoded(T number)
{
    Bytes out;
    gguf::appendLittleEndian(out, number);
    return out;
}

Bytes joined(std::initializer_list<Bytes> parts)
{
    Bytes out;
    for (const Bytes &part : parts)
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

// A string that claims `length` bytes and has few.
Bytes stringClaiming(std::uint64_t length)
{
    return joined({encoded(length), bytesOf("few")});
}

Bytes arrayClaiming(std::uint32_t type, std::uint64_t count)
{
    return joined({encoded(type), encoded(count), Bytes(16)});
}

} // namespace

class TestGgufCorruption : public QObject {
    Q_OBJECT

    void row(const char *name, const Bytes &bytes, ErrorKind kind, const char *reason)
    {
        QTest::newRow(name) << bytes << kind << QString::fromLatin1(reason);
    }
    void row(const char *name, std::string_view text, ErrorKind kind, const char *reason)
    {
        row(name, bytesOf(text), kind, reason);
    }

private Q_SLOTS:
    void everyTruncationIsAnError()
    {
        const auto whole = smallModel().build();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const auto header = readBytes(truncated(whole, length));
            QVERIFY2(!header, std::to_string(length).c_str());
            QCOMPARE(header.error().kind, ErrorKind::Truncated);
            QCOMPARE(reasonOf(header), std::string(length == 0 ? "empty" : "truncated"));
            QVERIFY(numberOf(header, "wanted_bytes") > static_cast<std::int64_t>(length));
            QVERIFY(numberOf(header, "wanted_bytes") <= static_cast<std::int64_t>(whole.size()));
            QCOMPARE(numberOf(header, "file_bytes"), static_cast<std::int64_t>(length));
            QVERIFY(!header.error().hint.empty());
        }
    }

    void everyChangedByteIsAnErrorOrHarmless()
    {
        const auto whole = smallModel().build();
        const auto headerBytes = smallModel().header().size();
        int accepted = 0;
        for (std::size_t at = 0; at < headerBytes; ++at) {
            const auto old = std::to_integer<std::uint8_t>(whole[at]);
            const std::array<std::uint8_t, 8> values = {0,
                                                        1,
                                                        0x7F,
                                                        0x80,
                                                        0xFF,
                                                        static_cast<std::uint8_t>(old + 1),
                                                        static_cast<std::uint8_t>(old - 1),
                                                        static_cast<std::uint8_t>(old ^ 0x20)};
            for (const std::uint8_t value : values) {
                const auto header = readBytes(withByte(whole, at, value));
                if (!header) {
                    QVERIFY(!reasonOf(header).empty());
                    QVERIFY(!header.error().message.empty() && !header.error().hint.empty());
                    continue;
                }
                QCOMPARE(inconsistency(*header), std::string());
                QVERIFY(!toJson(factsOf(*header, "x.gguf")).dump().empty());
                ++accepted;
            }
        }
        // Letters of texts and digits of numbers may be anything; that is most of the bytes, but far from
        // all.
        QVERIFY(accepted > 100);
        QVERIFY(accepted < static_cast<int>(headerBytes * 8));
    }

    void twoNeighbouringBytesChangedNeverCrash()
    {
        const auto whole = smallModel().build();
        const auto headerBytes = smallModel().header().size();
        for (std::size_t at = 0; at + 1 < headerBytes; ++at) {
            for (const std::uint8_t value : std::array<std::uint8_t, 3>{0x00, 0x7F, 0xFF}) {
                const auto header = readBytes(withByte(withByte(whole, at, value), at + 1, value));
                if (header)
                    QCOMPARE(inconsistency(*header), std::string());
            }
        }
    }

    void brokenRules_data()
    {
        using gguf::Value;
        QTest::addColumn<Bytes>("bytes");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("reason");
        const auto corrupt = ErrorKind::Corrupt;
        const auto tooLarge = ErrorKind::TooLarge;
        const auto unsupported = ErrorKind::Unsupported;
        const auto truncatedKind = ErrorKind::Truncated;

        row("version 0", smallModel().version(0).build(), unsupported, "gguf_version");
        row("version 1", smallModel().version(1).build(), unsupported, "gguf_version");
        row("version 4", smallModel().version(4).build(), unsupported, "gguf_version");
        row("big-endian", smallModel().version(0x03000000).build(), unsupported, "big_endian");
        row("many tensors", smallModel().claimTensors(UINT64_MAX).build(), tooLarge, "absurd_count");
        row("too many tensors", smallModel().claimTensors(131073).build(), tooLarge, "absurd_count");
        row("tensors past the end", smallModel().claimTensors(131072).build(), truncatedKind, "truncated");
        row("negative keys", smallModel().claimKeys(UINT64_MAX - 4).build(), tooLarge, "absurd_count");
        row("too many keys", smallModel().claimKeys(16385).build(), tooLarge, "absurd_count");
        row("keys past the end", smallModel().claimKeys(16384).build(), truncatedKind, "truncated");

        row("empty key", GgufBuilder().key("", Value(true)).build(), corrupt, "bad_name");
        row("key of junk", GgufBuilder().key("a\xFF", Value(true)).build(), corrupt, "bad_name");
        row("key with a zero", GgufBuilder().key(std::string_view("a\0b", 3), Value(true)).build(), corrupt,
            "bad_name");
        row("long key", GgufBuilder().key(std::string(65536, 'k'), Value(true)).build(), tooLarge,
            "long_name");
        row("twice the same key",
            GgufBuilder().key("a", Value(true)).key("b", Value(true)).key("a", Value(false)).build(), corrupt,
            "duplicate_key");
        row("unknown value type", GgufBuilder().rawKey("a", 13, Bytes(8)).build(), corrupt, "bad_value_type");
        row("unknown element type", GgufBuilder().rawKey("a", 9, arrayClaiming(99, 1)).build(), corrupt,
            "bad_value_type");
        row("neither true nor false", GgufBuilder().rawKey("a", 7, Bytes(1, std::byte{2})).build(), corrupt,
            "bad_bool");
        row("list of lists", GgufBuilder().rawKey("a", 9, arrayClaiming(9, 1)).build(), unsupported,
            "nested_array");
        row("long string", GgufBuilder().rawKey("a", 8, stringClaiming(UINT64_MAX)).build(), tooLarge,
            "long_string");
        row("string past the end", GgufBuilder().rawKey("a", 8, stringClaiming(1 << 20)).build(),
            truncatedKind, "truncated");
        row("long list", GgufBuilder().rawKey("a", 9, arrayClaiming(4, UINT64_MAX)).build(), tooLarge,
            "long_array");
        row("list past the end", GgufBuilder().rawKey("a", 9, arrayClaiming(4, 1 << 20)).build(),
            truncatedKind, "truncated");
        row("strings past the end", GgufBuilder().rawKey("a", 9, arrayClaiming(8, 1 << 20)).build(),
            truncatedKind, "truncated");
        row("long string in a list",
            GgufBuilder()
                .rawKey("a", 9, joined({encoded(8U), encoded(std::uint64_t{1}), encoded(UINT64_MAX)}))
                .build(),
            tooLarge, "long_string");

        for (const std::uint32_t alignment : {0U, 3U, 131072U, 0x80000000U})
            row(("alignment " + std::to_string(alignment)).c_str(),
                GgufBuilder().key("general.alignment", Value(alignment)).build(), corrupt, "bad_alignment");
        row("alignment of another type",
            GgufBuilder().key("general.alignment", Value(std::uint64_t{32})).build(), corrupt,
            "bad_alignment");

        row("long tensor name", GgufBuilder().tensor(std::string(64, 'n'), {4}, kF32).build(), tooLarge,
            "long_name");
        row("tensor name of junk", GgufBuilder().tensor("\xC0\xAF", {4}, kF32).build(), corrupt, "bad_name");
        row("empty tensor name", GgufBuilder().tensor("", {4}, kF32).build(), corrupt, "bad_name");
        row("two tensors of one name", GgufBuilder().tensor("a", {8}, kF32).tensor("a", {8}, kF32).build(),
            corrupt, "duplicate_tensor");
        row("no dimension", GgufBuilder().tensor("a", {}, kF32).build(), corrupt, "bad_shape");
        row("five dimensions", GgufBuilder().tensor("a", {1, 1, 1, 1, 1}, kF32).build(), corrupt,
            "bad_shape");
        row("dimension 0", GgufBuilder().tensor("a", {4, 0}, kF32).build(), corrupt, "bad_shape");
        row("negative dimension", GgufBuilder().tensor("a", {4, UINT64_MAX}, kF32).build(), corrupt,
            "bad_shape");
        row("product beyond 64 bits", GgufBuilder().tensor("a", {1ULL << 32, 1ULL << 32}, kF32).build(),
            corrupt, "bad_shape");
        row("bytes beyond 64 bits", GgufBuilder().tensor("a", {1ULL << 62}, kF32).build(), corrupt,
            "bad_shape");
        row("part of a block", GgufBuilder().tensor("a", {33}, kQ8_0).build(), corrupt, "bad_shape");
        row("unknown type", GgufBuilder().tensor("a", {32}, 43).build(), corrupt, "bad_type");
        row("removed type", GgufBuilder().tensor("a", {32}, 31).build(), unsupported, "removed_type");

        row("misaligned", GgufBuilder().tensor("a", {8}, kF32, 16).build(), corrupt, "misaligned");
        row("overlap", GgufBuilder().tensor("a", {64}, kF32).tensor("b", {64}, kF32, 32).build(), corrupt,
            "overlap");
        row("same place", GgufBuilder().tensor("a", {8}, kF32).tensor("b", {8}, kF32, 0).build(), corrupt,
            "overlap");
        row("gap", GgufBuilder().tensor("a", {8}, kF32).tensor("b", {8}, kF32, 64).build(), unsupported,
            "gap");
        row("gap at the beginning", GgufBuilder().tensor("a", {8}, kF32, 32).build(), unsupported, "gap");
        row("out of order", GgufBuilder().tensor("b", {8}, kF32, 32).tensor("a", {8}, kF32, 0).build(),
            unsupported, "gap");
        row("offset beyond 63 bits", GgufBuilder().tensor("a", {8}, kF32, 1ULL << 63).build(), corrupt,
            "overflow");
        row("end beyond 63 bits", GgufBuilder().tensor("a", {8}, kF32, (1ULL << 63) - 32).build(), corrupt,
            "overflow");
        row("huge tensor", GgufBuilder().tensor("a", {1ULL << 40}, kF32).build(), truncatedKind, "truncated");
    }

    void brokenRules()
    {
        QFETCH(Bytes, bytes);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, reason);
        const auto header = readBytes(bytes);
        QVERIFY(!header);
        QVERIFY2(reasonOf(header) == reason.toStdString(), messageOf(header).c_str());
        QCOMPARE(header.error().kind, kind);
        QVERIFY(header.error().message.ends_with('.'));
        QVERIFY(!header.error().hint.empty());
    }

    void foreignFilesAreNamed_data()
    {
        QTest::addColumn<Bytes>("bytes");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("reason");
        const auto corrupt = ErrorKind::Corrupt;
        const auto unsupported = ErrorKind::Unsupported;
        row("nothing", "", ErrorKind::Truncated, "empty");
        row("web page", "<!DOCTYPE html><html><body>Sign in</body></html>", corrupt, "html_page");
        row("web page after white space", "\xEF\xBB\xBF \n<HTML>", corrupt, "html_page");
        row("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 4920739232\n",
            corrupt, "git_lfs_pointer");
        row("refusal", R"({"error":"Invalid username or password."})", corrupt, "json_document");
        row("list", "[1, 2, 3]", corrupt, "json_document");
        row("message", "Entry not found\n", corrupt, "text_document");
        row("safetensors", joined({encoded(std::uint64_t{20}), bytesOf(R"({"a":{"dtype":"F32"}})")}),
            unsupported, "safetensors");
        row("zip", std::string_view("PK\x03\x04\x14\x00\x00\x00", 8), unsupported, "zip_archive");
        row("pickle", std::string_view("\x80\x02}q\x00(X", 7), unsupported, "pickle");
        row("ggjt", std::string_view("tjgg\x03\x00\x00\x00", 8), unsupported, "ggml_legacy");
        row("zeros", Bytes(4096), corrupt, "zeros");
        row("lower case", std::string_view("gguf\x03\x00\x00\x00", 8), corrupt, "not_gguf");
        row("program",
            std::string_view("\x7F"
                             "ELF\x02\x01\x01\x00",
                             8),
            corrupt, "not_gguf");
    }

    void foreignFilesAreNamed() { brokenRules(); }

    void foreignFilesAreQuoted()
    {
        const auto refusal = readBytes(bytesOf(R"({"error":"Invalid username or password."})"));
        QVERIFY(messageOf(refusal).find("\"Invalid username or password.\"") != std::string::npos);
        const auto pointer = readBytes(
            bytesOf("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 4920739232\n"));
        QVERIFY(messageOf(pointer).find("4.58 GiB") != std::string::npos);
        QCOMPARE(numberOf(pointer, "wanted_bytes"), std::int64_t{4920739232});
        const auto junk = readBytes(joined({bytesOf("\x01\xFE\x02\x03"), Bytes(20, std::byte{9})}));
        QVERIFY2(messageOf(junk).find("\\x01\\xfe\\x02\\x03") != std::string::npos, messageOf(junk).c_str());
    }

    void limitsBoundTheHeader()
    {
        gguf::Limits limits;
        limits.headerBytes = 200;
        QCOMPARE(reasonOf(readBytes(smallModel().build(), limits)), std::string("large_header"));
        limits = {};
        limits.keys = 3;
        QCOMPARE(reasonOf(readBytes(smallModel().build(), limits)), std::string("absurd_count"));
        QCOMPARE(numberOf(readBytes(smallModel().build(), limits), "limit"), std::int64_t{3});
    }
};

QTEST_GUILESS_MAIN(TestGgufCorruption)
#include "tst_gguf_corruption.moc"
