// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/convert_lines.h"
#include "tests/ui/model_sitting.h"

#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QLocale>
#include <QMimeData>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::ModelSitting;

namespace {

// The Convert page on a made-up machine with a made-up model.
class Sitting : public ModelSitting {
public:
    explicit Sitting(const QByteArray &manner, const QString &theme = u"light"_s)
        : ModelSitting(manner, theme), m_plan("plan", "print:" + lines(u"plan"_s, snug::test::kConvertPlan))
    {
    }
    [[nodiscard]] bool openPage()
    {
        return gui().click(u"rail.convert"_s) && gui().waitFor(u"convertPage"_s) != nullptr;
    }
    void choose()
    {
        const QString folder = filePath(u"qwen3-8b-tuned"_s);
        QDir().mkpath(folder);
        page().open(QUrl::fromLocalFile(folder));
    }
    [[nodiscard]] bool planned()
    {
        return gui().waitUntil(
            [this] { return page().state() == u"ready" && !page().fit()->busy() && !page().checking(); },
            10'000);
    }
    [[nodiscard]] QByteArray lines(const QString &name, const QByteArray &text)
    {
        QFile file(filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(text + '\n');
        return filePath(name).toUtf8();
    }
    void look(const QString &name)
    {
        QTest::qWait(250);
        gui().screenshot(u"convert-"_s + name);
    }
    [[nodiscard]] snug::ui::ConvertViewModel &page() { return fixture().app().convert(); }
    [[nodiscard]] snug::ui::ConvertJobsViewModel &jobs() { return fixture().app().convertJobs(); }
    [[nodiscard]] QString add(const QString &name, const QString &level)
    {
        snug::ui::ConvertJob job;
        job.source = u"/models/"_s + name;
        job.output = filePath(name + level + u".gguf"_s);
        job.level = level;
        job.name = name;
        return jobs().add(job) ? job.output : QString();
    }

private:
    FakeChild m_plan;
};

} // namespace

// Every state of the Convert page, with children that do what a test says. Leaves pictures.
class TestWindowConvertStates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void nothingYet_data() { themes(); }
    void nothingYet()
    {
        QFETCH(QString, theme);
        Sitting sitting("checkpoint", theme);
        QVERIFY(sitting.open({1280, 800}));
        QVERIFY(sitting.openPage());
        QVERIFY(sitting.gui().waitFor(u"convertPickFolder"_s));
        QVERIFY(sitting.gui().find(u"convertStart"_s) == nullptr);
        sitting.look(u"empty-"_s + theme);
        sitting.page().open(QUrl(u"https://hub.example/x"_s));
        QVERIFY(sitting.gui().waitFor(u"convertRefused"_s));
        sitting.look(u"refused-"_s + theme);
        complain(sitting);
    }

    void itReads()
    {
        Sitting sitting("loading");
        QVERIFY(sitting.open({1280, 800}));
        QVERIFY(sitting.openPage());
        sitting.choose();
        QVERIFY(sitting.gui().waitFor(u"convertStage"_s));
        sitting.look(u"loading"_s);
        complain(sitting);
    }

    void nobodyAnswers_data()
    {
        QTest::addColumn<QByteArray>("manner");
        QTest::newRow("gone") << QByteArray("gone");
        QTest::newRow("offline") << QByteArray("offline");
    }
    void nobodyAnswers()
    {
        QFETCH(QByteArray, manner);
        Sitting sitting(manner);
        QVERIFY(sitting.open({1280, 800}));
        QVERIFY(sitting.openPage());
        sitting.choose();
        QVERIFY(sitting.gui().waitFor(u"convertRetry"_s));
        sitting.look(QString::fromLatin1(manner));
        complain(sitting);
    }

    // A recipe, a file in the making, one that waits, one that failed, one that is made.
    void atWork_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::addColumn<QByteArray>("manner");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("scale");
        QTest::addColumn<bool>("mirrored");
        QTest::newRow("light") << u"light"_s << QByteArray("checkpoint") << QSize(1280, 800) << 1.0 << false;
        QTest::newRow("dark") << u"dark"_s << QByteArray("checkpoint") << QSize(1280, 800) << 1.0 << false;
        QTest::newRow("narrow") << u"light"_s << QByteArray("checkpoint") << QSize(900, 600) << 1.0 << false;
        QTest::newRow("names") << u"light"_s << QByteArray("checkpoint,names") << QSize(1280, 800) << 1.0
                               << false;
        QTest::newRow("names narrow")
            << u"dark"_s << QByteArray("checkpoint,names") << QSize(900, 600) << 1.0 << false;
        QTest::newRow("double") << u"light"_s << QByteArray("checkpoint") << QSize(1280, 800) << 2.0 << false;
        QTest::newRow("mirrored") << u"light"_s << QByteArray("checkpoint") << QSize(1280, 800) << 1.0
                                  << true;
        QTest::newRow("huge") << u"dark"_s << QByteArray("checkpoint,huge") << QSize(1280, 800) << 1.0
                              << false;
    }
    void atWork()
    {
        QFETCH(QString, theme);
        QFETCH(QByteArray, manner);
        QFETCH(QSize, size);
        QFETCH(double, scale);
        QFETCH(bool, mirrored);
        if (mirrored)
            QLocale::setDefault(QLocale(QLocale::Arabic));
        Sitting sitting(manner, theme);
        sitting.fixture().app().settings().setTextScale(scale);
        const bool long_ = manner.contains("names");
        const QString name = long_ ? QString(u"An instruct model with a name that its makers "_s).repeated(3)
                                   : u"Llama 3.1 8B Instruct"_s;
        QVERIFY(sitting.open(size));
        auto &jobs = sitting.jobs();
        auto child = std::make_unique<FakeChild>("convert",
                                                 "print:" + sitting.lines(u"end"_s, snug::test::kConvertEnd));
        QVERIFY(!sitting.add(name, u"Q6_K"_s).isEmpty());
        QTRY_COMPARE(jobs.finishedCount(), 1);
        child.reset();
        child = std::make_unique<FakeChild>("convert", "error");
        QVERIFY(!sitting.add(name, u"Q8_0"_s).isEmpty());
        QTRY_VERIFY(!jobs.running());
        child.reset();
        child = std::make_unique<FakeChild>("convert",
                                            "until:" + sitting.lines(u"begin"_s, snug::test::kConvertBegin));
        QVERIFY(!sitting.add(name, u"Q4_K_M"_s).isEmpty());
        QVERIFY(!sitting.add(name, u"Q5_K_M"_s).isEmpty());
        QTRY_COMPARE(jobs.fraction(), 0.25);
        QVERIFY(sitting.openPage());
        sitting.choose();
        QVERIFY(sitting.planned());
        const QString tag = QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-');
        sitting.look(u"work-top-"_s + tag);
        QCOMPARE(sitting.overTheEdge(), QString());
        sitting.scrollTo(5000);
        sitting.look(u"work-bottom-"_s + tag);
        QCOMPARE(sitting.overTheEdge(), QString());
        complain(sitting);
    }

    void whatItsWeightsRefuse()
    {
        const FakeChild plan("plan", "error");
        Sitting sitting("checkpoint");
        qputenv("SNUG_FAKE_PLAN", "error");
        QVERIFY(sitting.open({1280, 800}));
        QVERIFY(sitting.openPage());
        sitting.choose();
        QVERIFY(sitting.gui().waitFor(u"convertCheckAgain"_s, 10'000));
        const QQuickItem *start = sitting.gui().waitFor(u"convertStart"_s);
        QVERIFY(start != nullptr && !start->isEnabled());
        sitting.look(u"plan-refused"_s);
        complain(sitting);
    }

    void aFolderIsDropped()
    {
        Sitting sitting("checkpoint");
        QVERIFY(sitting.open({1280, 800}));
        QVERIFY(sitting.openPage());
        const QString folder = sitting.filePath(u"qwen3-8b-tuned"_s);
        QVERIFY(QDir().mkpath(folder));
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(folder)});
        QQuickWindow &window = sitting.fixture().window();
        const QPoint middle(640, 400);
        QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(&window, &enter));
        sitting.look(u"dragged"_s);
        QDropEvent drop(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(&window, &drop));
        QVERIFY(sitting.planned());
        QCOMPARE(sitting.page().sourceKind(), u"safetensors"_s);
        complain(sitting);
    }

    void cancelAndDiscardByClicks()
    {
        Sitting sitting("checkpoint");
        QVERIFY(sitting.open({1280, 800}));
        const FakeChild child("convert", "until:" + sitting.lines(u"begin"_s, snug::test::kConvertBegin));
        QVERIFY(sitting.openPage());
        sitting.choose();
        QVERIFY(sitting.planned());
        QVERIFY(sitting.gui().click(u"convertStart"_s));
        QTRY_COMPARE(sitting.jobs().fraction(), 0.25);
        QVERIFY(sitting.clickBelow(u"convertCancel.0"_s));
        QVERIFY(sitting.gui().waitFor(u"convertResume.0"_s));
        sitting.look(u"cancelled"_s);
        QVERIFY(sitting.clickBelow(u"convertResume.0"_s));
        QTRY_COMPARE(sitting.jobs().fraction(), 0.25);
        QVERIFY(sitting.clickBelow(u"convertCancel.0"_s));
        QVERIFY(sitting.clickBelow(u"convertDiscard.0"_s));
        QTRY_COMPARE(sitting.jobs().activeCount(), 0);
        complain(sitting);
    }

    // No pointer: Tab to the levels, arrows choose, Tab to the button, Enter.
    void keyboardAlone()
    {
        Sitting sitting("checkpoint");
        const FakeChild child("convert", "hang");
        QVERIFY(sitting.open({1280, 800}));
        QVERIFY(sitting.openPage());
        sitting.choose();
        QVERIFY(sitting.planned());
        QVERIFY(sitting.tabTo(u"convertLevels"_s));
        const QString before = sitting.page().level();
        sitting.gui().key(Qt::Key_Up);
        QTRY_VERIFY(sitting.page().level() != before);
        sitting.look(u"keyboard"_s);
        sitting.gui().key(Qt::Key_Down);
        QTRY_COMPARE(sitting.page().level(), before);
        QVERIFY(sitting.planned());
        QTRY_VERIFY(sitting.page().canStart());
        QVERIFY(sitting.tabTo(u"convertStart"_s));
        sitting.gui().key(Qt::Key_Return);
        QTRY_COMPARE(sitting.jobs().activeCount(), 1);
        QVERIFY(sitting.gui().click(u"convertAdvanced"_s));
        QVERIFY(sitting.gui().waitFor(u"convertImatrixChoose"_s));
        sitting.look(u"advanced"_s);
        complain(sitting);
    }

private:
    static void themes()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }
    static void complain(Sitting &sitting)
    {
        QVERIFY2(sitting.complaints().isEmpty(), qPrintable(sitting.complaints()));
    }
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestWindowConvertStates test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_convert_states.moc"
