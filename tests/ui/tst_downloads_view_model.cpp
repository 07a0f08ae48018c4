// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/downloads_view_model.h"
#include "ui/viewmodels/settings_file.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::DownloadsViewModel;
using snug::ui::SettingsFile;

namespace {

const QString kCommit = u"0123456789abcdef0123456789abcdef01234567"_s;
const QByteArray kDone =
    R"({"event":"result","files":[{"path":"/models/a.gguf","bytes":1000,"sha256":"00","verified":true}],)"
    R"("bytes_transferred":1000,"commit":"0123"})";
const QByteArray kHalf =
    R"({"event":"progress","stage":"downloading","done":500,"total":1000,"unit":"bytes",)"
    R"("rate":250,"eta_s":2})";
const QByteArray kRefused =
    R"({"event":"error","kind":"auth","message":"The Hub refuses this without a sign-in.",)"
    R"("detail":{},"hint":""})";

} // namespace

class TestDownloads : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("SNUG_FAKE_LOG", m_home->filePath(u"log"_s).toUtf8());
    }
    void cleanupTestCase() { qunsetenv("SNUG_FAKE_LOG"); }

    void fetchesAndFinishes()
    {
        const FakeChild child("pull", "print:" + file(kHalf + "\n" + kDone));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        const QAbstractItemModelTester active(downloads.active(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester finished(downloads.finished(),
                                                QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy arrived(&downloads, &DownloadsViewModel::arrived);
        add(downloads, u"Q4_K_M"_s);
        QVERIFY(downloads.running());
        QTRY_COMPARE(downloads.finishedCount(), 1);
        QCOMPARE(downloads.activeCount(), 0);
        QCOMPARE(arrived.first().first().toString(), u"/models/a.gguf"_s);
        QCOMPARE(downloads.stateOf(u"a/b"_s, kCommit, u"Q4_K_M"_s), u"done"_s);
        QCOMPARE(cell(downloads.finished(), 0, "amountText"), u"1000 B"_s);
        QCOMPARE(cell(downloads.finished(), 0, "statusText"), u"Verified"_s);
        downloads.clearFinished();
        QCOMPARE(downloads.finishedCount(), 0);
    }

    void showsHowFarItIs()
    {
        const FakeChild child("pull", "serve:" + file(kHalf));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"Q4_K_M"_s);
        QTRY_COMPARE(downloads.fraction(), 0.5);
        QCOMPARE(cell(downloads.active(), 0, "statusText"), u"Downloading"_s);
        QCOMPARE(cell(downloads.active(), 0, "amountText"), u"500 B of 1000 B"_s);
        QVERIFY(cell(downloads.active(), 0, "paceText").startsWith(u"250 B/s"));
        QVERIFY(downloads.summary().endsWith(u"50 %"));
    }

    void pausesAndResumes()
    {
        auto child = std::make_unique<FakeChild>("pull", "serve:" + file(kHalf));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"Q4_K_M"_s);
        QTRY_COMPARE(downloads.fraction(), 0.5);
        const QString id = cell(downloads.active(), 0, "downloadId");
        downloads.pause(id);
        QVERIFY(!downloads.running());
        QCOMPARE(cell(downloads.active(), 0, "state"), u"paused"_s);
        QCOMPARE(cell(downloads.active(), 0, "amountText"), u"500 B of 1000 B"_s);
        child.reset();
        const FakeChild quick("pull", "print:" + file(kDone));
        downloads.resume(id);
        QTRY_COMPARE(downloads.finishedCount(), 1);
    }

    void aFailureIsKeptWithItsWords()
    {
        auto child = std::make_unique<FakeChild>("pull", "error");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"Q4_K_M"_s);
        QTRY_COMPARE(cell(downloads.active(), 0, "state"), u"failed"_s);
        QCOMPARE(cell(downloads.active(), 0, "statusText"), u"The file is damaged."_s);
        child.reset(); // it puts the environment back
        child = std::make_unique<FakeChild>("pull", "print:" + file(kDone));
        add(downloads, u"Q4_K_M"_s); // asked for once more: it goes on, and there is one row
        QTRY_COMPARE(downloads.finishedCount(), 1);
        QCOMPARE(downloads.activeCount(), 0);
    }

    void worksTwoAtATimeInOrder()
    {
        const FakeChild child("pull", "hang");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        for (const auto &label : {u"A"_s, u"B"_s, u"C"_s, u"D"_s})
            add(downloads, label);
        QCOMPARE(states(downloads), (QStringList{u"running"_s, u"running"_s, u"queued"_s, u"queued"_s}));
        downloads.move(cell(downloads.active(), 3, "downloadId"), 2);
        QCOMPARE(cell(downloads.active(), 2, "label"), u"D"_s);
        downloads.pause(cell(downloads.active(), 0, "downloadId"));
        QCOMPARE(states(downloads), (QStringList{u"paused"_s, u"running"_s, u"running"_s, u"queued"_s}));
        downloads.cancel(cell(downloads.active(), 1, "downloadId"));
        QCOMPARE(states(downloads), (QStringList{u"paused"_s, u"running"_s, u"running"_s}));
        downloads.pauseAll();
        QCOMPARE(states(downloads), (QStringList{u"paused"_s, u"paused"_s, u"paused"_s}));
        downloads.resumeAll();
        // The first two have their places, but their last children must end first.
        QTRY_COMPARE(states(downloads), (QStringList{u"running"_s, u"running"_s, u"queued"_s}));
    }

    void whatWasHereIsNotCalledVerified()
    {
        QByteArray unread = kDone;
        const FakeChild child("pull", "print:" + file(unread.replace("true", "false")));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"Q4_K_M"_s);
        QTRY_COMPARE(downloads.finishedCount(), 1);
        QVERIFY(cell(downloads.finished(), 0, "statusText").contains(u"not verified"));
    }

    void roomIsLookedForBeforeItsTurn()
    {
        auto child = std::make_unique<FakeChild>("pull", "hang");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"A"_s);
        add(downloads, u"B"_s);
        child.reset();
        child = std::make_unique<FakeChild>("pull", "print:" + file(R"({"event":"result","bytes":5000})"));
        add(downloads, u"C"_s);
        QTRY_COMPARE(cell(downloads.active(), 2, "amountText"), u"4.88 KiB"_s);
        QCOMPARE(cell(downloads.active(), 2, "state"), u"queued"_s);
        child.reset();
        child = std::make_unique<FakeChild>("pull", "error");
        add(downloads, u"D"_s);
        QTRY_COMPARE(cell(downloads.active(), 3, "state"), u"failed"_s);
        QCOMPARE(states(downloads), (QStringList{u"running"_s, u"running"_s, u"queued"_s, u"failed"_s}));
        // Each was told of all that need room beside it; nobody was asked twice.
        QTRY_COMPARE(
            begun(),
            (QStringList{u"began pull --json -- %1"_s.arg(id(u"A"_s)),
                         u"began pull --json --beside %1 -- %2"_s.arg(id(u"A"_s), id(u"B"_s)),
                         u"began pull --json --check --beside %1 --beside %2 -- %3"_s.arg(
                             id(u"A"_s), id(u"B"_s), id(u"C"_s)),
                         u"began pull --json --check --beside %1 --beside %2 --beside %3 -- %4"_s.arg(
                             id(u"A"_s), id(u"B"_s), id(u"C"_s), id(u"D"_s))}));
    }

    void pausingAllEndsTheLookForRoom()
    {
        const FakeChild child("pull", "linger");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        for (const auto &label : {u"A"_s, u"B"_s, u"C"_s})
            add(downloads, label);
        QTRY_COMPARE(log().size(), 3);
        downloads.pauseAll();
        const QString ended = u"ended pull --json --check --beside %1 --beside %2 -- %3"_s.arg(
            id(u"A"_s), id(u"B"_s), id(u"C"_s));
        QTRY_VERIFY(log().contains(ended));
        QCOMPARE(states(downloads), (QStringList{u"paused"_s, u"paused"_s, u"paused"_s}));
    }

    void nobodyWaitsForALookThatIsNotWanted()
    {
        const FakeChild child("pull", "linger");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        for (const auto &label : {u"A"_s, u"B"_s, u"C"_s})
            add(downloads, label);
        QTRY_COMPARE(log().size(), 3);
        downloads.pause(id(u"C"_s));
        QTRY_COMPARE(log().size(), 4); // killed, it would not tell
        QVERIFY(log().last().startsWith(u"ended pull --json --check "));
    }

    void whatIsCancelledIsThrownAwayAfterItsChild_data()
    {
        QTest::addColumn<bool>("paused");
        QTest::newRow("running") << false;
        QTest::newRow("paused just now") << true;
    }
    void whatIsCancelledIsThrownAwayAfterItsChild()
    {
        QFETCH(bool, paused);
        auto child = std::make_unique<FakeChild>("pull", "linger");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"A"_s);
        QTRY_COMPARE(log().size(), 1);
        if (paused)
            downloads.pause(id(u"A"_s));
        downloads.cancel(id(u"A"_s));
        QCOMPARE(downloads.activeCount(), 0);
        child.reset();
        child =
            std::make_unique<FakeChild>("pull", "print:" + file(R"({"event":"result","discarded":true})"));
        const QString pull = u" pull --json -- "_s + id(u"A"_s);
        const QString discard = u" pull --json --discard -- "_s + id(u"A"_s);
        QTRY_COMPARE(log(), (QStringList{u"began"_s + pull, u"ended"_s + pull, u"began"_s + discard,
                                         u"ended"_s + discard}));
    }

    void whatIsAddedAgainWaitsUntilItIsThrownAway()
    {
        auto child = std::make_unique<FakeChild>("pull", "linger");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"A"_s);
        QTRY_COMPARE(log().size(), 1);
        downloads.cancel(id(u"A"_s));
        child.reset();
        child = std::make_unique<FakeChild>("pull", "print:" + file(kDone));
        add(downloads, u"A"_s);
        QCOMPARE(states(downloads), QStringList{u"queued"_s});
        QTRY_COMPARE(downloads.finishedCount(), 1);
        const QString pull = u" pull --json -- "_s + id(u"A"_s);
        const QString discard = u" pull --json --discard -- "_s + id(u"A"_s);
        QCOMPARE(log(), (QStringList{u"began"_s + pull, u"ended"_s + pull, u"began"_s + discard,
                                     u"ended"_s + discard, u"began"_s + pull, u"ended"_s + pull}));
        QVERIFY(list.texts("downloads", "discarding").isEmpty());
    }

    // The end of the program, or another one that holds the files.
    void whatCouldNotBeThrownAwayIsTriedAtTheNextStart()
    {
        {
            const FakeChild child("pull", "linger");
            SettingsFile list(listFile());
            DownloadsViewModel downloads(fakeWorker(), list);
            for (const auto &label : {u"A"_s, u"B"_s})
                add(downloads, label);
            QTRY_COMPARE(log().size(), 2);
            downloads.cancel(id(u"A"_s));
            downloads.cancel(id(u"B"_s));
        }
        const QStringList both{id(u"A"_s), id(u"B"_s)};
        {
            const FakeChild child("pull", "error");
            SettingsFile list(listFile());
            DownloadsViewModel downloads(fakeWorker(), list);
            QCOMPARE(downloads.activeCount(), 0);
            QTRY_COMPARE(discards().size(), 2);
            QTRY_COMPARE(log().filter(u"ended"_s).size(), 2);
            QCOMPARE(list.texts("downloads", "discarding"), both);
        }
        QFile::remove(m_home->filePath(u"log"_s));
        const FakeChild child("pull", "print:" + file(R"({"event":"result","discarded":true})"));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        QTRY_VERIFY(list.texts("downloads", "discarding").isEmpty());
        QCOMPARE(discards(), (QStringList{u"began pull --json --discard -- "_s + both[0],
                                          u"began pull --json --discard -- "_s + both[1]}));
    }

    void whatIsWantedAgainIsNotThrownAwayAtTheNextStart()
    {
        {
            const FakeChild child("pull", "linger");
            SettingsFile list(listFile());
            DownloadsViewModel downloads(fakeWorker(), list);
            add(downloads, u"A"_s);
            QTRY_COMPARE(log().size(), 1);
            downloads.cancel(id(u"A"_s));
            add(downloads, u"A"_s);
        }
        const FakeChild child("pull", "print:" + file(kDone));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        QVERIFY(list.texts("downloads", "discarding").isEmpty());
        QTRY_COMPARE(downloads.finishedCount(), 1);
        QVERIFY(discards().isEmpty());
    }

    void anotherTokenBringsTheRefusedBack()
    {
        {
            const FakeChild child("pull", "print:" + file(kRefused));
            SettingsFile list(listFile());
            DownloadsViewModel downloads(fakeWorker(), list);
            add(downloads, u"A"_s);
            QTRY_COMPARE(cell(downloads.active(), 0, "state"), u"failed"_s);
        }
        auto child = std::make_unique<FakeChild>("pull", "error");
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        add(downloads, u"B"_s);
        QTRY_COMPARE(states(downloads), (QStringList{u"failed"_s, u"failed"_s}));
        child.reset();
        child = std::make_unique<FakeChild>("pull", "print:" + file(kDone));
        downloads.retryRefused();
        QTRY_COMPARE(downloads.finishedCount(), 1);
        QCOMPARE(cell(downloads.finished(), 0, "label"), u"A"_s);
        QCOMPARE(states(downloads), QStringList{u"failed"_s});
    }

    void whatIsRefusedWithTheTokenOfBeforeIsTriedAgain()
    {
        auto child = std::make_unique<FakeChild>("pull", "late:" + file(kRefused));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        for (const auto &label : {u"A"_s, u"B"_s, u"C"_s}) // the third one's room is looked for
            add(downloads, label);
        QTRY_COMPARE(log().size(), 3);
        child.reset();
        child = std::make_unique<FakeChild>("pull", "print:" + file(kDone));
        downloads.retryRefused();
        QTRY_COMPARE(downloads.finishedCount(), 3);
        QCOMPARE(downloads.activeCount(), 0);
    }

    void goesOnAfterARestart()
    {
        {
            const FakeChild child("pull", "serve:" + file(kHalf));
            SettingsFile list(listFile());
            DownloadsViewModel downloads(fakeWorker(), list);
            add(downloads, u"Q4_K_M"_s);
            add(downloads, u"Q8_0"_s);
            downloads.pause(cell(downloads.active(), 1, "downloadId"));
            QTRY_COMPARE(downloads.fraction(), 0.5);
        }
        const FakeChild child("pull", "print:" + file(kDone));
        SettingsFile list(listFile());
        DownloadsViewModel downloads(fakeWorker(), list);
        QCOMPARE(downloads.activeCount(), 2);
        QTRY_COMPARE(downloads.finishedCount(), 1);
        QCOMPARE(cell(downloads.active(), 0, "label"), u"Q8_0"_s);
        QCOMPARE(cell(downloads.active(), 0, "state"), u"paused"_s);
    }

    void aListFromElsewhereHarmsNobody_data()
    {
        QTest::addColumn<QByteArray>("list");
        QTest::newRow("no list") << QByteArray("7");
        QTest::newRow("odd rows") << QByteArray(R"([1,null,{},{"repository":"a/b"},[[]]])");
        QTest::newRow("odd types") << QByteArray(
            R"([{"repository":"a/b","label":"Q","state":9,"done":-1,"total":1e300}])");
    }
    void aListFromElsewhereHarmsNobody()
    {
        QFETCH(QByteArray, list);
        QFile out(QString::fromStdString(listFile().string()));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(R"({"schema":1,"downloads":{"list":)" + list + "}}");
        out.close();
        const FakeChild child("pull", "hang");
        SettingsFile file(listFile());
        DownloadsViewModel downloads(fakeWorker(), file);
        QVERIFY(downloads.activeCount() <= 1);
        QCOMPARE(downloads.finishedCount(), 0);
    }

private:
    [[nodiscard]] std::filesystem::path listFile() const
    {
        return m_home->filePath(u"downloads.json"_s).toStdString();
    }

    QByteArray file(const QByteArray &lines)
    {
        QFile out(m_home->filePath(u"lines%1"_s.arg(m_files++)));
        if (!out.open(QIODevice::WriteOnly) || out.write(lines + "\n") < 0)
            return {};
        return out.fileName().toUtf8();
    }

    // What the children told so far.
    [[nodiscard]] QStringList log() const
    {
        QFile in(m_home->filePath(u"log"_s));
        if (!in.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(in.readAll()).split(u'\n', Qt::SkipEmptyParts);
    }

    // In no order: two of them start at once.
    [[nodiscard]] QStringList begun() const
    {
        QStringList lines = log().filter(u"began"_s);
        lines.sort();
        return lines;
    }

    [[nodiscard]] QStringList discards() const { return log().filter(u"began pull --json --discard"_s); }

    static QString id(const QString &label) { return u"a/b@"_s + kCommit + u':' + label; }

    static void add(DownloadsViewModel &downloads, const QString &label)
    {
        downloads.add(u"a/b"_s, kCommit, label, u"b"_s);
    }

    static QString cell(QAbstractItemModel *model, int row, const char *role)
    {
        return model->index(row, 0).data(model->roleNames().key(role, -1)).toString();
    }

    static QStringList states(DownloadsViewModel &downloads)
    {
        QStringList list;
        for (int row = 0; row < downloads.activeCount(); ++row)
            list.append(cell(downloads.active(), row, "state"));
        return list;
    }

    std::unique_ptr<QTemporaryDir> m_home;
    int m_files = 0;
};

QTEST_MAIN(TestDownloads)
#include "tst_downloads_view_model.moc"
