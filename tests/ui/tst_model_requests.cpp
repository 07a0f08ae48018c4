// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/child_log.h"
#include "tests/ui/model_page.h"
#include "ui/viewmodels/speed_view_model.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::ChildLog;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::test::kModelRepository;
using Page = snug::test::ModelPage;
using snug::ui::FitCompanions;
using snug::ui::SpeedViewModel;

namespace {

bool touch(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly);
}

} // namespace

// What the Model page is asked besides the levels: other machines, files beside the model, speeds, and what
// it does when nobody answers.
class TestModelRequests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_log = std::make_unique<ChildLog>(); }
    void cleanup() { m_log.reset(); }

    void aMachineThatNobodyKnowsIsRefusedAtItsField()
    {
        Page page("usual");
        QVERIFY(page.open());
        page.model.setOtherMachine(u"RTX 4090"_s);
        QVERIFY(page.settles());
        QCOMPARE(page.cell(u"Q8_0"_s, "compared"), QVariant(true));
        page.model.setOtherMachine(u"Abacus"_s);
        QVERIFY(page.settles());
        QCOMPARE(page.model.otherRefusal().message, u"There is no machine of that name."_s);
        QCOMPARE(page.model.otherRefusal().hint, u"Describe it by its memory."_s);
        QCOMPARE(page.cell(u"Q8_0"_s, "compared"), QVariant(false));
        // This computer is answered all the same.
        QVERIFY(!page.model.refusal().present);
        QCOMPARE(page.cell(u"Q4_K_M"_s, "verdict"), QVariant(u"fits"_s));
        page.model.setOtherMachine(u"RTX 4090"_s);
        QVERIFY(page.settles());
        QVERIFY(!page.model.otherRefusal().present);
        page.model.setOtherMachine(u"Abacus"_s);
        QVERIFY(page.settles());
        page.model.setOtherMachine({});
        QVERIFY(!page.model.otherRefusal().present);
    }

    void aDescriptionThatIsTooLongIsNotCut()
    {
        Page page("usual");
        QVERIFY(page.open());
        const QString longest = QString(115, u'n') + u"=9GiB"_s;
        page.model.setMachine(longest);
        QVERIFY(page.settles());
        QCOMPARE(page.model.machine(), longest);
        QVERIFY(!page.model.machineRefusal().present);
        page.model.setMachine(u'n' + longest);
        QCOMPARE(page.model.machine(), longest);
        QVERIFY(page.model.machineRefusal().message.contains(u"120"));
        page.model.setMachine({});
        QVERIFY(!page.model.machineRefusal().present);
        page.model.setOtherMachine(u'n' + longest);
        QCOMPARE(page.model.otherMachine(), QString());
        QVERIFY(page.model.otherRefusal().present);
    }

    // What nobody answers cannot be turned, and says so.
    void afterTheSecondDeathNothingCanBeTurned()
    {
        Page page("usual");
        QVERIFY(page.open());
        QVERIFY(page.model.live());
        qputenv("SNUG_FAKE_FIT", "follow:dies");
        page.model.reload();
        QCOMPARE(page.model.name(), u"Qwen3 8B"_s); // what is known of it stays meanwhile
        QTRY_VERIFY(page.model.problem().present);
        QVERIFY(!page.model.live());
        const int context = page.model.context();
        page.model.setContext(context * 2);
        page.model.setKvType(u"q4_0"_s);
        page.model.setOtherMachine(u"RTX 4090"_s);
        page.model.useSuggestion(0);
        page.model.setWorkload(u"code"_s);
        QCOMPARE(page.model.context(), context);
        QCOMPARE(page.model.kvType(), u"f16"_s);
        QCOMPARE(page.model.otherMachine(), QString());
        QCOMPARE(page.model.workload(), u"chat"_s);
        qputenv("SNUG_FAKE_FIT", "follow:usual");
        page.model.reload();
        QVERIFY(page.settles());
        QVERIFY(page.model.live());
        QVERIFY(!page.model.problem().present);
        page.model.setContext(8192);
        QVERIFY(page.settles());
        QCOMPARE(m_log->asked().constLast()["context"_L1].toInt(), 8192);
    }

    void projectorsBesideTheModelAreOffered()
    {
        for (const QString &name : {u"m.gguf"_s, u"mmproj-b.gguf"_s, u"MMPROJ-a.GGUF"_s, u"mmproj.txt"_s})
            QVERIFY(touch(m_log->filePath(name)));
        Page page("usual");
        page.model.openFile(m_log->filePath(u"m.gguf"_s));
        QVERIFY(page.settles());
        FitCompanions &files = *page.model.companions();
        QTRY_COMPARE(files.projectors().size(), 2);
        QCOMPARE(files.projectors().constFirst().toMap()[u"name"_s].toString(), u"MMPROJ-a.GGUF"_s);
        QCOMPARE(files.projectors().constFirst().toMap()[u"used"_s].toBool(), false);
        QVERIFY(!m_log->asked().constLast().contains("mmproj"_L1));
        const QString path = m_log->filePath(u"mmproj-b.gguf"_s);
        files.useProjector(path);
        QVERIFY(page.settles());
        QCOMPARE(m_log->asked().constLast()["mmproj"_L1].toString(), path);
        const QVariantList lines = page.model.memory().constFirst().toMap()[u"lines"_s].toList();
        QCOMPARE(lines.at(1).toMap()[u"label"_s].toString(), u"Projector"_s);
        QCOMPARE(lines.at(1).toMap()[u"figure"_s].toString(), u"1.10"_s);
        const auto parts = page.cell(u"Q4_K_M"_s, "parts").toList();
        QCOMPARE(parts.size(), 5);
        QVERIFY(parts.at(1).toDouble() > 1e9);
        files.useProjector({});
        QVERIFY(page.settles());
        QVERIFY(!m_log->asked().constLast().contains("mmproj"_L1));
        // Another model has other files.
        page.model.openRepository(kModelRepository);
        QVERIFY(files.projectors().isEmpty());
    }

    void aRepositoryHasTheFilesBesideItsLevels()
    {
        QVERIFY(touch(m_log->filePath(u"mmproj-F16.gguf"_s)));
        Page page("usual");
        page.held = {{u"Q6_K"_s, m_log->filePath(u"q6.gguf"_s)}};
        QVERIFY(page.open());
        QTRY_COMPARE(page.model.companions()->projectors().size(), 1);
    }

    void aModelMayGuessWithItsOwnLayers()
    {
        Page usual("usual");
        QVERIFY(usual.open());
        QVERIFY(!usual.model.companions()->ownDraft());
        Page page("own_draft");
        QVERIFY(page.open());
        FitCompanions &files = *page.model.companions();
        QVERIFY(files.ownDraft());
        files.add(u"draft"_s, QUrl::fromLocalFile(u"/models/small.gguf"_s));
        files.useOwnDraft();
        QVERIFY(page.settles());
        QCOMPARE(m_log->asked().constLast()["draft"_L1].toString(), u"builtin"_s);
        QCOMPARE(files.added().size(), 1);
        QCOMPARE(files.added().constFirst().toMap()[u"name"_s].toString(), u"layers of the model's own"_s);
        files.remove(u"draft"_s, files.draft());
        QVERIFY(page.settles());
        QVERIFY(!m_log->asked().constLast().contains("draft"_L1));
    }

    void draftsAndAdaptersAreAddedAndTakenAway()
    {
        Page page("usual");
        QVERIFY(page.open());
        FitCompanions &files = *page.model.companions();
        files.add(u"draft"_s, QUrl::fromLocalFile(u"/models/small.gguf"_s));
        files.add(u"lora"_s, QUrl::fromLocalFile(u"/models/one.gguf"_s));
        files.add(u"lora"_s, QUrl::fromLocalFile(u"/models/one.gguf"_s));
        files.add(u"lora"_s, QUrl::fromLocalFile(u"/models/two.gguf"_s));
        QVERIFY(page.settles());
        QCOMPARE(files.added().size(), 3);
        const QJsonObject last = m_log->asked().constLast();
        QCOMPARE(last["draft"_L1].toString(), u"/models/small.gguf"_s);
        QCOMPARE(last["loras"_L1].toArray().size(), 2);
        for (int i = 0; i < 20; ++i)
            files.add(u"lora"_s, QUrl::fromLocalFile(u"/models/%1.gguf"_s.arg(i)));
        QCOMPARE(files.adapters().size(), FitCompanions::kMostAdapters);
        QVERIFY(files.refusal().contains(u"8 adapters"));
        files.add(u"draft"_s, QUrl(u"https://hub.example/m.gguf"_s));
        QVERIFY(files.refusal().contains(u"this computer"));
        files.add(u"draft"_s, QUrl::fromLocalFile(u'/' + QString(5000, u'x')));
        QVERIFY(files.refusal().contains(u"too long"));
        QCOMPARE(files.draft(), u"/models/small.gguf"_s);
        files.remove(u"draft"_s, u"/models/small.gguf"_s);
        QVERIFY(files.refusal().isEmpty());
        QVERIFY(page.settles());
        QVERIFY(!m_log->asked().constLast().contains("draft"_L1));
    }

    // A file that is not what it should be is told, and what could be told without it stays.
    void aDamagedProjectorIsTold()
    {
        Page page("usual");
        QVERIFY(page.open());
        page.model.companions()->add(u"projector"_s, QUrl::fromLocalFile(u"/models/broken-mmproj.gguf"_s));
        QVERIFY(page.settles());
        QCOMPARE(page.model.refusal().message, u"The file broken-mmproj.gguf is damaged."_s);
        QCOMPARE(page.model.state(), u"ready"_s);
        page.model.companions()->useProjector({});
        QVERIFY(page.settles());
        QVERIFY(!page.model.refusal().present);
    }

    // A dash is there as long as nobody measured; afterwards the worker that is asked again knows better.
    void speedsThatAreMissingAreFilledInAfterAMeasurement()
    {
        const QString measured = m_log->filePath(u"measured"_s);
        Page page("unmeasured=" + measured.toUtf8());
        QVERIFY(page.open());
        QVERIFY(page.model.speedMissing());
        QCOMPARE(page.cell(u"Q4_K_M"_s, "speedText"), QVariant(QString()));
        page.model.setMachine(u"RTX 4090"_s);
        QVERIFY(page.settles());
        QVERIFY(!page.model.speedMissing()); // nobody can measure that one here
        page.model.setMachine({});
        page.model.setContext(8192);
        QVERIFY(page.settles());
        QVERIFY(touch(measured));
        page.model.reload();
        QVERIFY(page.settles());
        QVERIFY(!page.model.speedMissing());
        QCOMPARE(page.model.context(), 8192); // what was turned stays
        QVERIFY(!page.cell(u"Q4_K_M"_s, "speedText").toString().isEmpty());
        const QString why = page.cell(u"Q4_K_M"_s, "speedWhy").toString();
        QVERIFY2(why.contains(u"990 tokens a second, 495 to 1\u202f485."), qPrintable(why));
    }

    void whatNothingHelpsIsASentence()
    {
        Page page("huge");
        QVERIFY(page.open());
        QCOMPARE(page.model.hopeless(), u"Even the smallest level needs more memory than there is."_s);
        QCOMPARE(page.model.suggestions().size(), 1);
        QCOMPARE(page.model.suggestions().constFirst().toMap()[u"usable"_s], QVariant(false));
        Page usual("usual");
        QVERIFY(usual.open());
        QVERIFY(usual.model.hopeless().isEmpty());
        QCOMPARE(usual.model.suggestions().constFirst().toMap()[u"usable"_s], QVariant(true));
    }

private:
    std::unique_ptr<ChildLog> m_log;
};

QTEST_GUILESS_MAIN(TestModelRequests)
#include "tst_model_requests.moc"
