// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/convert_lines.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/convert_jobs_view_model.h"
#include "ui/viewmodels/settings_file.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::ChildLog;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::ConvertJob;
using snug::ui::ConvertJobsViewModel;
using snug::ui::SettingsFile;

// The queue of files that are made, with children that do what a test says.
class TestConvertJobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_home = std::make_unique<QTemporaryDir>(); }

    void makesAndFinishes()
    {
        const FakeChild child("convert", "print:" + lines(kBegin + "\n" + kEnd));
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        const QAbstractItemModelTester active(jobs.active(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester finished(jobs.finished(),
                                                QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QSignalSpy made(&jobs, &ConvertJobsViewModel::made);
        QCOMPARE(jobs.rateOf(u"Q4_K_M"_s, false), 0.0);
        QVERIFY(jobs.add(job(u"a"_s)));
        QVERIFY(jobs.running());
        QVERIFY2(!jobs.add(job(u"a"_s)), "two jobs would write one file");
        QTRY_COMPARE(jobs.finishedCount(), 1);
        QCOMPARE(jobs.activeCount(), 0);
        QVERIFY(!jobs.running());
        QCOMPARE(made.first().first().toString(), output(u"a"_s));
        QCOMPARE(cell(jobs.finished(), 0, "statusText"), u"Made"_s);
        QCOMPARE(cell(jobs.finished(), 0, "doneText"), u"3.91 KiB in 8.0 s"_s);
        QCOMPARE(jobs.stateOf(u"/models/a"_s, u"Q4_K_M"_s, {}), u"done"_s);
        QCOMPARE(jobs.rateOf(u"Q4_K_M"_s, false), 500.0);
        QCOMPARE(jobs.rateOf(u"Q4_K_M"_s, true), 0.0);
        jobs.forget(output(u"a"_s));
        QCOMPARE(jobs.finishedCount(), 0);
    }

    void asksTheChildForTheFile()
    {
        const ChildLog log;
        const FakeChild child("convert", "hang");
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        ConvertJob wanted = job(u"a"_s);
        wanted.imatrix = u"/models/imatrix.gguf"_s;
        jobs.add(wanted);
        const QString begun = u"began convert --json --type Q4_K_M --output %1 --imatrix /models/imatrix.gguf"
                              " -- /models/a\n"_qs.arg(output(u"a"_s));
        QTRY_COMPARE(log.text(), begun);
    }

    void showsHowFarItIs()
    {
        const FakeChild child("convert", "until:" + lines(kBegin));
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        jobs.add(job(u"a"_s));
        QTRY_COMPARE(jobs.fraction(), 0.25);
        QCOMPARE(cell(jobs.active(), 0, "statusText"), u"Quantizing, tensor 143 of 399"_s);
        QCOMPARE(cell(jobs.active(), 0, "tensorText"), u"blk.15.ffn_down.weight"_s);
        QCOMPARE(cell(jobs.active(), 0, "amountText"), u"1000 B of 3.91 KiB"_s);
        QCOMPARE(cell(jobs.active(), 0, "rateText"), u"500 B/s"_s);
        QCOMPARE(cell(jobs.active(), 0, "leftText"), u"6.0 s left"_s);
        QCOMPARE(jobs.summary(), u"Model a → Q4_K_M · 25 %"_s);
    }

    void worksOneAtATime()
    {
        auto child = std::make_unique<FakeChild>("convert", "until:" + lines(kBegin));
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        for (const auto &name : {u"a"_s, u"b"_s, u"c"_s})
            jobs.add(job(name));
        QCOMPARE(states(jobs), (QStringList{u"running"_s, u"queued"_s, u"queued"_s}));
        jobs.cancel(output(u"b"_s)); // nothing was begun of it
        QCOMPARE(states(jobs), (QStringList{u"running"_s, u"queued"_s}));
        QTRY_COMPARE(jobs.fraction(), 0.25);
        child.reset();
        child = std::make_unique<FakeChild>("convert", "hang");
        jobs.cancel(output(u"a"_s));
        QCOMPARE(states(jobs), (QStringList{u"stopping"_s, u"queued"_s}));
        QTRY_COMPARE(states(jobs), (QStringList{u"paused"_s, u"running"_s}));
        QCOMPARE(cell(jobs.active(), 0, "statusText"),
                 u"Stopped. 1000 B of 3.91 KiB are written and kept."_s);
        jobs.resume(output(u"a"_s));
        QCOMPARE(states(jobs), (QStringList{u"queued"_s, u"running"_s}));
        jobs.cancel(output(u"a"_s)); // what it wrote is not forgotten
        QCOMPARE(states(jobs), (QStringList{u"paused"_s, u"running"_s}));
        child.reset();
    }

    void aFailureIsKeptWithItsWords()
    {
        auto child = std::make_unique<FakeChild>("convert", "error");
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        jobs.add(job(u"a"_s));
        QTRY_COMPARE(states(jobs), QStringList{u"failed"_s});
        QVERIFY(!jobs.running());
        QCOMPARE(cell(jobs.active(), 0, "statusText"), u"The file is damaged."_s);
        QCOMPARE(cell(jobs.active(), 0, "hintText"), u"Download it again."_s);
        QVERIFY(cell(jobs.active(), 0, "details").contains(u"offset: 17"_s));
        child.reset();
        child = std::make_unique<FakeChild>("convert", "print:" + lines(kEnd));
        jobs.resume(output(u"a"_s));
        QTRY_COMPARE(jobs.finishedCount(), 1);
    }

    void aCrashIsAFailureThatCanBeResumed()
    {
        const FakeChild child("convert", "abort");
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        jobs.add(job(u"a"_s));
        QTRY_COMPARE(states(jobs), QStringList{u"failed"_s});
        QVERIFY(cell(jobs.active(), 0, "statusText").contains(u"GGML_ASSERT"_s));
    }

    void aRestartKeepsWhatWasUnderWay()
    {
        {
            const FakeChild child("convert", "until:" + lines(kBegin));
            SettingsFile list(listFile());
            ConvertJobsViewModel jobs(fakeWorker(), list);
            jobs.add(job(u"a"_s));
            jobs.add(job(u"b"_s));
            QTRY_COMPARE(jobs.fraction(), 0.25);
            jobs.stopAll();
        }
        auto child = std::make_unique<FakeChild>("convert", "print:" + lines(kEnd));
        {
            SettingsFile list(listFile());
            ConvertJobsViewModel jobs(fakeWorker(), list);
            QCOMPARE(states(jobs), (QStringList{u"paused"_s, u"paused"_s}));
            QCOMPARE(cell(jobs.active(), 0, "statusText"),
                     u"Snug was closed before it was done. 1000 B of 3.91 KiB are written and kept."_s);
            QVERIFY(!jobs.running());
            jobs.resume(output(u"a"_s));
            QTRY_COMPARE(jobs.finishedCount(), 1);
        }
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        QCOMPARE(jobs.finishedCount(), 1);
        QCOMPARE(cell(jobs.finished(), 0, "doneText"), u"3.91 KiB in 8.0 s"_s);
        QCOMPARE(cell(jobs.finished(), 0, "name"), u"Model a"_s);
        QCOMPARE(states(jobs), QStringList{u"paused"_s});
        QCOMPARE(jobs.rateOf(u"Q4_K_M"_s, false), 500.0);
    }

    void aWindowThatDiesLosesNothing()
    {
        {
            const FakeChild child("convert", "until:" + lines(kBegin));
            SettingsFile list(listFile());
            ConvertJobsViewModel jobs(fakeWorker(), list);
            jobs.add(job(u"a"_s));
            QTRY_COMPARE(jobs.fraction(), 0.25);
        } // nobody asked, nobody stopped it
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        QCOMPARE(states(jobs), QStringList{u"paused"_s});
        QVERIFY(cell(jobs.active(), 0, "statusText").startsWith(u"Snug was closed"_s));
    }

    void discardDeletesWhatWasWritten()
    {
        const FakeChild child("convert", "until:" + lines(kBegin));
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        jobs.add(job(u"a"_s));
        QTRY_COMPARE(jobs.fraction(), 0.25);
        const QString part = output(u"a"_s) + u".part"_s;
        const QString journal = part + u".json"_s;
        for (const QString &path : {part, journal})
            QVERIFY(QFile(path).open(QIODevice::WriteOnly));
        jobs.discard(output(u"a"_s));
        QCOMPARE(states(jobs), QStringList{u"discarding"_s});
        QTRY_COMPARE(jobs.activeCount(), 0);
        QVERIFY(!QFileInfo::exists(part));
        QVERIFY(!QFileInfo::exists(journal));
    }

    void whatWasDownloadedIsDiscardedByThePull()
    {
        const ChildLog log;
        const FakeChild pull("pull", "result");
        const FakeChild child("convert", "until:" + lines(R"({"event":"progress","stage":"downloading",)"
                                                          R"("done":10,"total":40,"unit":"bytes"})"));
        SettingsFile list(listFile());
        ConvertJobsViewModel jobs(fakeWorker(), list);
        ConvertJob wanted = job(u"a"_s);
        wanted.source = u"org/name@0123"_s;
        wanted.atHub = true;
        jobs.add(wanted);
        QTRY_COMPARE(cell(jobs.active(), 0, "statusText"), u"Downloading"_s);
        QCOMPARE(jobs.fraction(), 0.25);
        jobs.cancel(wanted.id());
        QTRY_COMPARE(states(jobs), QStringList{u"paused"_s});
        QCOMPARE(cell(jobs.active(), 0, "statusText"),
                 u"Stopped. What was downloaded of the weights is kept."_s);
        jobs.discard(wanted.id());
        QTRY_COMPARE(jobs.activeCount(), 0);
        QVERIFY(log.text().contains(u"began pull --json --discard -- org/name@0123:safetensors\n"_s));
    }

    void hostileListsAreNotBelieved()
    {
        {
            SettingsFile list(listFile());
            list.set("conversions", "list",
                     nlohmann::json::array({1,
                                            nullptr,
                                            {{"source", 3}},
                                            {{"source", "a"}, {"level", "b"}},
                                            {{"source", "a"},
                                             {"level", "b"},
                                             {"output", "c"},
                                             {"done", -5},
                                             {"total", "x"},
                                             {"state", "running"},
                                             {"warnings", {1, "w"}}},
                                            {{"source", "a"}, {"level", "b"}, {"output", "c"}}}));
            list.set("conversions", "rates", nlohmann::json::array({1}));
        }
        SettingsFile list(listFile());
        const ConvertJobsViewModel jobs(fakeWorker(), list);
        QCOMPARE(jobs.activeCount(), 1);
        QVERIFY(!jobs.running());
        QCOMPARE(jobs.rateOf(u"b"_s, false), 0.0);
    }

private:
    ConvertJob job(const QString &name) const
    {
        ConvertJob job;
        job.source = u"/models/"_s + name;
        job.output = output(name);
        job.level = u"Q4_K_M"_s;
        job.name = u"Model "_s + name;
        return job;
    }
    QString output(const QString &name) const { return m_home->filePath(name + u".gguf"_s); }
    std::filesystem::path listFile() const { return m_home->filePath(u"list.json"_s).toStdString(); }
    QByteArray lines(const QByteArray &text)
    {
        const QString path = m_home->filePath(u"lines-%1"_s.arg(++m_files));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(text + '\n');
        return path.toUtf8();
    }
    static QString cell(const QAbstractItemModel *model, int row, const char *role)
    {
        return model->index(row, 0).data(model->roleNames().key(role)).toString();
    }
    static QStringList states(ConvertJobsViewModel &jobs)
    {
        QStringList list;
        for (int row = 0; row < jobs.activeCount(); ++row)
            list.append(cell(jobs.active(), row, "state"));
        return list;
    }

    const QByteArray kBegin = snug::test::kConvertBegin;
    const QByteArray kEnd = snug::test::kConvertEnd;
    std::unique_ptr<QTemporaryDir> m_home;
    int m_files = 0;
};

QTEST_MAIN(TestConvertJobs)
#include "tst_convert_jobs.moc"
