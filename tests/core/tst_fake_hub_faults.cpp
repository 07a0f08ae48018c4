// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"
#include "tests/support/raw_http.h"

#include <QElapsedTimer>
#include <QTest>

#if defined(Q_OS_UNIX)
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

using namespace snug::test;

namespace {

constexpr std::int64_t kSize = 2'000'000;
const std::string kCommit(40, 'a');
const std::string kResolve = "/acme/tiny/resolve/main/m.gguf";
const Headers kRange = {{"Range", "bytes=1000-500999"}};
constexpr std::int64_t kRangeLength = 500'000;

const FileBody &body()
{
    static const FileBody made = FileBody::virtualBytes(kSize, 9, "GGUF");
    return made;
}

// A Hub with one file, and where it lies at the content network.
struct Fixture {
    Fixture()
    {
        hub.addRepository(
            {"acme/tiny", kCommit, {lfsFile("m.gguf", body()), smallFile("README.md", "# Tiny")}});
        const std::string location = RawHttp(hub.endpoint()).get(kResolve).header("Location");
        blob = location.substr(hub.cdnEndpoint().size());
    }

    [[nodiscard]] RawAnswer getBlob(const Headers &headers = kRange, int patience = 10'000) const
    {
        RawHttp http(hub.cdnEndpoint());
        http.setPatience(patience);
        return http.get(blob, headers);
    }

    FakeHub hub;
    std::string blob;
};

bool isAskedRange(const std::string &bytes)
{
    return bytes == body().bytes(1000, kRangeLength);
}

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

std::uint16_t portOf(const std::string &origin)
{
    return static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1)));
}

#if defined(Q_OS_UNIX)
// How a connection ends after one request: QTcpSocket tells the same of an end and of a reset. -1: no
// connection.
int errnoAtTheEnd(const std::string &origin, const std::string &target)
{
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(portOf(origin));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return -1;
    const std::string request = "GET " + target + " HTTP/1.1\r\nRange: bytes=1000-500999\r\n\r\n";
    ssize_t count = send(descriptor, request.data(), request.size(), 0);
    std::string buffer(1 << 16, '\0');
    while (count > 0)
        count = recv(descriptor, buffer.data(), buffer.size(), 0);
    const int error = count == 0 ? 0 : errno;
    close(descriptor);
    return error;
}
#endif

} // namespace

class TstFakeHubFaults final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void strikesOnlyWhatIsMeant();
    void cutsAfterSomeBytes_data();
    void cutsAfterSomeBytes();
    void endAndResetAreToldApart();
    void answersNothingAtAll_data();
    void answersNothingAtAll();
    void stallsForAWhile();
    void stallsForEver();
    void slowBodyTakesItsTime();
    void headNeverEnds();
    void answersWithAStatus_data();
    void answersWithAStatus();
    void fillsPlaceholders();
    void redirectsAsTold_data();
    void redirectsAsTold();
    void changesWhatResolveTells();
    void linksGoWhereTold();
    void damagesOneByte();
    void answersOtherRanges();
    void liesAboutTheLength_data();
    void liesAboutTheLength();
    void lengthIsAbsentOrTwice();
    void sendsMoreThanAsked();
    void compressesTheBlob();
    void sendsThePointer();
    void sendsRawBytes();
    void capChangesOnTheWay();
};

void TstFakeHubFaults::strikesOnlyWhatIsMeant()
{
    Fixture f;
    const std::size_t onCdn = f.hub.addFault(answerWith(503).on(Origin::Cdn, "tiny/m.gguf").requests(2, 2));
    const std::size_t onTree = f.hub.addFault(answerWith(500).on(Origin::Hub, "/tree/").always());
    const std::size_t anywhere = f.hub.addFault(withExtraHeader("X-Mark", "yes").requests(3));
    QList<int> statuses;
    for (int i = 0; i < 5; ++i)
        statuses += f.getBlob().status;
    QCOMPARE(statuses, QList<int>({206, 503, 503, 206, 206}));
    QCOMPARE(f.hub.hits(onCdn), 2);
    QCOMPARE(f.hub.hits(anywhere), 1);
    RawHttp http(f.hub.endpoint());
    QCOMPARE(http.get("/api/models/acme/tiny").status, 200);
    QCOMPARE(http.get("/api/models/acme/tiny/tree/main").status, 500);
    QCOMPARE(http.get("/api/models/acme/tiny/tree/main").status, 500);
    QCOMPARE(f.hub.hits(onTree), 2);
    f.hub.clearFaults();
    QCOMPARE(http.get("/api/models/acme/tiny/tree/main").status, 200);
}

void TstFakeHubFaults::cutsAfterSomeBytes_data()
{
    QTest::addColumn<bool>("reset");
    QTest::addColumn<qint64>("bytes");
    for (const bool reset : {false, true}) {
        for (const qint64 bytes : {0, 1, 123'456, 499'999})
            QTest::addRow("%s after %lld", reset ? "reset" : "end", bytes) << reset << bytes;
    }
}

void TstFakeHubFaults::cutsAfterSomeBytes()
{
    QFETCH(bool, reset);
    QFETCH(qint64, bytes);
    Fixture f;
    f.hub.addFault((reset ? resetAfter(bytes) : cutAfter(bytes)).on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.status, 206);
    QCOMPARE(answer.header("Content-Length"), std::to_string(kRangeLength));
    QVERIFY(!answer.complete);
    QCOMPARE(static_cast<qint64>(answer.body.size()), bytes);
    QVERIFY(answer.body == body().bytes(1000, bytes));
    QTRY_VERIFY(f.hub.requests(Origin::Cdn)[0].over);
    QCOMPARE(f.hub.requests(Origin::Cdn)[0].bodyBytes, bytes);
    QVERIFY(isAskedRange(f.getBlob().body));
}

void TstFakeHubFaults::endAndResetAreToldApart()
{
#if defined(Q_OS_UNIX)
    Fixture f;
    for (const std::int64_t bytes : {-1, 0, 1, 123'456}) {
        f.hub.addFault(resetAfter(bytes).on(Origin::Cdn));
        QCOMPARE(errnoAtTheEnd(f.hub.cdnEndpoint(), f.blob), ECONNRESET);
        f.hub.clearFaults();
        f.hub.addFault(cutAfter(bytes).on(Origin::Cdn));
        QCOMPARE(errnoAtTheEnd(f.hub.cdnEndpoint(), f.blob), 0);
        f.hub.clearFaults();
    }
#else
    QSKIP("Needs the system's own sockets");
#endif
}

void TstFakeHubFaults::answersNothingAtAll_data()
{
    QTest::addColumn<bool>("reset");
    QTest::newRow("end") << false;
    QTest::newRow("reset") << true;
}

void TstFakeHubFaults::answersNothingAtAll()
{
    QFETCH(bool, reset);
    Fixture f;
    f.hub.addFault(reset ? resetAfter(-1) : cutAfter(-1));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.status, 0);
    QVERIFY(answer.body.empty());
}

void TstFakeHubFaults::stallsForAWhile()
{
    Fixture f;
    f.hub.addFault(stallAfter(100'000, std::chrono::milliseconds(300)).on(Origin::Cdn));
    QElapsedTimer timer;
    timer.start();
    const RawAnswer answer = f.getBlob();
    QVERIFY(answer.complete && isAskedRange(answer.body));
    QVERIFY(timer.elapsed() >= 295);
}

void TstFakeHubFaults::stallsForEver()
{
    Fixture f;
    f.hub.addFault(stallAfter(100'000).on(Origin::Cdn));
    const RawAnswer answer = f.getBlob(kRange, 400);
    QCOMPARE(answer.status, 206);
    QCOMPARE(answer.body.size(), std::size_t{100'000});
    QVERIFY(!answer.complete);
    // The client went away meanwhile.
    QTRY_VERIFY(f.hub.requests(Origin::Cdn)[0].over);
    QCOMPARE(f.hub.requests(Origin::Cdn)[0].bodyBytes, 100'000);
}

void TstFakeHubFaults::slowBodyTakesItsTime()
{
    Fixture f;
    f.hub.addFault(slowBody(10).on(Origin::Cdn).always());
    QElapsedTimer timer;
    timer.start();
    const RawAnswer answer = f.getBlob({{"Range", "bytes=0-5"}});
    QCOMPARE(answer.body, body().bytes(0, 6));
    QVERIFY2(timer.elapsed() >= 450, qPrintable(QString::number(timer.elapsed())));
}

void TstFakeHubFaults::headNeverEnds()
{
    Fixture f;
    f.hub.addFault(endlessHead(std::chrono::milliseconds(1)).on(Origin::Cdn));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), portOf(f.hub.cdnEndpoint()));
    socket.write("GET " + QByteArray::fromStdString(f.blob) + " HTTP/1.1\r\n\r\n");
    QByteArray head;
    while (head.size() < 100'000) {
        QVERIFY(socket.waitForReadyRead(5000));
        head += socket.readAll();
    }
    QVERIFY(head.startsWith("HTTP/1.1 200"));
    QVERIFY(!head.contains("\r\n\r\n"));
    QVERIFY(head.count("\r\nX-Filler: ") > 50);
}

void TstFakeHubFaults::answersWithAStatus_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("rate limit") << 429 << QByteArray("RateLimit") << QByteArray("\"resolvers\";r=0;t=2");
    QTest::newRow("seconds") << 429 << QByteArray("Retry-After") << QByteArray("2");
    QTest::newRow("date") << 429 << QByteArray("Retry-After")
                          << QByteArray::fromStdString(httpDate(784111777));
    QTest::newRow("garbage") << 429 << QByteArray("Retry-After") << QByteArray("soon");
    QTest::newRow("ages") << 503 << QByteArray("Retry-After") << QByteArray("1000000000");
    QTest::newRow("portal") << 511 << QByteArray("Content-Type") << QByteArray("text/html");
}

void TstFakeHubFaults::answersWithAStatus()
{
    QFETCH(int, status);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    Fixture f;
    f.hub.addFault(answerWith(status, {{name.toStdString(), value.toStdString()}}, "because")
                       .on(Origin::Hub, "/resolve/"));
    RawHttp http(f.hub.endpoint());
    const RawAnswer answer = http.get(kResolve);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header(name.toStdString()), value.toStdString());
    QCOMPARE(answer.body, std::string("because"));
    QCOMPARE(answer.headers.size(), std::size_t{2});                             // and Content-Length
    QCOMPARE(http.get(kResolve).status, 302);                                    // over the same connection
    QCOMPARE(httpDate(784111777), std::string("Sun, 06 Nov 1994 08:49:37 GMT")); // RFC 9110 section 5.6.7
}

void TstFakeHubFaults::fillsPlaceholders()
{
    Fixture f;
    f.hub.addFault(redirectTo("{target}?hop={n}").on(Origin::Hub, "/resolve/").requests(1, 10));
    RawHttp http(f.hub.endpoint());
    QCOMPARE(http.get(kResolve).header("Location"), kResolve + "?hop=1");
    QCOMPARE(http.get(kResolve).header("Location"), kResolve + "?hop=2");
    f.hub.clearFaults();
    f.hub.addFault(answerWith(200, {}, "{hub} {cdn}"));
    QCOMPARE(http.get("/").body, f.hub.endpoint() + " " + f.hub.cdnEndpoint());
}

void TstFakeHubFaults::redirectsAsTold_data()
{
    QTest::addColumn<QByteArray>("location");
    for (const char *const location : {"//host.example/x", "http://host.example/x", "file:///etc/passwd",
                                       "smtp://127.0.0.1/", "http://name:word@127.0.0.1/x", "../elsewhere"})
        QTest::newRow(location) << QByteArray(location);
}

void TstFakeHubFaults::redirectsAsTold()
{
    QFETCH(QByteArray, location);
    Fixture f;
    f.hub.addFault(redirectTo(location.toStdString()).on(Origin::Hub, "m.gguf"));
    f.hub.addFault(answerWith(302).on(Origin::Hub, "m.gguf").requests(2));
    f.hub.addFault(redirectTo("/x\r\nSet-Cookie: a=b").on(Origin::Hub, "m.gguf").requests(3));
    RawHttp http(f.hub.endpoint());
    QCOMPARE(http.get(kResolve).header("Location"), location.toStdString());
    QVERIFY(!hasHeader(http.get(kResolve).headers, "Location"));
    QCOMPARE(http.get(kResolve).header("Set-Cookie"), std::string("a=b"));
}

void TstFakeHubFaults::changesWhatResolveTells()
{
    Fixture f;
    f.hub.addFault(withHeader("X-Linked-Etag", "\"other\"").on(Origin::Hub, "m.gguf"));
    f.hub.addFault(withHeader("X-Linked-Size", "17").on(Origin::Hub, "m.gguf"));
    f.hub.addFault(withoutHeader("X-Repo-Commit").on(Origin::Hub, "m.gguf"));
    RawHttp http(f.hub.endpoint());
    const RawAnswer changed = http.get(kResolve);
    QCOMPARE(changed.status, 302);
    QCOMPARE(changed.header("X-Linked-Etag"), std::string("\"other\""));
    QCOMPARE(changed.header("X-Linked-Size"), std::string("17"));
    QVERIFY(!hasHeader(changed.headers, "X-Repo-Commit"));
    QVERIFY(hasHeader(http.get(kResolve).headers, "X-Repo-Commit"));
    f.hub.addFault(expiredUrl().on(Origin::Cdn).always());
    QCOMPARE(f.getBlob().status, 403);
    QCOMPARE(f.getBlob().status, 403);
    f.hub.addFault(captivePortal().on(Origin::Hub));
    const RawAnswer portal = http.get(kResolve);
    QCOMPARE(portal.status, 200);
    QVERIFY(portal.header("Content-Type").starts_with("text/html") &&
            !hasHeader(portal.headers, "RateLimit"));
}

void TstFakeHubFaults::linksGoWhereTold()
{
    Fixture f;
    f.hub.addFault(withHeader("Link", "<{hub}/api/models?cursor=p-0&x={n}>; rel=\"next\"")
                       .on(Origin::Hub, "/api/models")
                       .always());
    RawHttp http(f.hub.endpoint());
    for (const char *const number : {"1", "2", "3"})
        QCOMPARE(http.get("/api/models?cursor=p-0").header("Link"),
                 "<" + f.hub.endpoint() + "/api/models?cursor=p-0&x=" + number + ">; rel=\"next\"");
}

void TstFakeHubFaults::damagesOneByte()
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

void TstFakeHubFaults::answersOtherRanges()
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

void TstFakeHubFaults::liesAboutTheLength_data()
{
    QTest::addColumn<QByteArray>("length");
    for (const char *const length : {"-1", "9223372036854775808", "18446744073709551617", "many"})
        QTest::newRow(length) << QByteArray(length);
}

void TstFakeHubFaults::liesAboutTheLength()
{
    QFETCH(QByteArray, length);
    Fixture f;
    f.hub.addFault(withHeader("Content-Length", length.toStdString()).on(Origin::Cdn));
    QCOMPARE(f.getBlob().header("Content-Length"), length.toStdString());
}

void TstFakeHubFaults::lengthIsAbsentOrTwice()
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

void TstFakeHubFaults::sendsMoreThanAsked()
{
    Fixture f;
    f.hub.addFault(sendsMore(1'500'000).on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.header("Content-Range"), std::string("bytes 1000-500999/2000000"));
    QCOMPARE(answer.body.size(), std::size_t{2'000'000});
    QVERIFY(isAskedRange(answer.body.substr(0, kRangeLength)));
}

void TstFakeHubFaults::compressesTheBlob()
{
    Fixture f;
    f.hub.addFault(gzipsBody().on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.header("Content-Encoding"), std::string("gzip"));
    QVERIFY(answer.complete && answer.body == gzipped(body().bytes(1000, kRangeLength)));
    QVERIFY(gunzipped(answer.body) == body().bytes(1000, kRangeLength));
}

void TstFakeHubFaults::sendsThePointer()
{
    Fixture f;
    f.hub.addFault(lfsPointerAsBody().on(Origin::Cdn));
    const RawAnswer answer = f.getBlob();
    QCOMPARE(answer.body, lfsPointer(body()));
    QVERIFY(answer.body.find("oid sha256:" + body().sha256() + "\nsize 2000000\n") != std::string::npos);
}

void TstFakeHubFaults::sendsRawBytes()
{
    Fixture f;
    f.hub.addFault(rawAnswer("SSH-2.0-OpenSSH\r\n").on(Origin::Hub));
    const RawAnswer answer = RawHttp(f.hub.endpoint()).get("/api/models");
    QCOMPARE(answer.status, 0);
    QCOMPARE(answer.body, std::string("SSH-2.0-OpenSSH\r\n"));
    QCOMPARE(f.hub.requests(Origin::Hub, "/api/models")[0].status, 0);
}

void TstFakeHubFaults::capChangesOnTheWay()
{
    Fixture f;
    f.hub.setBytesPerSecond(1000);
    RawHttp http(f.hub.cdnEndpoint());
    QVERIFY(http.get(f.blob, {{"Range", "bytes=0-99"}}).complete);
    f.hub.setBytesPerSecond(0);
    const RawAnswer fast = http.get(f.blob, kRange);
    QVERIFY(fast.complete && isAskedRange(fast.body));
    f.hub.setBytesPerSecond(1'000'000'000);
    QVERIFY(isAskedRange(http.get(f.blob, kRange).body));
}

QTEST_GUILESS_MAIN(TstFakeHubFaults)
#include "tst_fake_hub_faults.moc"
