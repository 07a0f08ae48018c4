// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeHub;
using snug::test::FakeRepository;
using snug::test::FileBody;
using snug::test::WindowFixture;

namespace {

const QString kToken = u"hf_0123456789abcdefghijABCDEFGHIJ012345"_s;
const QString kPrivate = u"maker/private-GGUF"_s;

FakeRepository repository(const char *id, const QString &demo)
{
    FakeRepository repository;
    repository.id = id;
    repository.files = {snug::test::lfsFile("snug-starter-Q8_0.gguf", FileBody::onDisk(demo.toStdString())),
                        snug::test::smallFile("README.md", "---\nlicense: mit\n---\n# Read by few\n")};
    repository.details = {{"downloads", 10}, {"tags", {"gguf"}}, {"pipeline_tag", "text-generation"}};
    repository.readers = {"ada"};
    return repository;
}

// One that lists its files and gives them to those who asked, and one that is not even shown to others.
void fill(FakeHub &hub, const QString &demo)
{
    hub.addUser(kToken.toStdString(), {"ada"});
    FakeRepository gated = repository("maker/gated-GGUF", demo);
    gated.gate = FakeRepository::Gate::Automatic;
    hub.addRepository(std::move(gated));
    FakeRepository hidden = repository(kPrivate.toLatin1().constData(), demo);
    hidden.isPrivate = true;
    hub.addRepository(std::move(hidden));
}

// Files below `home` in which the token stands.
QStringList filesWithTheToken(const QString &home)
{
    QStringList found;
    QDirIterator files(home, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(kToken.toLatin1()))
            found.append(files.fileName());
    }
    return found;
}

} // namespace

// The token of the Hub with the real window and the real snug-cli, where no keychain answers.
class TestWindowAccount : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = snug::test::program(u"../share/snug/models/snug-starter-Q8_0.gguf"_s);
        QVERIFY2(QFile::exists(m_demo), qPrintable(m_demo));
    }

    void aGatedModelWithATokenFromSettings_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    void aGatedModelWithATokenFromSettings()
    {
        QFETCH(QString, theme);
        m_tag = u"-"_s + theme;
        FakeHub hub;
        fill(hub, m_demo);
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
        QTemporaryDir home;
        {
            WindowFixture fixture(home.path());
            fixture.app().settings().setTheme(theme);
            QVERIFY(fixture.open());
            meetTheGate(fixture);
            enter(fixture);
            useIt(fixture);
            theEngineHasNone(fixture);
        }
        QVERIFY(!QTest::currentTestFailed());
        QCOMPARE(filesWithTheToken(home.path()), QStringList{u"hub-token"_s});
        {
            WindowFixture fixture(home.path());
            QVERIFY(fixture.open());
            forget(fixture);
        }
        QVERIFY(!QTest::currentTestFailed());
        QCOMPARE(filesWithTheToken(home.path()), QStringList());
        qunsetenv("HF_ENDPOINT");
    }

private:
    void meetTheGate(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"rail.discover"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().discover().model()->rowCount() == 1; }, 30000));
        QVERIFY(driver.click(u"discoverRow.0"_s));
        auto &repository = fixture.app().repository();
        QVERIFY(driver.waitUntil([&] { return repository.state() == u"ready"_s; }, 30000));
        QCOMPARE(repository.gated(), u"auto"_s);
        QVERIFY(repository.card().isEmpty());
        QTest::qWait(200);
        driver.screenshot(u"account-1-gate"_s + m_tag);
        QVERIFY(driver.click(u"downloadButton"_s));
        const auto &downloads = fixture.app().downloads();
        const QString level = repository.suggested();
        QVERIFY(driver.waitUntil(
            [&] {
                return downloads.stateOf(repository.repository(), repository.commit(), level) == u"failed"_s;
            },
            30000));
        repository.open(kPrivate);
        QVERIFY(driver.waitUntil([&] { return repository.state() == u"error"_s; }, 30000));
        QVERIFY(driver.click(u"discoverRow.0"_s));
        QVERIFY(driver.click(u"enterToken"_s, 30000));
    }

    void enter(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        const auto &account = fixture.app().account();
        QQuickItem *field = driver.waitFor(u"tokenField"_s);
        QVERIFY(field != nullptr);
        QVERIFY(field->hasActiveFocus());
        fixture.window().resize(900, 600);
        QTest::qWait(200);
        driver.screenshot(u"account-2-empty-narrow"_s + m_tag);
        driver.type(u"short"_s);
        QVERIFY(driver.click(u"saveToken"_s));
        QVERIFY(driver.waitFor(u"accountBanner"_s));
        QVERIFY(!account.problem().message.contains(u"short "));
        QTest::qWait(200);
        driver.screenshot(u"account-2-refused-narrow"_s + m_tag);
        QVERIFY(driver.click(u"tokenField"_s));
        driver.key(Qt::Key_A, Qt::ControlModifier);
        driver.type(kToken);
        QCOMPARE(field->property("text").toString(), kToken);
        QVERIFY(field->property("displayText").toString() != kToken);
        QVERIFY(driver.click(u"saveToken"_s));
        QVERIFY(driver.waitUntil([&] { return account.state() == u"kept"_s; }, 30000));
        QVERIFY(driver.waitUntil([&] { return field->property("text").toString().isEmpty(); }));
        QVERIFY(driver.waitFor(u"forgetToken"_s));
        QVERIFY(driver.waitFor(u"keychainBanner"_s));
        QVERIFY(driver.waitUntil([&] { return field->hasActiveFocus(); }));
        QVERIFY(!driver.find(u"accountBanner"_s));
        QTest::qWait(200);
        driver.screenshot(u"account-3-kept-narrow"_s + m_tag);
        fixture.window().resize(1280, 800);
        QTest::qWait(200);
        driver.screenshot(u"account-3-kept"_s + m_tag);
    }

    void useIt(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        auto &repository = fixture.app().repository();
        QVERIFY(driver.click(u"rail.discover"_s));
        // Asked again by itself, and read this time.
        QVERIFY(driver.waitUntil([&] { return !repository.card().isEmpty(); }, 30000));
        QVERIFY(!driver.find(u"enterToken"_s));
        // The download that was refused goes on by itself, too.
        QVERIFY(driver.waitUntil([&] { return fixture.app().downloads().finishedCount() == 1; }, 60000));
        repository.open(kPrivate);
        QVERIFY(driver.waitUntil([&] { return repository.state() == u"ready"_s; }, 30000));
        QCOMPARE(repository.levels()->rowCount(), 1);
    }

    void theEngineHasNone(WindowFixture &fixture)
    {
        QVERIFY(fixture.load(m_demo));
#ifdef Q_OS_LINUX
        QFile variables(u"/proc/%1/environ"_s.arg(fixture.app().engine().processId()));
        QVERIFY(variables.open(QIODevice::ReadOnly));
        const QByteArray all = variables.readAll();
        QVERIFY(all.contains("SNUG_HOME="));
        QVERIFY(!all.contains("HF_TOKEN="));
#endif
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    void forget(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        const auto &account = fixture.app().account();
        QVERIFY(driver.waitUntil([&] { return account.settled(); }, 30000));
        QCOMPARE(account.state(), u"kept"_s);
        auto &repository = fixture.app().repository();
        repository.open(kPrivate);
        QVERIFY(driver.waitUntil([&] { return repository.state() == u"ready"_s; }, 30000));
        QVERIFY(driver.click(u"rail.settings"_s));
        QVERIFY(driver.waitFor(u"forgetToken"_s));
        QVERIFY(QMetaObject::invokeMethod(driver.find(u"settingsPage"_s), "showAccount"));
        QVERIFY(driver.click(u"forgetToken"_s));
        QVERIFY(driver.waitUntil([&] { return account.state() == u"none"_s; }, 30000));
        QVERIFY(driver.waitUntil([&] { return driver.find(u"tokenField"_s)->hasActiveFocus(); }));
        QVERIFY(driver.waitUntil([&] { return repository.state() == u"error"_s; }, 30000));
    }

    QString m_demo;
    QString m_tag;
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowAccount test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_account.moc"
