// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/hub/environment.h"
#include "tests/support/gguf_errors.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <type_traits>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::hub;

namespace {

using Variables = std::map<std::string, std::string>;

Lookup from(Variables variables)
{
    variables.try_emplace("HOME", "/people/ada");
    variables.try_emplace("USERPROFILE", "/people/ada");
    return [variables = std::move(variables)](const char *name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

// Of the right shape, and nobody's.
std::string secret(char last)
{
    return "hf_" + std::string(35, 'a') + last;
}

http::Url url(const char *text)
{
    return *http::Url::parse(text);
}

void write(const QString &path, const std::string &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text.data(), qint64(text.size())), qint64(text.size()));
}

template <class T>
concept Printable = requires(std::ostream &out, const T &value)
{
    out << value;
};
static_assert(!Printable<Token>);

} // namespace

class TestHubEnvironment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsFolders_data()
    {
        QTest::addColumn<QString>("variables"); // NAME=VALUE, ...
        QTest::addColumn<QString>("cache");
        QTest::newRow("nothing set") << u""_qs << u"/people/ada/.cache/huggingface/hub"_qs;
        QTest::newRow("XDG") << u"XDG_CACHE_HOME=/c"_qs << u"/c/huggingface/hub"_qs;
        QTest::newRow("home") << u"HF_HOME=/h,XDG_CACHE_HOME=/c"_qs << u"/h/hub"_qs;
        QTest::newRow("tilde") << u"HF_HOME=~/h"_qs << u"/people/ada/h/hub"_qs;
        QTest::newRow("older name") << u"HF_HOME=/h,HUGGINGFACE_HUB_CACHE=/o"_qs << u"/o"_qs;
        QTest::newRow("newer name") << u"HF_HUB_CACHE=/n,HUGGINGFACE_HUB_CACHE=/o"_qs << u"/n"_qs;
        QTest::newRow("empty") << u"HF_HUB_CACHE=,HF_HOME=/h"_qs << u"/h/hub"_qs;
    }
    void findsFolders()
    {
        QFETCH(QString, variables);
        QFETCH(QString, cache);
        Variables set;
        for (const QString &pair : variables.split(u',', Qt::SkipEmptyParts))
            set[pair.section(u'=', 0, 0).toStdString()] = pair.section(u'=', 1).toStdString();
        const auto environment = readEnvironment(from(set));
        QVERIFY(environment);
        QCOMPARE(QString::fromStdString(toUtf8(environment->cache)), cache);
    }

    void knowsWhenItIsOffline_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("offline");
        for (const char *name : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
            for (const char *value : {"1", "on", "Yes", "TRUE"})
                QTest::addRow("%s=%s", name, value) << QByteArray(name) << QByteArray(value) << true;
            for (const char *value : {"0", "", "no", "2"})
                QTest::addRow("%s=%s", name, value) << QByteArray(name) << QByteArray(value) << false;
        }
    }
    void knowsWhenItIsOffline()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(bool, offline);
        const auto environment = readEnvironment(from({{name.toStdString(), value.toStdString()}}));
        QVERIFY(environment);
        QCOMPARE(environment->offline, offline);
        QVERIFY(environment->sendToken);
        QVERIFY(!readEnvironment(from({{"HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"}}))->sendToken);
    }

    void readsTheEndpoint_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("host"); // empty: refused
        QTest::newRow("default") << QByteArray() << QByteArray("huggingface.co:443");
        for (const auto &[text, host] :
             {std::pair("https://mirror.example/", "mirror.example:443"),
              std::pair("http://127.0.0.1:8080", "127.0.0.1:8080"),
              std::pair("http://localhost:1//", "localhost:1"), std::pair("http://mirror.example", ""),
              std::pair("huggingface.co", ""), std::pair("ftp://huggingface.co", ""),
              std::pair("https://u:p@host", ""), std::pair("https://host?x=y", ""),
              std::pair("nonsense\nX", "")})
            QTest::newRow(text) << QByteArray(text) << QByteArray(host);
    }
    void readsTheEndpoint()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, host);
        const auto environment = readEnvironment(from({{"HF_ENDPOINT", text.toStdString()}}));
        QCOMPARE(environment.has_value(), !host.isEmpty());
        if (environment) {
            QCOMPARE(QByteArray::fromStdString(environment->endpoint.shown()), host);
            QVERIFY(!QByteArray::fromStdString(environment->endpoint.text()).endsWith("//"));
        } else {
            QCOMPARE(environment.error().kind, ErrorKind::InvalidArgument);
            QVERIFY(!environment.error().hint.empty());
        }
    }

    void seeksTheToken()
    {
        QTemporaryDir folder;
        QVERIFY(folder.isValid());
        write(folder.filePath(u"token"_qs), secret('4') + "\n");
        write(folder.filePath(u"other"_qs), "  " + secret('3') + "\r\n");
        Variables variables{{"HF_HOME", folder.path().toStdString()},
                            {"HF_TOKEN_PATH", folder.filePath(u"other"_qs).toStdString()},
                            {"HUGGING_FACE_HUB_TOKEN", secret('2')},
                            {"HF_TOKEN", " " + secret('1') + "\n"}};
        const auto official = url("https://huggingface.co/api/models");
        const std::array<std::pair<const char *, char>, 4> order = {
            {{"HF_TOKEN", '1'}, {"HUGGING_FACE_HUB_TOKEN", '2'}, {"HF_TOKEN_PATH", '3'}, {"", '4'}}};
        for (const auto &[name, last] : order) {
            const auto environment = readEnvironment(from(variables));
            QVERIFY(environment);
            const auto found = findToken(from(variables), *environment);
            QVERIFY(found && *found);
            QCOMPARE((*found)->token.secretFor(official), std::string_view(secret(last)));
            QCOMPARE((*found)->source, last < '3' ? TokenSource::Variable : TokenSource::File);
            variables.erase(name);
        }
        QVERIFY(QFile::remove(folder.filePath(u"token"_qs)));
        const auto none = findToken(from(variables), *readEnvironment(from(variables)));
        QVERIFY(none && !*none);
    }

    void bindsTheTokenToItsOrigin()
    {
        QTemporaryDir folder;
        write(folder.filePath(u"token"_qs), secret('f'));
        Variables variables{{"HF_HOME", folder.path().toStdString()},
                            {"HF_ENDPOINT", "https://mirror.example"}};
        const auto environment = readEnvironment(from(variables));
        const auto ofFile = findToken(from(variables), *environment);
        QVERIFY(ofFile && *ofFile);
        QVERIFY((*ofFile)->token.secretFor(environment->endpoint).empty());
        QVERIFY(!(*ofFile)->token.secretFor(url("https://huggingface.co/x")).empty());

        variables["HF_TOKEN"] = "any-token-of-theirs";
        const auto ofVariable = findToken(from(variables), *environment);
        QVERIFY(ofVariable && *ofVariable);
        const Token &token = (*ofVariable)->token;
        QCOMPARE(token.secretFor(environment->endpoint), std::string_view("any-token-of-theirs"));
        for (const char *other : {"http://mirror.example", "https://mirror.example:444",
                                  "https://huggingface.co", "https://mirror.example.evil.example"})
            QVERIFY2(token.secretFor(url(other)).empty(), other);
    }

    void refusesWhatIsNoToken_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("short") << QByteArray("hf_short");
        QTest::newRow("other beginning") << QByteArray("xy_" + QByteArray(40, 'a'));
        QTest::newRow("line break inside")
            << QByteArray("hf_" + QByteArray(20, 'a') + "\r\nX: " + QByteArray(20, 'b'));
        QTest::newRow("letters beyond ASCII") << QByteArray("hf_" + QByteArray(40, 'a') + "\xC3\xA9");
        QTest::newRow("endless") << QByteArray("hf_" + QByteArray(5000, 'a'));
    }
    void refusesWhatIsNoToken()
    {
        QFETCH(QByteArray, text);
        const Variables variables{{"HF_TOKEN", text.toStdString()}};
        const auto found = findToken(from(variables), *readEnvironment(from(variables)));
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::InvalidArgument);
        QVERIFY(test::detailOf(found, "source") != nullptr);
        QVERIFY(found.error().message.find(text.left(6).toStdString()) == std::string::npos);
    }

    void reportsAnUnreadableTokenFile()
    {
        QTemporaryDir folder;
        const Variables variables{{"HF_TOKEN_PATH", folder.path().toStdString()}};
        const auto found = findToken(from(variables), *readEnvironment(from(variables)));
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::Io);
    }

    void redacts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("clean");
        const auto row = [](const QString &text, const QString &clean) {
            QTest::newRow(qPrintable(clean.left(40))) << text << clean;
        };
        const QString token = QString::fromStdString(secret('z'));
        row(u"plain words"_qs, u"plain words"_qs);
        row(u"token "_qs + token + u"."_qs, u"token [redacted]."_qs);
        row(u"x"_qs + token, u"x[redacted]"_qs);
        row(u"hf_hub and hf_xet are programs"_qs, u"hf_hub and hf_xet are programs"_qs);
        row(u"Authorization: Bearer abc\r\nHost: x"_qs, u"Authorization:[redacted]\r\nHost: x"_qs);
        row(u"> authorization:abc"_qs, u"> authorization:[redacted]"_qs);
        row(u"{\"Authorization\": \"Basic abc\"}"_qs, u"{\"Authorization\":[redacted]"_qs);
        row(u"sent Bearer abc"_qs, u"sent Bearer [redacted]"_qs);
        row(u"Set-Cookie: s=1\nA: b"_qs, u"Set-Cookie:[redacted]\nA: b"_qs);
        row(u"https://c/x?Expires=1&Policy=ab&Signature=cd~&Key-Pair-Id=ef#g"_qs,
            u"https://c/x?Expires=1&Policy=[redacted]&Signature=[redacted]&Key-Pair-Id=[redacted]#g"_qs);
        row(u"(https://c/x?X-Amz-Credential=ab&x-amz-signature=cd) end"_qs,
            u"(https://c/x?X-Amz-Credential=[redacted]&x-amz-signature=[redacted] end"_qs);
    }
    void redacts()
    {
        QFETCH(QString, text);
        QFETCH(QString, clean);
        QCOMPARE(QString::fromStdString(redact(text.toStdString())), clean);
        QCOMPARE(QString::fromStdString(redact(clean.toStdString())), clean);
    }
};

QTEST_GUILESS_MAIN(TestHubEnvironment)
#include "tst_hub_environment.moc"
