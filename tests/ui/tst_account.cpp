// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/account_view_model.h"
#include "ui/viewmodels/downloads_view_model.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace Qt::StringLiterals;
using snug::ui::AccountViewModel;

namespace {

const QString kToken = u"hf_0123456789abcdefghijABCDEFGHIJ012345"_s;
const QString kOther = u"hf_zyxwvutsrqponmlkjihgfedcba9876543210"_s;
const QByteArray kOrigin = "\"https://huggingface.co:443\"";

using Variables = std::map<std::string, std::string>;

} // namespace

// The token of the Hub, where no keychain answers (there is no session bus).
class TestAccount : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(qgetenv("DBUS_SESSION_BUS_ADDRESS"), QByteArray("disabled:")); }
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        m_file = m_home->filePath(u"config/hub-token"_s);
        m_variables = {{"HOME", m_home->path().toStdString()}, {"USERPROFILE", m_home->path().toStdString()}};
    }

    void hasNoneAtFirst()
    {
        const auto account = settled();
        QCOMPARE(account->state(), u"none"_s);
        QVERIFY(!account->kept());
        QVERIFY(!account->problem().present);
        QVERIFY(account->environment().isEmpty());
        QCOMPARE(account->host(), u"huggingface.co"_s);
        QCOMPARE(account->tokensPage(), u"https://huggingface.co/settings/tokens"_s);
        QVERIFY(!QFile::exists(m_file));
    }

    void keepsAndReadsAfterARestart()
    {
        {
            const auto account = settled();
            QSignalSpy changes(account.get(), &AccountViewModel::tokenChanged);
            save(*account, u"  "_s + kToken + u"\r\n"_s);
            QCOMPARE(account->state(), u"kept"_s);
            QCOMPARE(changes.count(), 1);
            QCOMPARE(account->environment(), tokenVariable(kToken));
            // The fallback is told, with its place and the reason.
            QVERIFY2(account->whereKept().contains(m_file), qPrintable(account->whereKept()));
            QVERIFY2(account->whereKept().contains(u"not in a keychain"), qPrintable(account->whereKept()));
            QVERIFY(!account->whyNoKeychain().isEmpty());
            QVERIFY(!account->whyNoKeychain().contains(kToken));
        }
        const auto account = settled();
        QCOMPARE(account->state(), u"kept"_s);
        QCOMPARE(account->environment(), tokenVariable(kToken));
        QVERIFY(account->whereKept().contains(m_file));
        save(*account, kOther);
        QCOMPARE(account->environment(), tokenVariable(kOther));
        QVERIFY(!content().contains(kToken.toUtf8()));
    }

    void onlyItsOwnerMayReadTheFile()
    {
#ifdef Q_OS_WIN
        QSKIP("Windows has access lists in place of POSIX permissions");
#endif
        QVERIFY(QDir().mkpath(m_home->filePath(u"config"_s)));
        const auto account = settled();
        save(*account, kToken);
        constexpr auto kEverybody = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                    QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        QCOMPARE(QFile::permissions(m_file) & (kEverybody | QFile::ExeOwner), QFile::Permissions());
        QVERIFY(QFile::permissions(m_file) & QFile::ReadOwner);
        QCOMPARE(QFile::permissions(m_home->filePath(u"config"_s)) & kEverybody, QFile::Permissions());
        // Nothing but the file: no temporary one with the secret beside it.
        QCOMPARE(QDir(m_home->filePath(u"config"_s)).entryList(QDir::Files | QDir::Hidden),
                 QStringList{u"hub-token"_s});
    }

    void forgets()
    {
        const auto account = settled();
        save(*account, kToken);
        QSignalSpy changes(account.get(), &AccountViewModel::tokenChanged);
        account->forget();
        QTRY_VERIFY(!account->busy());
        QCOMPARE(account->state(), u"none"_s);
        QCOMPARE(changes.count(), 1);
        QVERIFY(account->environment().isEmpty());
        QVERIFY(!account->problem().present);
        QVERIFY(!QFile::exists(m_file));
        QCOMPARE(settled()->state(), u"none"_s);
    }

    void refusesAWrongShapeWithoutAWordOfIt_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("short") << u"hf_geheimnis"_s;
        QTest::newRow("other prefix") << u"sk-geheimnis0123456789abcdefghijABCDEFGHIJ"_s;
        QTest::newRow("two lines") << u"hf_geheimnis0123456789abcdefg\nhijABCDEFGHIJ0123"_s;
        QTest::newRow("not ASCII") << u"hf_geheimnis0123456789abcdefghijABCDEFGHIJé"_s;
    }
    void refusesAWrongShapeWithoutAWordOfIt()
    {
        QFETCH(QString, text);
        const auto account = settled();
        QSignalSpy saved(account.get(), &AccountViewModel::saved);
        account->save(text);
        QVERIFY(!account->busy());
        const auto problem = account->problem();
        QVERIFY(problem.present);
        QVERIFY(!(problem.message + problem.hint + problem.details).contains(u"geheimnis"));
        QCOMPARE(account->state(), u"none"_s);
        QCOMPARE(saved.count(), 0);
        QVERIFY(!QFile::exists(m_file));
        save(*account, kToken); // and the complaint goes
        QVERIFY(!account->problem().present);
    }

    void theVariableWins()
    {
        save(*settled(), kToken);
        m_variables["HF_TOKEN"] = kOther.toStdString();
        const auto account = settled();
        QCOMPARE(account->state(), u"environment"_s);
        QVERIFY(account->kept()); // and may be forgotten
        QVERIFY(account->environment().isEmpty());
        m_variables.erase("HF_TOKEN");
        m_variables["HUGGING_FACE_HUB_TOKEN"] = kOther.toStdString();
        QVERIFY(settled()->environment().isEmpty());
    }

    void theFileOfAnotherProgramIsUsedAndNotCopied()
    {
        const QString folder = m_home->filePath(u"huggingface"_s);
        QVERIFY(QDir().mkpath(folder));
        QFile theirs(folder + u"/token"_s);
        QVERIFY(theirs.open(QIODevice::WriteOnly));
        theirs.write(kOther.toUtf8());
        theirs.close();
        m_variables["HF_HOME"] = folder.toStdString();
        const auto account = settled();
        QCOMPARE(account->state(), u"file"_s);
        QVERIFY(account->inUse().contains(folder));
        QVERIFY(account->environment().isEmpty()); // the child finds it by itself
        QVERIFY(!QFile::exists(m_file));
        m_variables["HF_ENDPOINT"] = "https://hub.example";
        QCOMPARE(settled()->state(), u"none"_s); // it is for huggingface.co
    }

    void anotherEndpointDoesNotGetIt()
    {
        save(*settled(), kToken);
        for (const char *endpoint : {"https://hub.example", "https://huggingface.co:8443"}) {
            m_variables["HF_ENDPOINT"] = endpoint;
            const auto account = settled();
            QCOMPARE(account->state(), u"none"_s);
            QVERIFY(account->environment().isEmpty());
        }
        const auto there = settled();
        save(*there, kOther);
        there->forget(); // does not touch the first
        QTRY_VERIFY(!there->busy());
        m_variables.erase("HF_ENDPOINT");
        QCOMPARE(settled()->environment(), tokenVariable(kToken));
    }

    void survivesADamagedFile_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("tells");
        QTest::newRow("no JSON") << QByteArray("\xff\x00{", 3) << true;
        QTest::newRow("an array") << QByteArray("[]") << true;
        QTest::newRow("a number") << "{" + kOrigin + ":7}" << false;
        QTest::newRow("no token") << "{" + kOrigin + ":\"x\\r\\ny: z\"}" << true;
        QTest::newRow("too large") << QByteArray(1 << 20, ' ') << true;
    }
    void survivesADamagedFile()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, tells);
        QVERIFY(QDir().mkpath(m_home->filePath(u"config"_s)));
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        const auto account = settled();
        QCOMPARE(account->state(), u"none"_s);
        QCOMPARE(account->problem().present, tells);
        QVERIFY(account->environment().isEmpty());
    }

    // As after a session in which a keychain answered.
    void tellsThatTheKeychainDoesNotAnswer()
    {
        QVERIFY(QDir().mkpath(m_home->filePath(u"config"_s)));
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{" + kOrigin + ":\"\"}");
        file.close();
        const auto account = settled();
        QCOMPARE(account->state(), u"none"_s);
        QVERIFY(account->problem().present);
        QVERIFY2(account->problem().message.contains(u"keychain"), qPrintable(account->problem().message));
        QVERIFY(QFile::exists(m_file)); // it may answer the next time
        save(*account, kToken);
        QCOMPARE(settled()->environment(), tokenVariable(kToken));
    }

    void tellsThatItCannotKeepIt()
    {
        QFile inTheWay(m_home->filePath(u"config"_s));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        const auto account = settled();
        QSignalSpy saved(account.get(), &AccountViewModel::saved);
        account->save(kToken);
        QTRY_VERIFY(!account->busy());
        QVERIFY(account->problem().present);
        QVERIFY(!(account->problem().message + account->problem().details).contains(kToken));
        QCOMPARE(saved.count(), 0);
        QCOMPARE(account->state(), u"none"_s);
    }

    void aBadEndpointIsTold()
    {
        m_variables["HF_ENDPOINT"] = "ftp://hub.example";
        const auto account = settled();
        QVERIFY(account->problem().present);
        QVERIFY(account->host().isEmpty());
        account->save(kToken);
        QVERIFY(!account->busy());
        QVERIFY(!QFile::exists(m_file));
    }

    // A list that goes on after a start waits for the token.
    void downloadsWaitForIt()
    {
        const snug::test::FakeChild child("pull", "hang");
        snug::ui::SettingsFile list(m_home->filePath(u"downloads.json"_s).toStdString());
        int asked = 0;
        snug::ui::DownloadsViewModel downloads(snug::test::fakeWorker(), list, [&asked] {
            ++asked;
            return QMap<QString, QString>();
        });
        downloads.add(u"maker/model"_s, u"0123456789abcdef0123456789abcdef01234567"_s, u"Q8_0"_s, u"Model"_s);
        QVERIFY(!downloads.running());
        QCOMPARE(asked, 0);
        downloads.begin();
        QVERIFY(downloads.running());
        QCOMPARE(asked, 1);
    }

private:
    [[nodiscard]] std::unique_ptr<AccountViewModel> settled() const
    {
        const auto lookup = [this](const char *name) -> std::optional<std::string> {
            const auto found = m_variables.find(name);
            return found == m_variables.end() ? std::nullopt : std::optional(found->second);
        };
        auto account = std::make_unique<AccountViewModel>(snug::ui::toPath(m_file), lookup);
        if (!QTest::qWaitFor([&] { return account->settled() && !account->busy(); }))
            qFatal("nobody answers");
        return account;
    }
    static void save(AccountViewModel &account, const QString &token)
    {
        QSignalSpy saved(&account, &AccountViewModel::saved);
        account.save(token);
        QVERIFY(saved.count() == 1 || saved.wait());
        QVERIFY(!account.problem().present);
    }
    static QMap<QString, QString> tokenVariable(const QString &token)
    {
        return {{u"HF_TOKEN"_s, token}};
    }
    [[nodiscard]] QByteArray content() const
    {
        QFile file(m_file);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_file;
    Variables m_variables;
};

QTEST_GUILESS_MAIN(TestAccount)
#include "tst_account.moc"
