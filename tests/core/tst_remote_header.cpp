// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/reader.h"
#include "core/model/remote_header.h"
#include "tests/core/hub_fixture.h"
#include "tests/support/gguf_builder.h"

#include <QTest>

#include <limits>

using namespace snug;
using namespace snug::test;

namespace {

constexpr std::uint32_t kU64 = 10; // value types of GGUF
constexpr std::uint32_t kText = 8;
constexpr std::uint32_t kArray = 9;

std::string textOf(const Bytes &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

Bytes little(std::uint64_t number, std::size_t width)
{
    Bytes bytes;
    for (std::size_t at = 0; at < width; ++at, number >>= 8)
        bytes.push_back(static_cast<std::byte>(number & 0xff));
    return bytes;
}

} // namespace

// The header of a file at the Hub, by ranges. The number is that of specs/hub.md section 6.2.
class RemoteHeaderTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAHeaderAndNoMore();
    void aSecondLookFetchesOnlyTheRest();
    void theFirstKeysCostLess();
    void fault34_hostileHeadersCostLittle_data();
    void fault34_hostileHeadersCostLittle();
    void fault34_aFileCutAtEachByte();
    void otherBytesThanAskedForAreNotTaken();
    void aStopEndsIt();

private:
    static Result<gguf::Header> read(const FakeHub &fake, const std::stop_token &stop = {})
    {
        const hub::Client client = clientOf(fake);
        auto found = client.resolve(id("acme/tiny"), kCommit, "model.gguf", {});
        if (!found)
            return tl::make_unexpected(std::move(found).error());
        download::Source source{found->url};
        source.bytes = found->bytes.value_or(-1);
        download::PrefixReader file(std::move(source));
        return readRemoteHeader(file, {}, stop);
    }
    // What the beginning of a file is; the rest of its bytes nobody makes, nor their hash.
    static FileBody beginningWith(const std::string &header, std::int64_t bytes)
    {
        return FileBody::virtualBytes(bytes, 1, header).withSha256(std::string(64, 'a'));
    }
    static void serve(FakeHub &fake, FileBody body)
    {
        FakeRepository repository{"acme/tiny", kCommit};
        repository.files = {lfsFile("model.gguf", std::move(body))};
        fake.addRepository(std::move(repository));
        fake.clearLog();
    }
};

void RemoteHeaderTest::readsAHeaderAndNoMore()
{
    const Bytes header = smallModel().header();
    const auto bytes = static_cast<std::int64_t>(smallModel().build().size());
    FakeHub fake;
    serve(fake, FileBody::ofBytes(textOf(smallModel().build())));
    const auto small = read(fake);
    QVERIFY2(small, messageOf(small).c_str());
    QCOMPARE(small->fileBytes, bytes);
    QCOMPARE(small->dataOffset, static_cast<std::int64_t>(header.size()));

    GgufBuilder huge = smallModel();
    huge.tensor("huge.weight", {1 << 16, 1 << 16}, 0); // 16 GiB
    const Bytes beginning = huge.header();
    serve(fake, beginningWith(textOf(beginning), (std::int64_t{16} << 30) + (1 << 20)));
    const auto read16 = read(fake);
    QVERIFY2(read16, messageOf(read16).c_str());
    QCOMPARE(read16->tensors.size(), small->tensors.size() + 1);
    QVERIFY(fake.bodyBytes(Origin::Cdn) <= kFirstLookBytes + 1); // and the first byte, to find it
}

void RemoteHeaderTest::aSecondLookFetchesOnlyTheRest()
{
    GgufBuilder builder = smallModel();
    Bytes text = little(3 << 20, 8);
    text.resize(text.size() + (3 << 20), std::byte{'x'});
    builder.rawKey("general.description", kText, text);
    FakeHub fake;
    serve(fake, beginningWith(textOf(builder.header()), std::int64_t{1} << 30));
    const auto header = read(fake);
    QVERIFY2(header, messageOf(header).c_str());
    std::vector<std::string> ranges;
    for (const LoggedRequest &request : fake.requests(Origin::Cdn))
        ranges.push_back(request.request.header("Range"));
    QCOMPARE(ranges, (std::vector<std::string>{"bytes=0-0", "bytes=0-1048575", "bytes=1048576-4194303"}));
}

void RemoteHeaderTest::theFirstKeysCostLess()
{
    const std::vector<std::string> words(200'000, "one of many tokens");
    const auto llama = [] {
        return GgufBuilder()
            .key("general.architecture", gguf::Value("llama"))
            .key("llama.block_count", gguf::Value(std::uint32_t{2}))
            .key("llama.embedding_length", gguf::Value(std::uint32_t{64}));
    };
    FakeHub fake;
    const auto look = [&fake](const GgufBuilder &builder) {
        serve(fake, beginningWith(textOf(builder.header()), std::int64_t{1} << 30));
        auto found = clientOf(fake).resolve(id("acme/tiny"), kCommit, "model.gguf", {});
        download::Source source{found->url};
        source.bytes = found->bytes.value_or(-1);
        download::PrefixReader file(std::move(source));
        return readRemoteFirstKeys(file, {}, {});
    };
    const auto tokens = gguf::Value(gguf::Array::ofStrings(words));
    const auto first = look(llama().key("tokenizer.ggml.tokens", tokens));
    QVERIFY2(first, messageOf(first).c_str());
    QVERIFY(first->has_value());
    QCOMPARE((*first)->cut->count, std::int64_t{200'000});
    QVERIFY(fake.bodyBytes(Origin::Cdn) < 200'000);
    // What describes the architecture may come later.
    const auto later = look(GgufBuilder().key("general.list", tokens));
    QVERIFY2(later, messageOf(later).c_str());
    QVERIFY(!later->has_value());
    QVERIFY(fake.bodyBytes(Origin::Cdn) <= kMostFirstKeysBytes + 1);
    // A list of the architecture that is cut may be followed by more of them.
    const auto within = look(llama().key("llama.list", tokens));
    QVERIFY(within && !within->has_value());
}

void RemoteHeaderTest::fault34_hostileHeadersCostLittle_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *name, const GgufBuilder &builder, ErrorKind kind) {
        QTest::newRow(name) << QByteArray::fromStdString(textOf(builder.header())) << int(kind);
    };
    constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
    row("2^63 keys", smallModel().claimKeys(kMost), ErrorKind::TooLarge);
    row("2^63 tensors", smallModel().claimTensors(kMost), ErrorKind::TooLarge);
    row("a text of 2^63", smallModel().rawKey("a", kText, little(kMost, 8)), ErrorKind::TooLarge);
    Bytes list = little(kU64, 4);
    const Bytes count = little(std::uint64_t{1} << 23, 8);
    list.insert(list.end(), count.begin(), count.end());
    row("a list of 64 MiB", smallModel().rawKey("a", kArray, list), ErrorKind::TooLarge);
    QTest::newRow("a web page") << QByteArray("<!DOCTYPE html><html>sign in</html>")
                                << int(ErrorKind::Corrupt);
}

void RemoteHeaderTest::fault34_hostileHeadersCostLittle()
{
    QFETCH(const QByteArray, header);
    QFETCH(const int, kind);
    FakeHub fake;
    serve(fake, beginningWith(header.toStdString(), 500'000'000'000));
    const auto found = read(fake);
    QVERIFY(!found);
    QCOMPARE(int(found.error().kind), kind);
    QVERIFY(!found.error().message.empty());
    QVERIFY(fake.bodyBytes(Origin::Cdn) <= kMostRemoteHeaderBytes + 1);
}

void RemoteHeaderTest::fault34_aFileCutAtEachByte()
{
    const std::string whole = textOf(smallModel().build());
    FakeHub fake;
    for (std::size_t length = 1; length < smallModel().header().size(); length += 7) {
        serve(fake, FileBody::ofBytes(whole.substr(0, length)));
        const auto found = read(fake);
        QVERIFY2(!found, std::to_string(length).c_str());
        QVERIFY(found.error().kind == ErrorKind::Truncated || found.error().kind == ErrorKind::Corrupt);
    }
}

void RemoteHeaderTest::otherBytesThanAskedForAreNotTaken()
{
    for (const Fault &fault : {shiftsRange(1), ignoresRange(), tellsOtherTotal(1), multipartRanges(),
                               gzipsBody(), cutAfter(100), answerWith(500)}) {
        FakeHub fake;
        serve(fake, beginningWith(textOf(smallModel().header()), 3'000'000));
        fake.addFault(fault.on(Origin::Cdn).requests(2)); // the first is the Hub client's
        QVERIFY(!read(fake));
    }
}

void RemoteHeaderTest::aStopEndsIt()
{
    FakeHub fake;
    serve(fake, beginningWith(textOf(smallModel().header()), 3'000'000));
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(read(fake, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(RemoteHeaderTest)
#include "tst_remote_header.moc"
