// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/fake_hub_fixture.h"
#include "tests/support/raw_http.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QTest>

using namespace snug::test;

namespace {

constexpr std::int64_t kHalfTerabyte = 500'000'000'000;

std::string sha256Of(const std::string &bytes)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(bytes), QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

// What follows a 302 of the Hub.
std::string blobTarget(FakeHub &hub, const std::string &target)
{
    return targetOf(RawHttp(hub.endpoint()).get(target).header("Location"));
}

} // namespace

class TstFakeHubFiles final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void virtualBytesAreTheSameAtEveryOffset();
    void hashesAreThoseOfGitAndSha256();
    void resolveRedirectsToASignedBlob();
    void blobServesRanges_data();
    void blobServesRanges();
    void blobRefuses();
    void hugeBlobNeedsARange();
    void smallFileComesThroughTheCache();
    void connectionIsKept();
    void logTellsWhatWasAskedAndSent();
    void capHolds();
    void refusesAndDropsConnections();
};

void TstFakeHubFiles::virtualBytesAreTheSameAtEveryOffset()
{
    const FileBody body = FileBody::virtualBytes(5 << 20, 1, "GGUF");
    const std::string all = body.bytes(0, body.size());
    QCOMPARE(all.substr(0, 4), std::string("GGUF"));
    for (const std::int64_t offset :
         {std::int64_t{0}, std::int64_t{2}, std::int64_t{1048570}, std::int64_t{4000001}})
        QVERIFY(body.bytes(offset, 300'000) == all.substr(static_cast<std::size_t>(offset), 300'000));
    QVERIFY(all.substr(1 << 20, 1 << 20) != all.substr(2 << 20, 1 << 20));
    QVERIFY(all != FileBody::virtualBytes(5 << 20, 2, "GGUF").bytes(0, body.size()));
    char none = 0;
    QVERIFY(!body.readAt(body.size(), {&none, 1}));
    QVERIFY(!body.readAt(-1, {&none, 1}));
}

void TstFakeHubFiles::hashesAreThoseOfGitAndSha256()
{
    const FileBody body = FileBody::ofBytes("hello\n");
    QCOMPARE(body.gitOid(), std::string("ce013625030ba8dba906f756967f9e9ca394464a")); // git hash-object
    QCOMPARE(body.sha256(), sha256Of("hello\n"));
    QCOMPARE(modelBody().sha256(), sha256Of(modelBody().bytes(0, modelBody().size())));
    QCOMPARE(FileBody::virtualBytes(kHalfTerabyte, 1).withSha256("abc").sha256(), std::string("abc"));
}

void TstFakeHubFiles::resolveRedirectsToASignedBlob()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    for (const char *const method : {"GET", "HEAD"}) {
        const RawAnswer answer = http.send(method, kModelPath);
        QCOMPARE(answer.status, 302);
        QCOMPARE(answer.header("Content-Length"), std::string("913"));
        QCOMPARE(answer.body.size(), std::size_t(method == std::string("GET") ? 913 : 0));
        QCOMPARE(answer.header("X-Repo-Commit"), kCommit);
        QCOMPARE(answer.header("X-Linked-Size"), std::string("3000000"));
        QCOMPARE(answer.header("X-Linked-Etag"), "\"" + modelBody().sha256() + "\"");
        QCOMPARE(answer.header("X-Xet-Hash").size(), std::size_t{64});
        QVERIFY(answer.header("Link").find("rel=\"xet-auth\"") != std::string::npos);
        QVERIFY(answer.header("RateLimit").starts_with("\"resolvers\";"));
        QVERIFY(
            answer.header("Location").starts_with(hub.cdnEndpoint() + "/blob/" + modelBody().sha256() + "?"));
    }
    const RawAnswer blob = RawHttp(hub.cdnEndpoint()).get(blobTarget(hub, kModelPath));
    QCOMPARE(blob.status, 200);
    QCOMPARE(sha256Of(blob.body), modelBody().sha256());
    QCOMPARE(http.get("/acme/tiny/resolve/main/none.gguf").header("X-Error-Code"),
             std::string("EntryNotFound"));
    QCOMPARE(http.get("/acme/tiny/resolve/nope/none.gguf").header("X-Error-Code"),
             std::string("RevisionNotFound"));
    QCOMPARE(http.get("/acme/tiny/raw/main/tiny-Q4_K_M.gguf").body, lfsPointer(modelBody()));
}

void TstFakeHubFiles::blobServesRanges_data()
{
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("contentRange");
    QTest::addColumn<qint64>("first");
    QTest::addColumn<qint64>("length");
    const auto row = [](const char *range, int status, const char *contentRange, qint64 first,
                        qint64 length) {
        QTest::newRow(range) << QByteArray(range) << status << QByteArray(contentRange) << first << length;
    };
    row("bytes=0-0", 206, "bytes 0-0/3000000", 0, 1);
    row("bytes=1000-2999", 206, "bytes 1000-2999/3000000", 1000, 2000);
    row("bytes=1048570-", 206, "bytes 1048570-2999999/3000000", 1048570, 1951430);
    row("bytes=2999999-9999999", 206, "bytes 2999999-2999999/3000000", 2999999, 1);
    row("bytes=-10", 206, "bytes 2999990-2999999/3000000", 2999990, 10);
    row("bytes=3000000-", 416, "bytes */3000000", 0, 0);
    row("bytes=5-2", 200, "", 0, 3000000);
    row("bytes=0-1,5-6", 200, "", 0, 3000000);
    row("apples=1-2", 200, "", 0, 3000000);
}

void TstFakeHubFiles::blobServesRanges()
{
    QFETCH(QByteArray, range);
    QFETCH(int, status);
    QFETCH(QByteArray, contentRange);
    QFETCH(qint64, first);
    QFETCH(qint64, length);
    FakeHub hub;
    hub.addRepository(tiny());
    const RawAnswer answer =
        RawHttp(hub.cdnEndpoint()).get(blobTarget(hub, kModelPath), {{"Range", range.toStdString()}});
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("Content-Range"), contentRange.toStdString());
    QVERIFY(answer.complete);
    if (length > 0)
        QVERIFY(answer.body == modelBody().bytes(first, length));
}

void TstFakeHubFiles::blobRefuses()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp cdn(hub.cdnEndpoint());
    const std::string target = blobTarget(hub, kModelPath);
    QCOMPARE(cdn.get(target, bearer("hf_x")).status, 400);
    QCOMPARE(cdn.get(target + "0").status, 403); // another signature
    QCOMPARE(cdn.get("/blob/" + std::string(64, '0')).status, 404);
    QCOMPARE(cdn.send("PUT", target).status, 405);
    QCOMPARE(cdn.get(target, {{"Range", "bytes=0-0"}}).status, 206);
    hub.skipTime(std::chrono::seconds(3601));
    const RawAnswer expired = cdn.get(target, {{"Range", "bytes=0-0"}});
    QCOMPARE(expired.status, 403);
    QVERIFY(expired.body.find("expired") != std::string::npos);
    QCOMPARE(cdn.get(blobTarget(hub, kModelPath), {{"Range", "bytes=0-0"}}).status, 206);
}

void TstFakeHubFiles::hugeBlobNeedsARange()
{
    FakeHub hub;
    const FileBody huge = FileBody::virtualBytes(kHalfTerabyte, 3).withSha256(std::string(64, '5'));
    hub.addRepository({"acme/huge", kCommit, {lfsFile("huge.gguf", huge)}});
    const std::string target = blobTarget(hub, "/acme/huge/resolve/main/huge.gguf");
    RawHttp cdn(hub.cdnEndpoint());
    QCOMPARE(cdn.get(target).status, 400);
    const RawAnswer tail = cdn.get(target, {{"Range", "bytes=499999999000-499999999999"}});
    QCOMPARE(tail.status, 206);
    QCOMPARE(tail.header("Content-Range"), std::string("bytes 499999999000-499999999999/500000000000"));
    QVERIFY(tail.body == huge.bytes(499'999'999'000, 1000));
}

void TstFakeHubFiles::smallFileComesThroughTheCache()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    const RawAnswer redirect = http.get("/acme/tiny/resolve/main/sub/a%20b%25.txt?download=true");
    QCOMPARE(redirect.status, 307);
    QCOMPARE(redirect.header("X-Repo-Commit"), kCommit);
    const std::string location = redirect.header("Location");
    QVERIFY(location.starts_with("/api/resolve-cache/models/acme/tiny/" + kCommit + "/sub/a%20b%25.txt?"));
    QVERIFY(location.find("download=true") != std::string::npos &&
            location.find("etag=") != std::string::npos);
    const RawAnswer answer = http.get(location);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, std::string("odd name"));
    const std::string etag = "\"" + FileBody::ofBytes("odd name").gitOid() + "\"";
    QCOMPARE(answer.header("ETag"), etag);
    QCOMPARE(http.get(location, {{"If-None-Match", etag}}).status, 304);
    const RawAnswer packed = http.get(location, {{"Accept-Encoding", "gzip"}});
    QCOMPARE(packed.header("Content-Encoding"), std::string("gzip"));
    QVERIFY(!hasHeader(packed.headers, "Content-Length") && packed.complete);
    QCOMPARE(packed.body, gzipped("odd name"));
}

void TstFakeHubFiles::connectionIsKept()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(http.get("/api/models").status, 200);
    QCOMPARE(http.get("/api/models", {{"Connection", "close"}}).status, 200);
    QCOMPARE(RawHttp(hub.endpoint()).exchange("nonsense\r\n\r\n").status, 400);
    QCOMPARE(RawHttp(hub.endpoint()).exchange("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x')).status,
             431);
    for (const LoggedRequest &entry : hub.requests())
        QCOMPARE(entry.connection, 1);
    // Two requests in one packet are answered one after the other.
    RawHttp twice(hub.endpoint());
    const std::string ask = "GET /api/models/acme/tiny HTTP/1.1\r\nHost: x\r\n\r\n";
    QCOMPARE(twice.exchange(ask + ask).status, 200);
    QCOMPARE(twice.exchange({}).status, 200);
}

void TstFakeHubFiles::logTellsWhatWasAskedAndSent()
{
    FakeHub hub;
    hub.addRepository(tiny());
    const std::string target = blobTarget(hub, kModelPath);
    QVERIFY(
        RawHttp(hub.cdnEndpoint()).get(target, {{"Range", "bytes=0-999999"}, {"X-Mine", "yes"}}).complete);
    const std::vector<LoggedRequest> log = hub.requests(Origin::Cdn);
    QCOMPARE(log.size(), std::size_t{1});
    QCOMPARE(log[0].request.target, target);
    QCOMPARE(log[0].request.header("x-mine"), std::string("yes"));
    QCOMPARE(log[0].status, 206);
    QCOMPARE(log[0].bodyBytes, 1'000'000);
    QCOMPARE(hub.bodyBytes(Origin::Cdn), 1'000'000);
    QVERIFY(hub.requests()[0].when <= log[0].when);
    QTRY_VERIFY(hub.requests(Origin::Cdn)[0].over);
    hub.clearLog();
    QVERIFY(hub.requests().empty());
}

void TstFakeHubFiles::capHolds()
{
    FakeHub hub;
    hub.addRepository(tiny());
    hub.setBytesPerSecond(6'000'000);
    const std::string target = blobTarget(hub, kModelPath);
    QElapsedTimer timer;
    timer.start();
    const RawAnswer answer = RawHttp(hub.cdnEndpoint()).get(target);
    QCOMPARE(sha256Of(answer.body), modelBody().sha256());
    // Half a second less the burst of 50 ms; no upper bound, because the machine may be busy.
    QVERIFY2(timer.elapsed() >= 440, qPrintable(QString::number(timer.elapsed())));
}

void TstFakeHubFiles::refusesAndDropsConnections()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp kept(hub.endpoint());
    QCOMPARE(kept.get("/api/models").status, 200);
    hub.setListening(Origin::Hub, false);
    QCOMPARE(RawHttp(hub.endpoint()).get("/api/models").status, 0);
    hub.dropConnections();
    QCOMPARE(kept.get("/api/models").status, 0);
    hub.setListening(Origin::Hub, true);
    QCOMPARE(RawHttp(hub.endpoint()).get("/api/models").status, 200);
}

QTEST_GUILESS_MAIN(TstFakeHubFiles)
#include "tst_fake_hub_files.moc"
