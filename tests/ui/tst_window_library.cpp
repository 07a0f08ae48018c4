// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/gguf_builder.h"
#include "tests/support/text_files.h"
#include "tests/ui/window_fixture.h"

#include <QGuiApplication>
#include <QTest>

#include <filesystem>

namespace fs = std::filesystem;
using namespace Qt::StringLiterals;
using snug::test::WindowFixture;

namespace {

void putModel(const fs::path &path)
{
    fs::create_directories(path.parent_path());
    snug::test::writeFile(path, snug::test::smallModel().build());
}

} // namespace

// The library's page with the real window and the real snug-cli: verify, find copies, remove.
class TestWindowLibrary final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void verifiesFindsCopiesAndRemoves_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    void verifiesFindsCopiesAndRemoves()
    {
        QFETCH(QString, theme);
        m_tag = u"-"_s + theme;
        QTemporaryDir home;
        const fs::path root = fs::canonical(home.path().toStdString());
        const fs::path mine = root / "data/models/a-mine.gguf";
        putModel(mine);
        putModel(root / ".lmstudio/models/maker/repo/z-theirs.gguf");
        WindowFixture fixture(QString::fromStdString(root.string()));
        fixture.app().settings().setTheme(theme);
        QVERIFY(fixture.open());
        QVERIFY(fixture.driver().click(u"rail.library"_s));
        fixture.app().library().setFilter(u"mine"_s);
        QVERIFY(fixture.driver().waitUntil([&] { return fixture.app().library().model()->rowCount() == 1; },
                                           30000));
        QVERIFY(
            fixture.driver().waitUntil([&] { return fixture.app().libraryRecords().revision() > 0; }, 30000));
        verify(fixture);
        findCopies(fixture);
        remove(fixture, mine);
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    void aForeignFileIsNotOfferedForRemoval()
    {
        QTemporaryDir home;
        const fs::path root = fs::canonical(home.path().toStdString());
        putModel(root / ".lmstudio/models/maker/repo/z-theirs.gguf");
        WindowFixture fixture(QString::fromStdString(root.string()));
        QVERIFY(fixture.open());
        QVERIFY(fixture.driver().click(u"rail.library"_s));
        fixture.app().library().setFilter(u"theirs"_s);
        QVERIFY(
            fixture.driver().waitUntil([&] { return fixture.app().libraryRecords().revision() > 0; }, 30000));
        QVERIFY(fixture.driver().click(u"libraryRow.0"_s));
        QVERIFY(fixture.driver().waitFor(u"copyIntoSnug"_s));
        QVERIFY(fixture.driver().find(u"removeFile"_s) == nullptr);
        QVERIFY(fixture.driver().find(u"verifyFile"_s) == nullptr);
        fixture.driver().screenshot(u"library-foreign"_s);
        QVERIFY(fixture.driver().click(u"copyIntoSnug"_s));
        QVERIFY(fixture.driver().waitUntil(
            [&] { return fs::exists(root / "data/models/maker/repo/z-theirs.gguf"); }, 30000));
    }

private:
    void verify(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        const auto &actions = fixture.app().libraryActions();
        QVERIFY(driver.click(u"libraryRow.0"_s));
        QVERIFY(driver.click(u"verifyFile"_s));
        QVERIFY(driver.waitUntil([&] { return !actions.busy() && !actions.resultText().isEmpty(); }, 30000));
        QVERIFY(driver.waitFor(u"actionResult"_s));
        driver.screenshot(u"library-verified"_s + m_tag);
    }

    void findCopies(WindowFixture &fixture)
    {
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"findCopies"_s));
        QVERIFY(driver.waitUntil([&] { return fixture.app().libraryDuplicates().found(); }, 30000));
        QVERIFY(driver.click(u"showCopies"_s));
        QVERIFY(driver.waitFor(u"copiesList"_s));
        QTest::qWait(200);
        driver.screenshot(u"library-copies"_s + m_tag);
        driver.key(Qt::Key_Escape);
        QVERIFY(driver.waitUntil([&] { return driver.find(u"copiesList"_s) == nullptr; }));
    }

    void remove(WindowFixture &fixture, const fs::path &file)
    {
        auto &driver = fixture.driver();
        QVERIFY(driver.click(u"removeFile"_s));
        QVERIFY(driver.waitFor(u"cancelRemove"_s, 30000));
        QTest::qWait(200);
        driver.screenshot(u"library-remove"_s + m_tag);
        driver.key(Qt::Key_Escape);
        QVERIFY(driver.waitUntil([&] { return driver.find(u"cancelRemove"_s) == nullptr; }));
        QVERIFY(fs::exists(file) && fixture.app().libraryActions().plan().isEmpty());
        QVERIFY(driver.click(u"removeFile"_s));
        QVERIFY(driver.click(u"confirmRemove"_s, 30000));
        QVERIFY(driver.waitUntil([&] { return !fs::exists(file); }, 30000));
        QVERIFY(driver.waitUntil([&] { return fixture.app().library().model()->rowCount() == 0; }, 30000));
    }

    QString m_tag;
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowLibrary test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_library.moc"
