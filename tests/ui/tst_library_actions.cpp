// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"
#include "tests/support/text_files.h"
#include "ui/viewmodels/library_actions_view_model.h"
#include "ui/viewmodels/library_duplicates_view_model.h"
#include "ui/viewmodels/library_records_view_model.h"

#include <QAbstractItemModelTester>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <memory>

namespace fs = std::filesystem;
using namespace Qt::StringLiterals;
using snug::test::put;
using snug::ui::LibraryActionsViewModel;
using snug::ui::LibraryDuplicatesViewModel;
using snug::ui::LibraryRecordsViewModel;

namespace {

const std::string kCommit(40, 'a');
const std::string kOther(40, 'b');
constexpr int kPatienceMs = 30'000;

std::string modelBytes(const char *key = "one")
{
    const snug::test::Bytes bytes =
        snug::test::smallModel().key(key, snug::gguf::Value{std::string("value")}).build();
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

QString hashOf(const std::string &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(QByteArrayView(text.data(), qsizetype(text.size())),
                                                        QCryptographicHash::Sha256)
                                   .toHex());
}

QString q(const fs::path &path)
{
    return QString::fromStdString(path.string());
}

QString cli()
{
    return snug::test::program(u"snug-cli"_s);
}

} // namespace

// The view-models of the library's verbs with the real snug-cli, on a home of their own.
class LibraryActionsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recipesAreSaidInWords();
    void init();
    void copyingIntoSnugIsRemembered();
    void foreignFilesAreOnlyCopied();
    void verifyingTellsHowItWent();
    void aDamagedFileIsToldWithBothHashes();
    void verifyingCanBeStopped();
    void removingWaitsForItsPlan();
    void thePlanTellsWhatKeepsTheData();
    void oneActionAtATime();
    void updatesAreMarked();
    void aHubThatDoesNotAnswerIsAProblem();
    void copiesAreFoundOnDemand();
    void aChildThatCannotStartIsAProblem();

private:
    [[nodiscard]] fs::path own() const { return m_root / "data/models"; }
    [[nodiscard]] fs::path lmStudio() const { return m_root / ".lmstudio/models/maker/repo/model.gguf"; }
    fs::path cached(const std::string &content) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
};

void LibraryActionsTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = fs::canonical(m_folder->path().toStdString());
    snug::test::isolateIn(q(m_root));
    qputenv("HF_ENDPOINT", "http://127.0.0.1:9"); // of a test before
}

fs::path LibraryActionsTest::cached(const std::string &content) const
{
    const fs::path repository = m_root / "huggingface/hub/models--org--name";
    const std::string hash = hashOf(content).toStdString();
    put(repository / "blobs" / hash, content);
    put(repository / "refs/main", kCommit);
    const fs::path file = repository / "snapshots" / kCommit / "model-Q8_0.gguf";
    fs::create_directories(file.parent_path());
    fs::create_symlink(fs::path("../../blobs") / hash, file);
    return file;
}

void LibraryActionsTest::copyingIntoSnugIsRemembered()
{
    const fs::path source = m_root / "elsewhere/small.gguf";
    put(source, modelBytes());
    LibraryActionsViewModel actions(cli());
    const QSignalSpy changes(&actions, &LibraryActionsViewModel::libraryChanged);
    actions.copyIntoSnug(q(source));
    QVERIFY(actions.busy());
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY2(!actions.problem().present, qPrintable(actions.problem().message));
    QCOMPARE(changes.size(), 1);
    QVERIFY(actions.resultText().contains(q(own() / "small.gguf")));
    QVERIFY(actions.resultText().contains(u"no more space"));

    LibraryRecordsViewModel records(cli());
    records.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(records.revision(), 1, kPatienceMs);
    const QVariantMap record = records.record(q(own() / "small.gguf"));
    QCOMPARE(record[u"store"_s].toString(), u"snug"_s);
    QCOMPARE(record[u"origin"_s].toString(), u"Imported from "_s + q(source));
    QCOMPARE(record[u"mark"_s].toString(), u"unverified"_s);
    QVERIFY(record[u"canVerify"_s].toBool() && record[u"canRemove"_s].toBool());
    QVERIFY(!record[u"canImport"_s].toBool());

    actions.copyIntoSnug(q(source));
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY(actions.resultText().contains(u"already"));
}

void LibraryActionsTest::foreignFilesAreOnlyCopied()
{
    put(lmStudio(), modelBytes());
    LibraryRecordsViewModel records(cli());
    records.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(records.revision(), 1, kPatienceMs);
    const QVariantMap foreign = records.record(q(lmStudio()));
    QVERIFY(!foreign[u"canVerify"_s].toBool() && !foreign[u"canRemove"_s].toBool());
    QVERIFY(foreign[u"canImport"_s].toBool());
    QVERIFY(foreign[u"keepsReason"_s].toString().contains(u"LM Studio"));
    const QVariantMap unknown = records.record(q(m_root / "added/folder.gguf"));
    QVERIFY(!unknown[u"canRemove"_s].toBool() && unknown[u"canImport"_s].toBool());

    // Also where a window would ask all the same.
    LibraryActionsViewModel actions(cli());
    actions.planRemoval(q(lmStudio()));
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QCOMPARE(actions.problem().kind, u"unsupported"_s);
    QVERIFY(actions.problem().message.contains(u"LM Studio"));
    QVERIFY(actions.plan().isEmpty());
    actions.remove();
    QVERIFY(!actions.busy());
    QVERIFY(fs::exists(lmStudio()));
}

void LibraryActionsTest::verifyingTellsHowItWent()
{
    const fs::path mine = own() / "small.gguf";
    put(mine, modelBytes());
    const fs::path fetched = cached(modelBytes("two"));
    LibraryActionsViewModel actions(cli());
    const QSignalSpy known(&actions, &LibraryActionsViewModel::recordsChanged);
    actions.verify(q(mine));
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY(actions.resultText().contains(u"Nothing was known"));
    for (const fs::path &path : {mine, fetched}) {
        actions.verify(q(path));
        QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
        QCOMPARE(actions.path(), q(path));
        QCOMPARE(actions.resultText(), u"Verified just now."_s);
    }
    QCOMPARE(known.size(), 3);
    LibraryRecordsViewModel records(cli());
    records.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(records.revision(), 1, kPatienceMs);
    QCOMPARE(records.record(q(mine))[u"mark"_s].toString(), u"verified"_s);
    QCOMPARE(records.record(q(fetched))[u"origin"_s].toString(), u"Downloaded from org/name"_s);
}

void LibraryActionsTest::aDamagedFileIsToldWithBothHashes()
{
    const fs::path file = cached(modelBytes());
    std::string damaged = modelBytes();
    damaged.back() = char(damaged.back() ^ 1);
    put(fs::canonical(file), damaged);
    LibraryActionsViewModel actions(cli());
    actions.verify(q(file));
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QCOMPARE(actions.problem().kind, u"checksum"_s);
    QVERIFY(actions.resultText().isEmpty());
    for (const QString &hash : {hashOf(modelBytes()), hashOf(damaged)}) {
        QVERIFY(actions.problem().hint.contains(hash.left(12)));
        QVERIFY(actions.problem().details.contains(hash));
    }
    actions.dismiss();
    QVERIFY(!actions.problem().present);
}

void LibraryActionsTest::verifyingCanBeStopped()
{
    const fs::path file = own() / "large.gguf";
    put(file, modelBytes());
    fs::resize_file(file, std::uintmax_t{64} << 30); // a hole: takes no space, but long to read
    LibraryActionsViewModel actions(cli());
    actions.verify(q(file));
    QTRY_VERIFY_WITH_TIMEOUT(actions.fraction() > 0, kPatienceMs);
    QVERIFY(actions.progressText().contains(u" of 64"));
    actions.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY(actions.resultText().startsWith(u"Stopped"));
    QVERIFY(!actions.problem().present);
}

void LibraryActionsTest::removingWaitsForItsPlan()
{
    const fs::path file = own() / "maker/small.gguf";
    put(file, modelBytes());
    LibraryActionsViewModel actions(cli());
    const QSignalSpy planned(&actions, &LibraryActionsViewModel::planned);
    const QSignalSpy changes(&actions, &LibraryActionsViewModel::libraryChanged);
    actions.remove();
    QVERIFY(!actions.busy());
    actions.planRemoval(q(file));
    QTRY_COMPARE_WITH_TIMEOUT(planned.size(), 1, kPatienceMs);
    const QVariantMap plan = actions.plan();
    QVERIFY(plan[u"title"_s].toString().contains(u"small.gguf"));
    QVERIFY(plan[u"freedText"_s].toString().startsWith(u"This frees "));
    QCOMPARE(plan[u"files"_s].toList().size(), 1);
    QCOMPARE(plan[u"files"_s].toList().at(0).toMap()[u"path"_s].toString(), q(file));
    QVERIFY(plan[u"files"_s].toList().at(0).toMap()[u"keptText"_s].toString().isEmpty());
    QVERIFY(fs::exists(file));
    QTRY_VERIFY(!actions.busy());
    actions.remove();
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY(!fs::exists(file));
    QCOMPARE(changes.size(), 1);
    QVERIFY(actions.resultText().startsWith(u"Removed; "));
    QVERIFY(actions.plan().isEmpty());
}

void LibraryActionsTest::thePlanTellsWhatKeepsTheData()
{
    const fs::path source = lmStudio();
    put(source, modelBytes());
    const fs::path mine = own() / "mine.gguf";
    fs::create_directories(own());
    fs::create_hard_link(source, mine);
    LibraryActionsViewModel actions(cli());
    const QSignalSpy planned(&actions, &LibraryActionsViewModel::planned);
    actions.planRemoval(q(mine));
    QTRY_COMPARE_WITH_TIMEOUT(planned.size(), 1, kPatienceMs);
    QVERIFY(actions.plan()[u"freedText"_s].toString().contains(u"frees nothing"));
    QCOMPARE(actions.plan()[u"files"_s].toList().at(0).toMap()[u"keptText"_s].toString(),
             u"Its data stays for %1."_s.arg(q(source)));
}

void LibraryActionsTest::oneActionAtATime()
{
    const fs::path file = own() / "small.gguf";
    put(file, modelBytes());
    LibraryActionsViewModel actions(cli());
    actions.verify(q(file));
    actions.copyIntoSnug(q(lmStudio()));
    QCOMPARE(actions.action(), u"verify"_s);
    QCOMPARE(actions.path(), q(file));
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY(!actions.problem().present);
}

void LibraryActionsTest::updatesAreMarked()
{
    snug::test::FakeHub hub;
    snug::test::FakeRepository there{"org/name", kOther};
    there.files = {snug::test::smallFile("README.md", "# Name\n")};
    there.details = {{"lastModified", "2026-10-01T12:00:00.000Z"}};
    hub.addRepository(there);
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
    const fs::path file = cached(modelBytes());
    LibraryRecordsViewModel records(cli());
    records.checkUpdates();
    QVERIFY(records.checking());
    QTRY_VERIFY_WITH_TIMEOUT(!records.checking(), kPatienceMs);
    QCOMPARE(records.updatesText(), u"1 update available"_s);
    QVERIFY(!records.problem().present);
    QCOMPARE(records.record(q(file))[u"mark"_s].toString(), u"update"_s);
    QVERIFY(records.record(q(file))[u"updateText"_s].toString().contains(u"bbbbbbbb"));
    // Reading the list again does not forget it.
    put(own() / "small.gguf", modelBytes("two"));
    records.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(records.revision(), 2, kPatienceMs);
    QCOMPARE(records.record(q(file))[u"mark"_s].toString(), u"update"_s);

    there.commit = kCommit;
    hub.addRepository(there);
    records.checkUpdates();
    QTRY_VERIFY_WITH_TIMEOUT(!records.checking(), kPatienceMs);
    QCOMPARE(records.updatesText(), u"No updates"_s);
    QCOMPARE(records.record(q(file))[u"mark"_s].toString(), u"unverified"_s);
}

void LibraryActionsTest::aHubThatDoesNotAnswerIsAProblem()
{
    const fs::path file = cached(modelBytes());
    LibraryRecordsViewModel records(cli());
    records.checkUpdates();
    QTRY_VERIFY_WITH_TIMEOUT(!records.checking(), kPatienceMs);
    QCOMPARE(records.problem().kind, u"network"_s);
    QVERIFY(records.updatesText().isEmpty());
    QCOMPARE(records.record(q(file))[u"store"_s].toString(), u"hub_cache"_s);
    records.dismissProblem();
    QVERIFY(!records.problem().present);
}

void LibraryActionsTest::copiesAreFoundOnDemand()
{
    put(own() / "mine.gguf", modelBytes());
    put(lmStudio(), modelBytes());
    LibraryDuplicatesViewModel duplicates(cli());
    const QAbstractItemModelTester tester(duplicates.model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(duplicates.state(), u"idle"_s);
    duplicates.find();
    QCOMPARE(duplicates.state(), u"running"_s);
    QTRY_COMPARE_WITH_TIMEOUT(duplicates.state(), u"done"_s, kPatienceMs);
    QVERIFY(duplicates.found());
    QVERIFY(duplicates.summary().endsWith(u" in copies"));
    const QModelIndex row = duplicates.model()->index(0, 0);
    const auto roles = duplicates.model()->roleNames();
    const QStringList expected = {q(own() / "mine.gguf"), q(lmStudio())};
    QCOMPARE(row.data(roles.key("copies")).toStringList(), expected);
    QCOMPARE(row.data(roles.key("name")).toString(), u"mine.gguf"_s);
    duplicates.forget();
    QCOMPARE(duplicates.state(), u"idle"_s);
    QVERIFY(!duplicates.found());
    fs::remove(lmStudio());
    duplicates.find();
    QTRY_COMPARE_WITH_TIMEOUT(duplicates.state(), u"done"_s, kPatienceMs);
    QCOMPARE(duplicates.summary(), u"Nothing is stored twice"_s);
}

void LibraryActionsTest::aChildThatCannotStartIsAProblem()
{
    const QString none = q(m_root / "no-such-program");
    LibraryActionsViewModel actions(none);
    actions.verify(q(own() / "small.gguf"));
    QTRY_VERIFY_WITH_TIMEOUT(!actions.busy(), kPatienceMs);
    QVERIFY(actions.problem().present);
    LibraryDuplicatesViewModel duplicates(none);
    duplicates.find();
    QTRY_COMPARE_WITH_TIMEOUT(duplicates.state(), u"error"_s, kPatienceMs);
    LibraryRecordsViewModel records(none);
    records.checkUpdates();
    QTRY_VERIFY_WITH_TIMEOUT(records.problem().present, kPatienceMs);
}

void LibraryActionsTest::recipesAreSaidInWords()
{
    const QJsonObject recipe{{u"level"_s, u"Q4_K_M"_s},
                             {u"pure"_s, false},
                             {u"tensor_types"_s, QJsonArray{u"attn_q=Q6_K"_s}},
                             {u"imatrix"_s, u"imatrix.gguf"_s}};
    const auto record = snug::ui::recordFrom({{u"how"_s, u"made"_s}, {u"recipe"_s, recipe}});
    QCOMPARE(record.recipe, u"Q4_K_M, attn_q=Q6_K, importance matrix of imatrix.gguf"_s);
    QCOMPARE(snug::ui::recordFrom({{u"recipe"_s, u"of another program"_s}}).recipe, u"of another program"_s);
}

QTEST_GUILESS_MAIN(LibraryActionsTest)
#include "tst_library_actions.moc"
