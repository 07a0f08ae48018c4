// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/content_range.h"
#include "core/download/token_bucket.h"
#include "tests/support/manual_clock.h"

#include <QTest>

#include <map>

using namespace snug;
using namespace snug::download;
using namespace std::chrono_literals;

namespace {

const http::Url &source()
{
    static const auto url = http::Url::parse("https://cdn.example/blob?Signature=secret");
    return *url;
}

http::HttpReply head(long status, std::vector<http::Header> headers)
{
    http::HttpReply reply;
    reply.status = status;
    reply.headers = std::move(headers);
    reply.contentType = reply.header("content-type");
    return reply;
}

http::Header range(const char *value)
{
    return {"content-range", value};
}

// Bytes 100 to 199 of a file of 1000.
constexpr AskedRange kPart{{100, 200}, 1000, false};
constexpr AskedRange kWhole{{0, 1000}, 1000, false};
constexpr AskedRange kOpen{{0, kUnknown}, kUnknown, false};

std::optional<RetryClass> refusalOf(const http::HttpReply &reply, const AskedRange &asked)
{
    const auto judged = judgeAnswer(reply, asked, source());
    if (judged)
        return std::nullopt;
    const Error &error = judged.error().error;
    if (error.message.find("secret") != std::string::npos)
        qFatal("an error tells the signature");
    return judged.error().reason;
}

std::int64_t retryAfter(const std::string &value)
{
    const auto judged = judgeAnswer(head(429, {{"retry-after", value}}), kPart, source());
    for (const auto &[key, wait] : judged.error().error.detail) {
        if (key == "retry_after_s")
            return std::get<std::int64_t>(wait);
    }
    return -1;
}

} // namespace

class TestDownloadAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void contentRangesAreParsed()
    {
        QVERIFY(parseContentRange("bytes 0-99/1234") == (ContentRange{{0, 100}, 1234}));
        QVERIFY(parseContentRange("Bytes 5-5/6") == (ContentRange{{5, 6}, 6}));
        QVERIFY(parseContentRange("bytes 0-0/*") == (ContentRange{{0, 1}, kUnknown}));
        QVERIFY(parseContentRange("bytes 0-9223372036854775806/9223372036854775807").has_value());
    }

    void everythingElseIsNoContentRange()
    {
        for (const char *value : {"",
                                  "bytes",
                                  "bytes ",
                                  "bytes */1234",
                                  "bytes 9-5/10",
                                  "bytes 0-10/10",
                                  "bytes -5-9/10",
                                  "bytes 0-+9/10",
                                  "bytes 0-9/",
                                  "bytes 0-9",
                                  "bytes 0-9/-1",
                                  "bytes=0-9/10",
                                  "items 0-9/10",
                                  "bytes 0-9/10 ",
                                  "bytes 0 - 9/10",
                                  "bytes 0x0-9/10",
                                  "bytes 0-9223372036854775807/*",
                                  "bytes 0-9/18446744073709551616",
                                  "bytes 9/0-10",
                                  "bytes 0-9/10,20-29/30"})
            QVERIFY2(!parseContentRange(value), value);
    }

    void theRightPartIsAccepted()
    {
        QVERIFY(!refusalOf(head(206, {range("bytes 100-199/1000")}), kPart));
        QVERIFY(!refusalOf(head(206, {range("bytes 100-199/1000"), {"content-length", "100"}}), kPart));
        QVERIFY(!refusalOf(head(206, {range("bytes 100-199/*")}), kPart));
        QVERIFY(
            !refusalOf(head(206, {range("bytes 100-199/1000"), {"content-encoding", "identity"}}), kPart));
        // Some servers do so (fault 11).
        QVERIFY(!refusalOf(head(200, {range("bytes 100-199/1000")}), kPart));
    }

    void otherPartsAreRefused()
    {
        const auto mismatch = RetryClass::Mismatch;
        for (const char *value :
             {"bytes 0-99/1000", "bytes 101-199/1000", "bytes 100-198/1000", "bytes 100-200/1000",
              "bytes 100-199/1001", "bytes 100-199/999", "rubbish"}) {
            QVERIFY2(refusalOf(head(206, {range(value)}), kPart) == mismatch, value);
            QVERIFY2(refusalOf(head(200, {range(value)}), kPart) == mismatch, value);
        }
        QVERIFY(refusalOf(head(206, {}), kPart) == mismatch);
        QVERIFY(refusalOf(head(206, {{"content-type", "multipart/byteranges; boundary=x"}}), kPart) ==
                mismatch);
        QVERIFY(refusalOf(head(206, {range("bytes 100-199/1000"), range("bytes 0-99/1000")}), kPart) ==
                mismatch);
    }

    void lengthsThatContradictAreRefused()
    {
        const auto right = range("bytes 100-199/1000");
        for (const char *value : {"99", "101", "-100", "9223372036854775808", "1e2", "", "100, 100"})
            QVERIFY2(refusalOf(head(206, {right, {"content-length", value}}), kPart) == RetryClass::Mismatch,
                     value);
        QVERIFY(refusalOf(head(206, {right, {"content-length", "100"}, {"content-length", "7"}}), kPart) ==
                RetryClass::Mismatch);
    }

    void compressedBytesAreRefused()
    {
        for (const char *value : {"gzip", "GZIP", "br", "deflate, gzip", ""})
            QVERIFY2(refusalOf(head(206, {range("bytes 100-199/1000"), {"content-encoding", value}}),
                               kPart) == RetryClass::Mismatch,
                     value);
    }

    void theWholeFileIsNoPartOfIt()
    {
        QVERIFY(refusalOf(head(200, {{"content-length", "1000"}}), kPart) == RetryClass::RangeIgnored);
        QVERIFY(!refusalOf(head(200, {{"content-length", "1000"}}), kWhole));
        QVERIFY(!refusalOf(head(200, {}), kWhole));
        QVERIFY(refusalOf(head(200, {{"content-length", "999"}}), kWhole) == RetryClass::Mismatch);
        const AskedRange beginning{{0, 100}, 1000, false};
        QVERIFY(refusalOf(head(200, {}), beginning) == RetryClass::RangeIgnored);
    }

    void anUnknownSizeIsLearnt()
    {
        const auto ranged = judgeAnswer(head(206, {range("bytes 0-999/1000")}), kOpen, source());
        QVERIFY(ranged.has_value());
        QCOMPARE(ranged->total, 1000);
        const auto whole = judgeAnswer(head(200, {{"content-length", "77"}}), kOpen, source());
        QVERIFY(whole.has_value());
        QCOMPARE(whole->end, 77);
        const auto open = judgeAnswer(head(200, {}), kOpen, source());
        QVERIFY(open.has_value());
        QCOMPARE(open->end, kUnknown);
        QVERIFY(refusalOf(head(206, {range("bytes 0-9/1000")}), kOpen) == RetryClass::Mismatch);
        QVERIFY(refusalOf(head(206, {range("bytes 0-9/*")}), kOpen) == RetryClass::Mismatch);
    }

    void webPagesArePortals()
    {
        QVERIFY(refusalOf(head(200, {{"content-type", "text/html; charset=utf-8"}}), kWhole) ==
                RetryClass::Portal);
        QVERIFY(refusalOf(head(206, {range("bytes 100-199/1000"), {"content-type", "TEXT/HTML"}}), kPart) ==
                RetryClass::Portal);
        QVERIFY(refusalOf(head(511, {}), kPart) == RetryClass::Portal);
        const AskedRange page{{0, 1000}, 1000, true};
        QVERIFY(!refusalOf(head(200, {{"content-type", "text/html"}}), page));
    }

    void statusesHaveTheirClasses()
    {
        const std::map<long, RetryClass> classes = {
            {400, RetryClass::Expired}, {401, RetryClass::Expired},  {403, RetryClass::Expired},
            {404, RetryClass::Gone},    {407, RetryClass::Proxy},    {408, RetryClass::Server},
            {410, RetryClass::Gone},    {416, RetryClass::Mismatch}, {425, RetryClass::Server},
            {429, RetryClass::Rate},    {500, RetryClass::Server},   {502, RetryClass::Server},
            {503, RetryClass::Server},  {524, RetryClass::Server},   {302, RetryClass::Gone},
            {204, RetryClass::Gone}};
        for (const auto &[status, expected] : classes)
            QVERIFY2(refusalOf(head(status, {}), kPart) == expected, std::to_string(status).c_str());
    }

    void codesHaveTheirClasses()
    {
        for (const int code : {5, 6, 7, 16, 18, 28, 52, 55, 56, 92, 95, 96})
            QVERIFY(classOf(static_cast<CURLcode>(code)) == RetryClass::Transient);
        for (const int code : {58, 60, 77, 90, 91})
            QVERIFY(classOf(static_cast<CURLcode>(code)) == RetryClass::Trust);
        for (const int code : {1, 3, 47})
            QVERIFY(classOf(static_cast<CURLcode>(code)) == RetryClass::Config);
        QVERIFY(classOf(CURLE_SSL_CONNECT_ERROR) == RetryClass::Server);
        QVERIFY(classOf(CURLE_RANGE_ERROR) == RetryClass::Mismatch);
        QVERIFY(classOf(CURLE_PROXY) == RetryClass::Proxy);
        QVERIFY(classOf(CURLE_WRITE_ERROR) == RetryClass::Local);
    }

    void retryAfterIsBounded()
    {
        QCOMPARE(retryAfter("2"), 2);
        QCOMPARE(retryAfter("1000000000"), 600);
        QCOMPARE(retryAfter("99999999999999999999999"), 600);
        QCOMPARE(retryAfter("soon"), -1);
        QCOMPARE(retryAfter("-5"), -1);
    }

    void waitsGrowWithJitterAndAreForgottenAfterProgress()
    {
        double dice = 0.5;
        Backoff backoff([&dice] { return dice; });
        for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s})
            QVERIFY(backoff.next() == wait);
        QCOMPARE(backoff.failures(), 8);
        backoff.progressed(999'999);
        QCOMPARE(backoff.failures(), 8);
        backoff.progressed(1);
        QCOMPARE(backoff.failures(), 0);
        dice = 0;
        QVERIFY(backoff.next() == 500ms);
        dice = 0.999;
        QVERIFY(backoff.next() > 2900ms);
    }

    void manyShareOneLimit()
    {
        test::ManualClock clock;
        const auto now = clock.steady();
        TokenBucket bucket(1000);
        QVERIFY(bucket.debt(now()) == 0ms);
        bucket.take(600, now()); // 100 of them from the burst
        QVERIFY(bucket.debt(now()) == 500ms);
        bucket.take(500, now());
        QVERIFY(bucket.debt(now()) == 1000ms);
        clock.advance(400ms);
        QVERIFY(bucket.debt(now()) == 600ms);
        clock.advance(1h);
        QVERIFY(bucket.debt(now()) == 0ms);
        bucket.take(200, now()); // an idle hour buys no more than the burst
        QVERIFY(bucket.debt(now()) == 100ms);
    }

    void theLimitCanChangeWhileRunning()
    {
        test::ManualClock clock;
        const auto now = clock.steady();
        TokenBucket bucket;
        bucket.take(1'000'000, now());
        QVERIFY(bucket.debt(now()) == 0ms);
        bucket.setRate(10);
        bucket.take(1001, now());
        QVERIFY(bucket.debt(now()) == 100s);
        bucket.setRate(100'000);
        QVERIFY(bucket.debt(now()) == 0ms);
        bucket.setRate(0);
        bucket.take(1'000'000, now());
        QVERIFY(bucket.debt(now()) == 0ms);
    }
};

QTEST_GUILESS_MAIN(TestDownloadAnswers)
#include "tst_download_answers.moc"
