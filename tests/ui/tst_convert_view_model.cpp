// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/convert_lines.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/convert_view_model.h"
#include "ui/viewmodels/settings_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::ChildLog;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::ConvertJobsViewModel;
using snug::ui::ConvertViewModel;
using snug::ui::SettingsFile;

namespace {

const QString kRepository = u"Qwen/Qwen3-8B"_s;
const QString kCommit = u"0123456789abcdef0123456789abcdef01234567"_s;

// A page with a list of jobs of its own.
struct Convert {
    explicit Convert(const QString &home)
        : list(QDir(home).filePath(u"list.json"_s).toStdString())
        , jobs(fakeWorker(), list)
        , page(fakeWorker(), QDir(home).filePath(u"models"_s), jobs)
    {
    }
    [[nodiscard]] bool settles()
    {
        return QTest::qWaitFor(
            [this] { return page.state() == u"ready" && !page.fit()->busy() && !page.checking(); }, 10'000);
    }
    [[nodiscard]] QString textOf(const QString &kind) const
    {
        QStringList texts;
        for (const QVariant &check : page.checks()) {
            if (check.toMap()[u"kind"_s] == kind)
                texts.append(check.toMap()[u"text"_s].toString());
        }
        return texts.join(u'|');
    }
    [[nodiscard]] QString cast(const QString &name) const { return page.forecast()[name].toString(); }

    SettingsFile list;
    ConvertJobsViewModel jobs;
    ConvertViewModel page;
};

} // namespace

class TestConvertViewModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_home->path()).mkdir(u"qwen"_s));
    }

    void aFolderIsCheckedAndPlanned()
    {
        const ChildLog log;
        const FakeChild fit("fit", "follow:checkpoint");
        const FakeChild plan("plan", "print:" + lines(snug::test::kConvertPlan));
        Convert convert(m_home->path());
        QCOMPARE(convert.page.state(), u"none"_s);
        QVERIFY(convert.page.forecast().isEmpty());
        QVERIFY(!convert.page.canStart());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        QVERIFY(!convert.page.level().isEmpty());
        QCOMPARE(convert.page.sourceKind(), u"safetensors"_s);
        QCOMPARE(convert.cast(u"size"_s), u"4.68"_s);
        QCOMPARE(convert.cast(u"sizeNote"_s), u"file, exact to the byte"_s);
        QCOMPARE(convert.cast(u"disk"_s), u"212 GiB"_s);
        QCOMPARE(convert.cast(u"download"_s), QString());
        QCOMPARE(convert.textOf(u"done"_s),
                 u"All 399 tensors are here and planned|Tokenizer recognised: qwen2|A chat template is "
                 "there"_qs);
        QVERIFY2(convert.page.canStart(), qPrintable(convert.page.obstacle()));
        QCOMPARE(convert.page.action(), u"Make %1, 4.68 GiB"_s.arg(convert.page.level()));
        QVERIFY(log.text().contains(u"began convert --dry-run --json --type %1 --output %2 -- %3\n"_s.arg(
            convert.page.level(), m_home->filePath(u"models/"_s + convert.page.fileName()),
            m_home->filePath(u"qwen"_s))));
    }

    void anotherLevelIsAnotherPlan()
    {
        const ChildLog log;
        const FakeChild fit("fit", "follow:checkpoint");
        const FakeChild plan("plan", "print:" + lines(snug::test::kConvertPlan));
        Convert convert(m_home->path());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        convert.page.fit()->select(u"Q6_K"_s);
        QTRY_COMPARE(convert.page.level(), u"Q6_K"_s);
        QTRY_VERIFY(convert.page.checking());
        QCOMPARE(convert.cast(u"sizeNote"_s), u"file, estimated"_s);
        QVERIFY(!convert.page.canStart());
        QVERIFY(convert.settles());
        QVERIFY(convert.page.canStart());
        QCOMPARE(convert.page.fileName(), u"Qwen3-8B-Q6_K.gguf"_s);
        QVERIFY(log.text().contains(u"--type Q6_K"_s));
    }

    void whatThePlanRefusesCannotBeStarted()
    {
        const FakeChild fit("fit", "follow:checkpoint");
        auto plan = std::make_unique<FakeChild>("plan", "error");
        Convert convert(m_home->path());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        QTRY_VERIFY(convert.page.problem().present);
        QCOMPARE(convert.page.obstacle(), u"The file is damaged."_s);
        QVERIFY(!convert.page.canStart());
        plan.reset();
        plan = std::make_unique<FakeChild>("plan", "print:" + lines(snug::test::kConvertPlan));
        convert.page.checkAgain();
        QTRY_VERIFY(convert.page.canStart());
        QVERIFY(!convert.page.problem().present);
    }

    void aDiskThatIsTooSmallIsToldBefore()
    {
        const FakeChild fit("fit", "follow:checkpoint");
        QByteArray small = snug::test::kConvertPlan;
        small.replace("227633266688", "4027783968");
        const FakeChild plan("plan", "print:" + lines(small));
        Convert convert(m_home->path());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        QCOMPARE(convert.cast(u"lacking"_s), u"954 MiB"_s);
        QCOMPARE(convert.page.obstacle(), u"The disk lacks 954 MiB for it."_s);
    }

    void whatIsStartedIsAJobAndNotStartedTwice()
    {
        const FakeChild fit("fit", "follow:checkpoint");
        const FakeChild plan("plan", "print:" + lines(snug::test::kConvertPlan));
        auto child = std::make_unique<FakeChild>("convert", "hang");
        Convert convert(m_home->path());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        const QString first = convert.page.fileName();
        convert.page.start();
        QCOMPARE(convert.jobs.activeCount(), 1);
        QVERIFY(!convert.page.canStart());
        QCOMPARE(convert.page.obstacle(), u"It is in the list below."_s);
        convert.page.start();
        QCOMPARE(convert.jobs.activeCount(), 1);
        QCOMPARE(convert.page.fileName(), first);
        convert.jobs.cancel(m_home->filePath(u"models/"_s + first));
        QTRY_COMPARE(convert.page.obstacle(), u"It was begun already: see below."_s);
        convert.jobs.discard(m_home->filePath(u"models/"_s + first));
        QTRY_COMPARE(convert.jobs.activeCount(), 0);
        QTRY_VERIFY(convert.page.canStart());
        QCOMPARE(convert.page.fileName(), first);
    }

    void theTimeIsForecastFromEarlierFiles()
    {
        const FakeChild fit("fit", "follow:checkpoint");
        const FakeChild plan("plan", "print:" + lines(snug::test::kConvertPlan));
        Convert convert(m_home->path());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        QCOMPARE(convert.cast(u"time"_s), u"not known yet"_s);
        convert.list.set("conversions", "rates",
                         nlohmann::json{{convert.page.level().toStdString(), 50'277'839.68}});
        QCOMPARE(convert.cast(u"time"_s), u"about 1 min 40 s"_s);
    }

    // Of a repository no weights are fetched before a person says so.
    void aRepositoryIsCheckedBeforeItsDownload()
    {
        const ChildLog log;
        const FakeChild fit("fit", "follow:checkpoint");
        const FakeChild plan("plan", "print:" + lines(snug::test::kConvertPlan));
        const FakeChild child("convert", "hang");
        Convert convert(m_home->path());
        snug::ui::ModelViewModel model(fakeWorker());
        model.openRepository(kRepository, u"Q6_K"_s);
        QTRY_COMPARE(model.state(), u"ready"_s);
        model.setContext(8192);
        model.setWorkload(u"code"_s);
        convert.page.openModel(&model, kCommit);
        QVERIFY(convert.settles());
        QCOMPARE(convert.page.level(), u"Q6_K"_s);
        QCOMPARE(convert.page.fit()->context(), 8192);
        QCOMPARE(convert.page.fit()->workload(), u"code"_s);
        QCOMPARE(convert.cast(u"download"_s), u"15.3 GiB"_s);
        QTRY_VERIFY2(convert.textOf(u"done"_s).contains(u"tensors are planned"_s),
                     qPrintable(convert.textOf(u"done"_s)));
        QCOMPARE(convert.cast(u"sizeNote"_s), u"file, exact to the byte"_s);
        QVERIFY2(!log.text().contains(u"began convert --json"_s), "it must not fetch by itself");
        QTRY_VERIFY(convert.page.canStart());
        convert.page.start();
        QTRY_VERIFY(log.text().contains(u"--type Q6_K --output %1 -- %2@%3\n"_s.arg(
            m_home->filePath(u"models/Qwen3-8B-Q6_K.gguf"_s), kRepository, kCommit)));
    }

    void levelsThatNeedAnImportanceMatrixSaySo()
    {
        const FakeChild fit("fit", "follow:checkpoint");
        const FakeChild plan("plan", "print:" + lines(snug::test::kConvertPlan));
        Convert convert(m_home->path());
        convert.page.open(QUrl::fromLocalFile(m_home->filePath(u"qwen"_s)));
        QVERIFY(convert.settles());
        convert.page.fit()->setFilter(u"all"_s);
        QVERIFY(convert.settles());
        QString needy;
        for (const auto &row : convert.page.fit()->table().all()) {
            if (row.imatrix == u"required" && row.canBeMade && !row.exists)
                needy = row.label;
        }
        QVERIFY(!needy.isEmpty());
        convert.page.fit()->select(needy);
        QTRY_COMPARE(convert.page.level(), needy);
        QVERIFY(convert.page.obstacle().contains(u"importance matrix"_s));
        convert.page.useImatrix(QUrl::fromLocalFile(m_home->filePath(u"imatrix.gguf"_s)));
        QTRY_VERIFY(convert.page.canStart());
    }

    void whatIsNoSourceIsRefused_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("not of this computer") << u"https://hub.example/model.gguf"_s;
        QTest::newRow("not there") << u"file:///nowhere/at/all"_s;
        QTest::newRow("a picture") << QString();
    }
    void whatIsNoSourceIsRefused()
    {
        QFETCH(QString, url);
        const QString picture = m_home->filePath(u"picture.png"_s);
        QVERIFY(QFile(picture).open(QIODevice::WriteOnly));
        Convert convert(m_home->path());
        convert.page.open(url.isEmpty() ? QUrl::fromLocalFile(picture) : QUrl(url));
        QCOMPARE(convert.page.state(), u"none"_s);
        QVERIFY(!convert.page.refused().isEmpty());
    }

    void namesOfFiles_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("file");
        QTest::newRow("plain") << u"Qwen3 8B"_s << u"Qwen3-8B-Q4_K_M.gguf"_s;
        QTest::newRow("its old level") << u"Llama 3.1 8B-BF16"_s << u"Llama-3.1-8B-Q4_K_M.gguf"_s;
        QTest::newRow("a way out") << u"../../etc/passwd"_s << u"etc-passwd-Q4_K_M.gguf"_s;
        QTest::newRow("nothing left") << u"/:*"_s << u"model-Q4_K_M.gguf"_s;
        QTest::newRow("endless") << QString(4000, u'a') << QString(120, u'a') + u"-Q4_K_M.gguf"_s;
    }
    void namesOfFiles()
    {
        QFETCH(QString, model);
        QFETCH(QString, file);
        QCOMPARE(snug::ui::convertFileName(model, u"Q4_K_M"_s), file);
    }

private:
    QByteArray lines(const QByteArray &text)
    {
        const QString path = m_home->filePath(u"lines"_s);
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(text + '\n');
        return path.toUtf8();
    }

    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_MAIN(TestConvertViewModel)
#include "tst_convert_view_model.moc"
