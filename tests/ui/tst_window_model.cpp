// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"

#include <QFile>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::test::WindowFixture;

namespace {

const QByteArray kDevices =
    R"({"event":"result","devices":[{"id":"CUDA0","backend":"CUDA","kind":"gpu",)"
    R"("name":"NVIDIA GeForce RTX 4060","total_bytes":8589934592,"free_bytes":8160437862},)"
    R"({"id":"CPU","backend":"CPU","kind":"cpu","name":"AMD Ryzen 7 7700","total_bytes":33393370726,)"
    R"("free_bytes":28346784153}],"unavailable":[]})";
const QByteArray kSearch =
    R"({"event":"result","models":[{"id":"Qwen/Qwen3-8B-GGUF","parameters":8190735360,)"
    R"("pipeline":"text-generation","license":"apache-2.0","downloads":4100000,"likes":900,"gated":"no"}]})";
const QByteArray kFiles =
    R"({"event":"result","id":"Qwen/Qwen3-8B-GGUF","commit":"0123456789abcdef0123456789abcdef01234567",)"
    R"("page":"https://hub.example/Qwen/Qwen3-8B-GGUF","gated":"no","license":"apache-2.0",)"
    R"("downloads":4100000,"parameters":8190735360,"architecture":"qwen3","context_length":40960,"levels":[)"
    R"({"label":"Q8_0","format":"gguf","bytes":8709518624,"complete":true,"files":[{}]},)"
    R"({"label":"Q4_K_M","format":"gguf","bytes":5027783968,"complete":true,"files":[{}]}],)"
    R"("companions":[],"refused":[],"card":"# Qwen3 8B\nA model."})";

// The window on a made-up machine, in front of a made-up Hub: every child is fake_worker.
class Sitting {
public:
    explicit Sitting(const QByteArray &manner, const QString &theme = u"light"_s)
        : m_fit("fit", "follow:" + manner)
        , m_devices("devices", "print:" + write(u"devices"_s, kDevices))
        , m_search("search", "print:" + write(u"search"_s, kSearch))
        , m_files("files", "print:" + write(u"files"_s, kFiles))
        , m_fixture({}, fakeWorker())
    {
        m_fixture.app().settings().setTheme(theme);
    }

    [[nodiscard]] bool open(QSize size = {1280, 900})
    {
        if (!m_fixture.open())
            return false;
        m_fixture.window().resize(size);
        return true;
    }
    // As a person does: Discover, the model, its levels.
    [[nodiscard]] bool openModel()
    {
        auto &gui = m_fixture.driver();
        return gui.click(u"rail.discover"_s) && gui.click(u"discoverRow.0"_s) && gui.click(u"openModel"_s) &&
               gui.waitFor(u"modelPage"_s) != nullptr;
    }
    [[nodiscard]] bool settles()
    {
        return gui().waitUntil([this] { return fit().state() == u"ready" && !fit().busy(); }, 10'000);
    }
    // At rest, and looked at.
    void picture(const QString &name)
    {
        QTest::qWait(250);
        gui().screenshot(u"model-"_s + name);
    }
    [[nodiscard]] QString text(const QString &objectName) const
    {
        const QQuickItem *item = const_cast<Sitting *>(this)->gui().find(objectName);
        return item == nullptr ? QString() : item->property("text").toString();
    }
    // What the row of that level says to those who hear it.
    [[nodiscard]] QString row(const QString &label)
    {
        const QQuickItem *item = gui().find(u"fitLevel."_s + label);
        return item == nullptr ? QString() : item->property("verdictText").toString();
    }
    [[nodiscard]] bool tabTo(const QString &objectName)
    {
        for (int presses = 0; presses < 80; ++presses) {
            const QQuickItem *focus = m_fixture.window().activeFocusItem();
            if (focus != nullptr && focus->objectName() == objectName)
                return true;
            gui().key(Qt::Key_Tab);
        }
        return false;
    }
    void scrollTo(double y)
    {
        for (QQuickItem *item : gui().visibleItems()) {
            if (item->inherits("QQuickFlickable") &&
                item->property("contentHeight").toDouble() > item->height() && item->objectName().isEmpty())
                item->setProperty("contentY",
                                  std::min(y, item->property("contentHeight").toDouble() - item->height()));
        }
    }

    [[nodiscard]] snug::test::GuiDriver &gui() { return m_fixture.driver(); }
    [[nodiscard]] snug::ui::ModelViewModel &fit() { return m_fixture.app().fit(); }
    [[nodiscard]] WindowFixture &fixture() { return m_fixture; }
    [[nodiscard]] QString complaints() { return m_fixture.app().qmlWarnings().join(u'\n'); }

private:
    [[nodiscard]] QByteArray write(const QString &name, const QByteArray &line)
    {
        QFile file(m_folder.filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(line + '\n');
        return m_folder.filePath(name).toUtf8();
    }

    QTemporaryDir m_folder;
    FakeChild m_fit;
    FakeChild m_devices;
    FakeChild m_search;
    FakeChild m_files;
    WindowFixture m_fixture;
};

} // namespace

// The Model page, clicked and typed into, with a scripted worker behind it.
class TestWindowModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromDiscoverToTheAnswerAndBack_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    void fromDiscoverToTheAnswerAndBack()
    {
        QFETCH(QString, theme);
        Sitting sitting("usual", theme);
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.text(u"answerTitle"_s),
                     u"Fits your RTX 4060 at Q4_K_M with 16\u202f384 context"_s);
        QTRY_COMPARE(sitting.text(u"modelAction"_s), u"Download 4.68 GiB"_s);
        sitting.picture(u"1-"_s + theme);

        QVERIFY(sitting.gui().click(u"option.code"_s));
        QTRY_COMPARE(sitting.text(u"useAdvice"_s), u"Use Q5_K_M"_s);
        QVERIFY(sitting.gui().click(u"fitLevel.Q8_0"_s));
        QVERIFY(sitting.settles());
        QTRY_VERIFY(sitting.text(u"answerTitle"_s).startsWith(u"Runs partly on your RTX 4060 at Q8_0"));
        QVERIFY(sitting.gui().click(u"fitLevel.Q8_0"_s));
        QVERIFY(sitting.gui().waitFor(u"levelDetail.Q8_0"_s));
        sitting.picture(u"2-details-"_s + theme);
        QVERIFY(sitting.gui().click(u"fitLevel.Q8_0"_s));
        sitting.scrollTo(400);
        QVERIFY(sitting.gui().click(u"useAdvice"_s));
        QTRY_COMPARE(sitting.fit().selected(), u"Q5_K_M"_s);
        sitting.scrollTo(5000);
        QVERIFY(sitting.gui().click(u"compareWith"_s));
        QVERIFY(sitting.gui().click(u"compareWith.RTX 4090"_s));
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.text(u"otherVerdict"_s), u"Fits"_s);
        sitting.scrollTo(0);
        sitting.picture(u"3-compare-"_s + theme);

        sitting.gui().key(Qt::Key_Escape);
        QVERIFY(sitting.gui().waitFor(u"discoverPage"_s));
        QCOMPARE(sitting.fit().state(), u"none"_s);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    // No pointer: the row by Enter, levels by arrows, why by F1, the slider by arrows, back by Escape.
    void keyboardAlone()
    {
        Sitting sitting("usual");
        QVERIFY(sitting.open());
        sitting.gui().key(Qt::Key_1, Qt::ControlModifier);
        QVERIFY(sitting.gui().waitFor(u"discoverRow.0"_s));
        sitting.gui().key(Qt::Key_Down);
        sitting.gui().key(Qt::Key_Return);
        QVERIFY(sitting.gui().waitFor(u"modelPage"_s));
        QVERIFY(sitting.settles());
        QVERIFY(sitting.tabTo(u"fitLevel.Q4_K_M"_s));
        sitting.gui().key(Qt::Key_Up);
        QTRY_COMPARE(sitting.fit().selected(), u"Q5_K_M"_s);
        sitting.gui().key(Qt::Key_Return);
        QVERIFY(sitting.gui().waitFor(u"levelDetail.Q5_K_M"_s));
        sitting.gui().key(Qt::Key_Return);
        sitting.gui().key(Qt::Key_F1);
        sitting.picture(u"4-why"_s);
        sitting.gui().key(Qt::Key_Down);

        QVERIFY(sitting.settles());
        QCOMPARE(sitting.row(u"Q4_K_M"_s), u"Fits"_s);
        QVERIFY(sitting.tabTo(u"contextSlider"_s));
        int presses = 0;
        while (sitting.row(u"Q4_K_M"_s) == u"Fits" && ++presses < 60) {
            sitting.gui().key(Qt::Key_Right);
            QTest::qWait(30);
        }
        QTRY_VERIFY(sitting.row(u"Q4_K_M"_s).startsWith(u"Partly"));
        QVERIFY(sitting.fit().context() > 16384);
        for (presses = 0; presses < 60; ++presses)
            sitting.gui().key(Qt::Key_Left);
        QTRY_COMPARE(sitting.row(u"Q4_K_M"_s), u"Fits"_s);
        QCOMPARE(sitting.fit().context(), 512);

        QVERIFY(sitting.tabTo(u"modelBack"_s));
        sitting.gui().key(Qt::Key_F, Qt::ControlModifier);
        QVERIFY(sitting.gui().waitFor(u"discoverSearch"_s));
        QCOMPARE(sitting.fixture().window().activeFocusItem()->objectName(), u"discoverSearch"_s);
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void everyState_data()
    {
        QTest::addColumn<QByteArray>("manner");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("seen"); // an item that must be there
        QTest::newRow("loading") << QByteArray("loading") << u"loading"_s << u"modelStage"_s;
        QTest::newRow("error") << QByteArray("gone") << u"error"_s << u"modelRetry"_s;
        QTest::newRow("offline") << QByteArray("offline") << u"offline"_s << u"modelRetry"_s;
        QTest::newRow("does-not-fit") << QByteArray("huge") << u"ready"_s << u"fitLevels"_s;
        QTest::newRow("no-gpu") << QByteArray("cpu") << u"ready"_s << u"fitLevels"_s;
        QTest::newRow("checkpoint") << QByteArray("checkpoint") << u"ready"_s << u"answerMake"_s;
        QTest::newRow("one-level") << QByteArray("one") << u"ready"_s << u"fitLevels"_s;
        QTest::newRow("36-levels") << QByteArray("many") << u"ready"_s << u"moreLevels"_s;
        QTest::newRow("experts") << QByteArray("experts") << u"ready"_s << u"cpuMoe"_s;
        QTest::newRow("dies") << QByteArray("dies") << u"error"_s << u"modelRetry"_s;
        QTest::newRow("hostile") << QByteArray("hostile") << u"ready"_s << u"fitLevels"_s;
    }
    void everyState()
    {
        QFETCH(QByteArray, manner);
        QFETCH(QString, state);
        QFETCH(QString, seen);
        Sitting sitting(manner);
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QTRY_COMPARE(sitting.fit().state(), state);
        if (state == u"ready")
            QVERIFY(sitting.settles());
        QVERIFY2(sitting.gui().waitFor(seen), qPrintable(seen));
        sitting.picture(u"state-"_s + QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    void everySize_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("scale");
        QTest::addColumn<QString>("theme");
        QTest::newRow("1280") << QSize(1280, 800) << 1.0 << u"light"_s;
        QTest::newRow("1100") << QSize(1100, 800) << 1.0 << u"dark"_s;
        QTest::newRow("narrow") << QSize(900, 600) << 1.0 << u"light"_s;
        QTest::newRow("double") << QSize(1280, 900) << 2.0 << u"dark"_s;
        QTest::newRow("narrow-double") << QSize(900, 600) << 2.0 << u"light"_s;
    }
    void everySize()
    {
        QFETCH(QSize, size);
        QFETCH(double, scale);
        QFETCH(QString, theme);
        const QString tag = QString::fromLatin1(QTest::currentDataTag());
        Sitting sitting("many", theme);
        sitting.fixture().app().settings().setTextScale(scale);
        QVERIFY(sitting.open({1280, 900}));
        QVERIFY(sitting.openModel());
        sitting.fixture().window().resize(size);
        QVERIFY(sitting.settles());
        sitting.picture(u"size-%1-top"_s.arg(tag));
        // Nothing reaches over the edge of the window.
        for (QQuickItem *item : sitting.gui().visibleItems()) {
            const QRectF place = item->mapRectToScene(item->boundingRect());
            if (!item->objectName().isEmpty() && item->width() > 0)
                QVERIFY2(
                    place.right() <= size.width() + 1 && place.left() >= -1,
                    qPrintable(
                        u"%1 at %2 to %3"_s.arg(item->objectName()).arg(place.left()).arg(place.right())));
        }
        sitting.scrollTo(500);
        sitting.picture(u"size-%1-middle"_s.arg(tag));
        sitting.scrollTo(5000);
        sitting.picture(u"size-%1-bottom"_s.arg(tag));
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }

    // A level that is fetched is on the list of downloads; the button says so.
    void theActionFetchesTheChosenLevel()
    {
        Sitting sitting("usual");
        FakeChild pull("pull", "hang");
        QVERIFY(sitting.open());
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().click(u"modelAction"_s));
        QTRY_COMPARE(sitting.fixture().app().downloads().activeCount(), 1);
        QTRY_COMPARE(sitting.text(u"modelAction"_s), u"Show the download"_s);
        QVERIFY(sitting.gui().click(u"modelAction"_s));
        QVERIFY(sitting.gui().waitFor(u"downloadsPage"_s));
    }

    void anOwnMachineIsDescribed()
    {
        Sitting sitting("usual");
        QVERIFY(sitting.open({1280, 1000}));
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        QVERIFY(sitting.gui().click(u"machine"_s));
        QVERIFY(sitting.gui().click(u"machine.?"_s));
        QVERIFY(sitting.gui().click(u"machineName"_s));
        sitting.gui().type(u"Big=card"_s);
        QVERIFY(sitting.gui().click(u"machineMemory"_s));
        sitting.gui().type(u"48"_s);
        sitting.picture(u"5-own-machine"_s);
        sitting.gui().key(Qt::Key_Return);
        QTRY_COMPARE(sitting.fit().machine(), u"Big card=48GiB"_s);
        QVERIFY(sitting.settles());
        QTRY_COMPARE(sitting.row(u"BF16"_s), u"Fits"_s);
        QTRY_VERIFY_WITH_TIMEOUT(sitting.text(u"answerTitle"_s).startsWith(u"Fits Big card at "), 20000);
    }
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowModel test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_model.moc"
