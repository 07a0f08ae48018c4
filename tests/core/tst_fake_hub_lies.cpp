// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/faulty_hub_fixture.h"

#include <QTest>

using namespace snug::test;
using namespace snug::test::faulty;

namespace {

// By Qt, which wants its length and a zlib stream (RFC 1950) around the deflated bytes.
std::string gunzipped(const std::string &member)
{
    const auto at = [&member](std::size_t i) { return static_cast<unsigned char>(member[i]); };
    const std::size_t tail = member.size() - 8;
    const std::uint32_t size = at(tail + 4) | at(tail + 5) << 8 | at(tail + 6) << 16;
    QByteArray zlib(4, '\0');
    for (int i = 0; i < 4; ++i)
        zlib[i] = static_cast<char>((size >> (24 - 8 * i)) & 0xffU);
    zlib += "\x78\x9c" + QByteArray(member.data() + 10, static_cast<qsizetype>(tail - 10));
    // The Adler-32 of the bytes that are expected: with others, Qt answers nothing.
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : body().bytes(1000, kRangeLength).substr(0, size)) {
        a = (a + static_cast<unsigned char>(c)) % 65521;
        b = (b + a) % 65521;
    }
    for (const std::uint32_t word : {b >> 8, b, a >> 8, a})
        zlib += static_cast<char>(word & 0xffU);
    return qUncompress(zlib).toStdString();
}

} // namespace

// Answers of the fake Hub that are not what was asked for.
class TstFakeHubLies final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void damagesOneByte();
    void answersOtherRanges();
    void liesAboutTheLength_data();
    void liesAboutTheLength();
    void lengthIsAbsentOrTwice();
    void sendsMoreThanAsked();
    void compressesTheBlob();
    void sendsThePointer();
    void sendsRawBytes();
};

void TstFakeHubLies::damagesOneByte()
{
    Fixture f;
    f.hub.addFault(wrongByteAt(300'000).on(Origin::Cdn).always());
    const RawAnswer answer = f.getBlob();
    QVERIFY(answer.complete);
    std::string right = body().bytes(1000, kRangeLength);
    QVERIFY(answer.body != right);
    right[299'000] = static_cast<char>(right[299'000] ^ 1);
    QVERIFY(answer.body == right);
    QCOMPARE(f.getBlob({{"Range", "bytes=0-99"}}).body, body().bytes(0, 100));
}

void TstFakeHubLies::answersOtherRanges()
{
    Fixture f;
    const auto once = [&f](const Fault &fault) {
        f.hub.clearFaults();
        f.hub.addFault(fault.on(Origin::Cdn));
        return f.getBlob();
    };
    const RawAnswer whole = once(ignoresRange());
    QCOMPARE(whole.status, 200);
    QVERIFY(!hasHeader(whole.headers, "Content-Range") && whole.body == body().bytes(0, kSize));
    const RawAnswer odd = once(rangeWith200());
    QCOMPARE(odd.status, 200);
    QCOMPARE(odd.header("Content-Range"), std::string("bytes 1000-500999/2000000"));
    QVERIFY(isAskedRange(odd.body));
    const RawAnswer shifted = once(shiftsRange(10));
    QCOMPARE(shifted.status, 206);
    QCOMPARE(shifted.header("Content-Range"), std::string("bytes 1010-501009/2000000"));
    QVERIFY(shifted.body == body().bytes(1010, kRangeLength));
    QCOMPARE(once(tellsOtherTotal(5)).header("Content-Range"), std::string("bytes 1000-500999/2000005"));
    const RawAnswer untold = once(withoutHeader("Content-Range"));
    QVERIFY(untold.status == 206 && !hasHeader(untold.headers, "Content-Range") && isAskedRange(untold.body));
    const RawAnswer parts = once(multipartRanges());
    QVERIFY(parts.header("Content-Type").starts_with("multipart/byteranges"));
    QVERIFY(parts.complete && parts.body.starts_with("--fake\r\n"));
    QVERIFY(parts.body.find("Content-Range: bytes 1000-500999/2000000\r\n\r\n") != std::string::npos);
}

void TstFakeHubLies::liesAboutTheLength_data()
{
    QTest::addColumn<QByteArray>("length");
    for (const char *const length : {"-1", "9223372036854775808", "18446744073709551617", "many"})
        QTest::newRow(length) << QByteArray(length);
}

void TstFakeHubLies::liesAboutTheLength()
{
    QFETCH(QByteArray, length);
    Fixture f;
    f.hub.addFault(withHeader("Content-Length", length.toStdString()).on(Origin::Cdn));
    QCOMPARE(f.getBlob().header("Content-Length"), length.toStdString());
}

void TstFakeHubLies::lengthIsAbsentOrTwice()
{
    Fixture f;
    f.hub.addFault(withoutHeader("Content-Length").on(Origin::Cdn));
    const RawAnswer absent = f.getBlob();
    QVERIFY(!hasHeader(absent.headers, "Content-Length"));
    QVERIFY(absent.complete && isAskedRange(absent.body));
    f.hub.addFault(withExtraHeader("Content-Length", "12").on(Origin::Cdn));
    const RawAnswer twice = f.getBlob();
    QCOMPARE(std::ranges::count(twice.headers, std::string("Content-Length"),
                                [](const auto &h) { return h.first; }),
             2);
    f.hub.addFault(lengthOffBy(100).on(Origin::Cdn));
    const RawAnswer longer = f.getBlob();
    QCOMPARE(longer.header("Content-Length"), std::string("500100"));
    QVERIFY(!longer.complete && isAskedRange(longer.body));
    f.hub.addFault(lengthOffBy(-100).on(Origin::Cdn));
    const RawAnswer shorter = f.getBlob();
    QCOMPARE(shorter.header("Content-Length"), std::string("499900"));
    QVERIFY(shorter.complete);
}

void TstFakeHubLies::sendsMoreThanAsked()
{
    Fixture f;
    f.hub.addFault(sendsMore(1'500'000).on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.header("Content-Range"), std::string("bytes 1000-500999/2000000"));
    QCOMPARE(answer.body.size(), std::size_t{2'000'000});
    QVERIFY(isAskedRange(answer.body.substr(0, kRangeLength)));
}

void TstFakeHubLies::compressesTheBlob()
{
    Fixture f;
    f.hub.addFault(gzipsBody().on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.header("Content-Encoding"), std::string("gzip"));
    QVERIFY(answer.complete && answer.body == gzipped(body().bytes(1000, kRangeLength)));
    QVERIFY(gunzipped(answer.body) == body().bytes(1000, kRangeLength));
}

void TstFakeHubLies::sendsThePointer()
{
    Fixture f;
    f.hub.addFault(lfsPointerAsBody().on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.body, lfsPointer(body()));
    QVERIFY(answer.body.find("oid sha256:" + body().sha256() + "\nsize 2000000\n") != std::string::npos);
}

void TstFakeHubLies::sendsRawBytes()
{
    Fixture f;
    f.hub.addFault(rawAnswer("SSH-2.0-OpenSSH\r\n").on(Origin::Hub));
    const RawAnswer answer = RawHttp(f.hub.endpoint()).get("/api/models");
    QCOMPARE(answer.status, 0);
    QCOMPARE(answer.body, std::string("SSH-2.0-OpenSSH\r\n"));
    QCOMPARE(f.hub.requests(Origin::Hub, "/api/models")[0].status, 0);
}

QTEST_GUILESS_MAIN(TstFakeHubLies)
#include "tst_fake_hub_lies.moc"
