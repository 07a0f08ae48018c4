// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/faulty_hub_fixture.h"

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
using namespace snug::test::faulty;

namespace {

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
