// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/http/url.h"

#include <QTest>

using snug::http::percentEncode;
using snug::http::Url;

class TestHttpUrl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatCannotBeAsked_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"", "no url", "ftp://host/", "file:///etc/passwd", "smtp://host", "http://user:secret@host/",
              "http://user@host/", "http://ho st/", "http://host/a\r\nX: y", "javascript:x"})
            QTest::newRow(text) << QString::fromLatin1(text);
        QTest::newRow("too long") << QStringLiteral("http://host/") + QString(20'000, QLatin1Char('a'));
    }
    void refusesWhatCannotBeAsked()
    {
        QFETCH(QString, text);
        const auto url = Url::parse(text.toStdString());
        QVERIFY(!url);
        QCOMPARE(url.error().kind, snug::ErrorKind::InvalidArgument);
    }

    void knowsItsParts()
    {
        const auto url = Url::parse("HTTPS://Hub.Example/a?b=c");
        QVERIFY(url);
        QCOMPARE(url->host(), std::string("hub.example"));
        QCOMPARE(url->shown(), std::string("hub.example:443"));
        QVERIFY(url->secure());
        QVERIFY(!url->loopback());
        QVERIFY(Url::parse("http://127.0.0.1:8080")->loopback());
        QVERIFY(Url::parse("http://[::1]:1")->loopback());
        QVERIFY(!Url::parse("http://127.0.0.1.evil.example")->loopback());
    }

    void followsReferences_data()
    {
        QTest::addColumn<QString>("reference");
        QTest::addColumn<QString>("whole"); // empty: refused
        QTest::addColumn<bool>("sameOrigin");
        QTest::newRow("path") << "/api/x?y=1"
                              << "https://hub.example/api/x?y=1" << true;
        QTest::newRow("relative") << "c"
                                  << "https://hub.example/a/c" << true;
        QTest::newRow("other host") << "//cdn.example/b"
                                    << "https://cdn.example/b" << false;
        QTest::newRow("absolute") << "https://hub.example:443/z"
                                  << "https://hub.example:443/z" << true;
        QTest::newRow("other port") << "https://hub.example:8443/z"
                                    << "https://hub.example:8443/z" << false;
        QTest::newRow("downgrade") << "http://hub.example/z"
                                   << "http://hub.example/z" << false;
        QTest::newRow("file") << "file:///etc/passwd"
                              << "" << false;
        QTest::newRow("user") << "https://hub.example@evil.example/"
                              << "" << false;
        QTest::newRow("line break") << "/a\r\nHost: evil"
                                    << "" << false;
        QTest::newRow("nothing") << ""
                                 << "" << false;
    }
    void followsReferences()
    {
        QFETCH(QString, reference);
        QFETCH(QString, whole);
        QFETCH(bool, sameOrigin);
        const auto base = Url::parse("https://hub.example/a/b");
        QVERIFY(base);
        const auto url = base->resolve(reference.toStdString());
        QCOMPARE(url.has_value(), !whole.isEmpty());
        if (url) {
            QCOMPARE(QString::fromStdString(url->text()), whole);
            QCOMPARE(url->sameOrigin(*base), sameOrigin);
        }
    }

    void encodesOnlyWhatItMust()
    {
        QCOMPARE(percentEncode("refs/pr/1 \xC3\xA9~a.B-_"), std::string("refs%2Fpr%2F1%20%C3%A9~a.B-_"));
    }
};

QTEST_APPLESS_MAIN(TestHttpUrl)
#include "tst_http_url.moc"
