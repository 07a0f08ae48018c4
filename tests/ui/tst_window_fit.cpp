// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "tests/support/fake_hub.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"
#include "tests/ui/window_fixture.h"
#include "ui/viewmodels/text.h"

#include <QFile>
#include <QTest>

#include <span>

using namespace Qt::StringLiterals;
using snug::test::FakeHub;
using snug::test::FakeRepository;
using snug::test::FileBody;
using snug::test::WindowFixture;

namespace {

const QString kModel = u"Llama 3.1 8B"_s;
constexpr int kPatience = 60'000;

std::string textOf(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

} // namespace

// The Model page with the real snug-cli and its engine behind it.
class TestWindowFit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        snug::gguf::Header draft = snug::test::knownModel(kModel.toStdString());
        for (auto &[key, value] : draft.values) {
            if (key == "llama.context_length")
                value = snug::gguf::Value(std::uint32_t{131'072});
        }
        const auto file = snug::gguf::encodeHeader(std::move(draft));
        QVERIFY(file.has_value());
        m_header = textOf(file->bytes);
        m_bytes = file->header.fileBytes;
        QVERIFY(snug::gguf::writeSparse(file->bytes, m_bytes,
                                        snug::ui::toPath(m_folder.filePath(u"llama-8b-F16.gguf"_s))));
    }
    void cleanup() { qunsetenv("HF_ENDPOINT"); }

    // Of a repository only the header is fetched; levels that nobody has made have sizes and verdicts, and a
    // longer context changes them at once.
    void aRepositoryOfTheHub()
    {
        FakeHub hub;
        FakeRepository repository;
        repository.id = "lighthouse/Beacon-8B-GGUF";
        repository.files = {snug::test::lfsFile(
            "Beacon-8B-F16.gguf",
            FileBody::virtualBytes(m_bytes, 1, m_header).withSha256(std::string(64, 'a')))};
        repository.details = {{"downloads", 41'000},
                              {"tags", {"gguf", "license:mit"}},
                              {"pipeline_tag", "text-generation"},
                              {"gguf", {{"total", 8'030'261'248}, {"architecture", "llama"}}}};
        hub.addRepository(std::move(repository));
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        auto &gui = fixture.driver();
        QVERIFY(gui.click(u"rail.discover"_s));
        QVERIFY(gui.waitUntil([&] { return fixture.app().discover().state() == u"ready"_s; }, kPatience));
        QVERIFY(gui.click(u"discoverRow.0"_s));
        QVERIFY(gui.click(u"openModel"_s));
        QVERIFY(settles(fixture));
        gui.screenshot(u"fit-1-repository"_s);
        QVERIFY2(fixture.app().fit().levels()->rowCount() >= 7, "the levels that could be made are missing");
        QVERIFY(!fixture.app().fit().hiddenLevels().isEmpty());
        QVERIFY(gui.waitFor(u"modelAction"_s));
        QVERIFY2(hub.bodyBytes(snug::test::Origin::Cdn) < 64 * 1024 * 1024,
                 "more than the header was fetched");

        // A card that is the same on every computer that runs this test.
        fixture.app().fit().setMachine(u"RTX 4060=8GiB,272GB/s"_s);
        QVERIFY(settles(fixture));
        QCOMPARE(row(fixture, u"Q4_K_M"_s, "verdict"), u"fits"_s);
        QVERIFY(!row(fixture, u"Q4_K_M"_s, "speedText").isEmpty());
        gui.screenshot(u"fit-1-short-context"_s);
        QVERIFY(tabTo(fixture, u"contextSlider"_s));
        for (int presses = 0; presses < 80; ++presses)
            gui.key(Qt::Key_Right);
        QVERIFY(gui.waitUntil([&] { return row(fixture, u"Q4_K_M"_s, "verdict") != u"fits"; }, kPatience));
        QVERIFY(settles(fixture));
        QCOMPARE(fixture.app().fit().context(), 131'072);
        gui.screenshot(u"fit-2-longest-context"_s);
        fixture.app().fit().setMachine({});
        QVERIFY(settles(fixture));

        QVERIFY(gui.click(u"moreLevels"_s));
        QVERIFY(settles(fixture));
        QVERIFY(fixture.app().fit().levels()->rowCount() > 25);
        gui.screenshot(u"fit-3-all-levels"_s);
        gui.key(Qt::Key_Escape);
        QVERIFY(gui.waitFor(u"discoverPage"_s));
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    // A repository with nothing but a checkpoint: the whole table, from headers alone.
    void aCheckpointOfTheHub()
    {
        const QString models = snug::test::dataFile(u"models"_s);
        if (models.isEmpty())
            QSKIP("The checkpoint is not here; set SNUG_TEST_DATA.");
        FakeHub hub;
        for (FakeRepository &repository : snug::test::repositoriesIn(models.toStdString())) {
            if (repository.id == "snug/tinystories-656k-wide4-hf")
                hub.addRepository(std::move(repository));
        }
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        auto &gui = fixture.driver();
        QVERIFY(gui.click(u"rail.discover"_s));
        QVERIFY(gui.click(u"chip.safetensors"_s));
        QVERIFY(gui.waitUntil([&] { return fixture.app().discover().state() == u"ready"_s; }, kPatience));
        QVERIFY(gui.click(u"discoverRow.0"_s));
        QVERIFY(gui.click(u"openModel"_s));
        QVERIFY(settles(fixture));
        QVERIFY(gui.click(u"moreLevels"_s));
        QVERIFY(settles(fixture));
        gui.screenshot(u"fit-6-checkpoint"_s);
        QVERIFY(fixture.app().fit().levels()->rowCount() > 25);
        QVERIFY2(hub.bodyBytes(snug::test::Origin::Cdn) + hub.bodyBytes(snug::test::Origin::Hub) < 1'000'000,
                 "more than headers was fetched");

        // A card with so little room that the length of the conversation decides.
        fixture.app().fit().setMachine(u"Small=0.56GiB,100GB/s"_s);
        QVERIFY(settles(fixture));
        const QString before = row(fixture, u"Q8_0"_s, "verdict");
        QVERIFY(tabTo(fixture, u"contextSlider"_s));
        gui.key(Qt::Key_Home);
        QVERIFY(settles(fixture));
        gui.screenshot(u"fit-7-checkpoint-small-card"_s);
        QVERIFY(!before.isEmpty());
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    // A file of the library: what it is, what a longer conversation costs, and the way to talk to it.
    void aFileOfTheLibrary()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        auto &gui = fixture.driver();
        QVERIFY(gui.click(u"rail.library"_s));
        QVERIFY(gui.waitUntil([&] { return fixture.app().library().model()->rowCount() > 0; }, kPatience));
        QVERIFY(gui.waitUntil([&] { return !fixture.app().library().busy(); }, kPatience));
        QVERIFY(gui.click(u"libraryRow.0"_s));
        QVERIFY(gui.click(u"openModel"_s));
        QVERIFY(settles(fixture));
        QTest::qWait(200);
        gui.screenshot(u"fit-4-file"_s);
        const QQuickItem *action = gui.waitFor(u"modelAction"_s);
        QVERIFY(action != nullptr);
        QCOMPARE(action->property("text").toString(), u"Chat"_s);
        QVERIFY(gui.click(u"modelAction"_s));
        QVERIFY(fixture.waitForState(u"ready"_s));
        QVERIFY(gui.waitFor(u"chatPage"_s));
        QCOMPARE(fixture.app().fit().state(), u"none"_s);
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

    // Another machine than this one: from its name alone.
    void onAnotherMachine()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        fixture.window().resize(1280, 900);
        auto &fit = fixture.app().fit();
        fit.openFile(m_folder.filePath(u"llama-8b-F16.gguf"_s));
        fixture.window().setProperty("currentPage", u"model"_s);
        QVERIFY(settles(fixture));
        QVERIFY(!fit.machines().isEmpty());
        fit.setOtherMachine(u"RTX 4090=24GiB,1008GB/s"_s);
        QVERIFY(settles(fixture));
        QVERIFY(fixture.driver().waitUntil([&] { return !fit.otherAnswer().isEmpty(); }, kPatience));
        QCOMPARE(fit.otherAnswer()[u"verdict"_s].toString(), u"fits"_s);
        QTest::qWait(200);
        fixture.driver().screenshot(u"fit-5-compared"_s);
        QVERIFY2(fixture.app().qmlWarnings().isEmpty(), qPrintable(fixture.app().qmlWarnings().join(u'\n')));
    }

private:
    static bool settles(WindowFixture &fixture)
    {
        const auto &fit = fixture.app().fit();
        const bool settled =
            fixture.driver().waitUntil([&] { return fit.state() == u"ready" && !fit.busy(); }, kPatience);
        if (!settled)
            qWarning("%s: %s", qPrintable(fit.state()),
                     qPrintable(fit.problem().message + fit.problem().details));
        return settled;
    }
    static QString row(WindowFixture &fixture, const QString &label, const char *property)
    {
        const QQuickItem *item = fixture.driver().find(u"fitLevel."_s + label);
        return item == nullptr ? QString() : item->property(property).toString();
    }
    static bool tabTo(WindowFixture &fixture, const QString &objectName)
    {
        for (int presses = 0; presses < 80; ++presses) {
            const QQuickItem *focus = fixture.window().activeFocusItem();
            if (focus != nullptr && focus->objectName() == objectName)
                return true;
            fixture.driver().key(Qt::Key_Tab);
        }
        return false;
    }

    QTemporaryDir m_folder;
    std::string m_header;
    std::int64_t m_bytes = 0;
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowFit test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_fit.moc"
