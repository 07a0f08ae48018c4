// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/cli_process.h"
#include "tests/support/fake_hub.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"
#include "tests/support/text_files.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <memory>

namespace fs = std::filesystem;
using namespace Qt::StringLiterals;
using snug::test::Ended;
using snug::test::FakeHub;
using snug::test::put;

namespace {

const std::string kCommit(40, 'a');
const std::string kOther(40, 'b');

// A small model; another `key`, other bytes.
std::string modelBytes(const char *key = "one")
{
    const snug::test::Bytes bytes =
        snug::test::smallModel().key(key, snug::gguf::Value{std::string("value")}).build();
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

std::string sha256(const std::string &text)
{
    return QCryptographicHash::hash(QByteArrayView(text.data(), qsizetype(text.size())),
                                    QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

QString q(const fs::path &path)
{
    return QString::fromStdString(path.string());
}

Ended run(QStringList arguments)
{
    arguments.append(u"--json"_s);
    return snug::test::runProgram(snug::test::program(u"snug-cli"_s), arguments);
}

} // namespace

// `import`, `list`, `verify` and `remove` on a home of their own, with the stores of other programs in it.
class CliLibraryTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void importingLinksAndRemembers();
    void importingCopiesWhenAsked();
    void importingFromOllamaGivesAName();
    void importingFromTheCacheKeepsWhereItCameFrom();
    void importingRefusesWhatIsNoModel();
    void verifyingOwnFilesFindsDamage();
    void verifyingNamesTheProgramOfAForeignFile();
    void removingTellsBeforeItDoes();
    void removingTellsWhatKeepsTheData();
    void snapshotsThatShareContentFreeItTogether();
    void removingRefusesForeignFiles();
    void removingRefusesTheWholeFolder();
    void duplicatesAreFoundOverAllStores();
    void thousandsOfModelsAreListed();
    void updatesAreAskedOfTheHub();
    void updatesWithoutANetworkKeepTheListWhole();

private:
    [[nodiscard]] fs::path own() const { return m_root / "data/models"; }
    [[nodiscard]] fs::path repository() const { return m_root / "huggingface/hub/models--org--name"; }
    [[nodiscard]] fs::path lmStudio() const { return m_root / ".lmstudio/models/maker/repo/model.gguf"; }
    // A repository of the cache at a commit; "main" is there too if `ref`.
    fs::path cached(const std::string &content, const std::string &commit = kCommit, bool ref = true) const;
    fs::path ollama(const std::string &content) const;
    [[nodiscard]] QJsonObject listed(const fs::path &path, const QStringList &options = {}) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
};

void CliLibraryTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = fs::canonical(m_folder->path().toStdString());
    snug::test::isolateIn(q(m_root));
    qputenv("HF_ENDPOINT", "http://127.0.0.1:9"); // of a test before
}

fs::path CliLibraryTest::cached(const std::string &content, const std::string &commit, bool ref) const
{
    const fs::path blob = repository() / "blobs" / sha256(content);
    if (!fs::exists(blob))
        put(blob, content);
    const fs::path file = repository() / "snapshots" / commit / "model-Q8_0.gguf";
    fs::create_directories(file.parent_path());
    fs::create_symlink(fs::path("../../blobs") / blob.filename(), file);
    if (ref)
        put(repository() / "refs/main", commit);
    return file;
}

fs::path CliLibraryTest::ollama(const std::string &content) const
{
    const fs::path models = m_root / ".ollama/models";
    const std::string hash = sha256(content);
    const std::string layer = R"("mediaType":"application/vnd.ollama.image.model","digest":"sha256:)" + hash +
                              R"(","size":)" + std::to_string(content.size());
    put(models / "manifests/registry.ollama.ai/library/llama3.2/1b",
        R"({"schemaVersion":2,"layers":[{)" + layer + "}]}");
    put(models / "blobs" / ("sha256-" + hash), content);
    return models / "blobs" / ("sha256-" + hash);
}

QJsonObject CliLibraryTest::listed(const fs::path &path, const QStringList &options) const
{
    for (const auto &model : run(QStringList{u"list"_s} + options).last()["models"_L1].toArray()) {
        if (model.toObject()["path"_L1].toString() == q(path))
            return model.toObject();
    }
    return {};
}

void CliLibraryTest::importingLinksAndRemembers()
{
    const fs::path source = m_root / "elsewhere/Small.gguf";
    put(source, modelBytes());
    const Ended ended = run({u"import"_s, q(source)});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    const QJsonObject file = ended.last()["files"_L1].toArray().at(0).toObject();
    QCOMPARE(file["source"_L1].toString(), q(source));
    QCOMPARE(file["path"_L1].toString(), q(own() / "Small.gguf"));
    QCOMPARE(file["transfer"_L1].toString(), u"hard_link"_s);
    QCOMPARE(file["already_there"_L1].toBool(), false);
    QCOMPARE(ended.last()["bytes"_L1].toInteger(), qint64(modelBytes().size()));
    QVERIFY(fs::equivalent(source, own() / "Small.gguf"));
    const QJsonObject model = listed(own() / "Small.gguf");
    QCOMPARE(model["store"_L1].toString(), u"snug"_s);
    QCOMPARE(model["how"_L1].toString(), u"imported"_s);
    QCOMPARE(model["imported_from"_L1].toString(), q(source));
    QVERIFY(QDateTime::fromString(model["at"_L1].toString(), Qt::ISODate).isValid());
    QVERIFY(model["verified_at"_L1].isNull());
    const Ended again = run({u"import"_s, q(source), q(source)});
    QCOMPARE(again.last()["files"_L1].toArray().size(), 1);
    QCOMPARE(again.last()["files"_L1].toArray().at(0)["already_there"_L1].toBool(), true);
}

void CliLibraryTest::importingCopiesWhenAsked()
{
    const fs::path source = m_root / "elsewhere/small.gguf";
    put(source, modelBytes());
    const Ended ended = run({u"import"_s, u"--copy"_s, q(source)});
    QCOMPARE(ended.exitCode, 0);
    QCOMPARE(ended.last()["files"_L1].toArray().at(0)["transfer"_L1].toString(), u"copy"_s);
    QVERIFY(!fs::equivalent(source, own() / "small.gguf"));
    QCOMPARE(snug::test::contentOf(own() / "small.gguf"), modelBytes());
}

void CliLibraryTest::importingFromOllamaGivesAName()
{
    const fs::path blob = ollama(modelBytes());
    const Ended ended = run({u"import"_s, q(blob)});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QCOMPARE(ended.last()["files"_L1].toArray().at(0)["path"_L1].toString(), q(own() / "llama3.2-1b.gguf"));
    QCOMPARE(listed(own() / "llama3.2-1b.gguf")["sha256"_L1].toString().toStdString(), sha256(modelBytes()));
}

void CliLibraryTest::importingFromTheCacheKeepsWhereItCameFrom()
{
    const fs::path file = cached(modelBytes());
    QCOMPARE(run({u"import"_s, q(file)}).exitCode, 0);
    const QJsonObject model = listed(own() / "org/name/model-Q8_0.gguf");
    QCOMPARE(model["repository"_L1].toString(), u"org/name"_s);
    QCOMPARE(model["commit"_L1].toString().toStdString(), kCommit);
    QCOMPARE(model["sha256"_L1].toString().toStdString(), sha256(modelBytes()));
    QCOMPARE(model["imported_from"_L1].toString(), q(file));
}

void CliLibraryTest::importingRefusesWhatIsNoModel()
{
    put(m_root / "page.gguf", "<!DOCTYPE html>");
    QCOMPARE(run({u"import"_s, q(m_root / "page.gguf")}).exitCode, 1);
    put(own() / "there.gguf", modelBytes());
    const Ended inside = run({u"import"_s, q(own() / "there.gguf")});
    QCOMPARE(inside.exitCode, 2);
    QCOMPARE(std::distance(fs::directory_iterator(own()), {}), 1);
}

void CliLibraryTest::verifyingOwnFilesFindsDamage()
{
    const fs::path file = own() / "sub/small.gguf";
    put(file, modelBytes());
    const Ended first = run({u"verify"_s, q(file)});
    QVERIFY2(first.exitCode == 0, first.out.constData());
    QCOMPARE(first.last()["files"_L1].toArray().at(0)["state"_L1].toString(), u"first"_s);
    const Ended second = run({u"verify"_s});
    QCOMPARE(second.last()["files"_L1].toArray().at(0)["state"_L1].toString(), u"verified"_s);
    QVERIFY(listed(file)["verified_at"_L1].isString());

    const auto time = fs::last_write_time(file);
    std::string damaged = modelBytes();
    damaged.back() = char(damaged.back() ^ 1);
    put(file, damaged);
    fs::last_write_time(file, time);
    const Ended third = run({u"verify"_s, q(file)});
    QCOMPARE(third.exitCode, 1);
    QCOMPARE(third.last()["kind"_L1].toString(), u"checksum"_s);
    const QJsonObject detail = third.last()["detail"_L1].toObject();
    QCOMPARE(detail["reason"_L1].toString(), u"damaged"_s);
    QCOMPARE(detail["wanted"_L1].toString().toStdString(), sha256(modelBytes()));
    QCOMPARE(detail["found"_L1].toString().toStdString(), sha256(damaged));
}

void CliLibraryTest::verifyingNamesTheProgramOfAForeignFile()
{
    put(lmStudio(), modelBytes());
    for (const auto &[path, program] :
         {std::pair{lmStudio(), u"LM Studio"_s}, std::pair{ollama(modelBytes("two")), u"Ollama"_s}}) {
        const Ended ended = run({u"verify"_s, q(path)});
        QCOMPARE(ended.exitCode, 1);
        QCOMPARE(ended.last()["kind"_L1].toString(), u"unsupported"_s);
        QVERIFY(ended.last()["message"_L1].toString().contains(program));
    }
    QCOMPARE(run({u"verify"_s, q(m_root / "none.gguf")}).last()["kind"_L1].toString(), u"not_found"_s);
}

void CliLibraryTest::removingTellsBeforeItDoes()
{
    for (const char *name : {"big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "other.gguf"})
        put(own() / "maker" / name, modelBytes(name));
    const fs::path first = own() / "maker/big-00001-of-00002.gguf";
    const auto bytes = qint64(modelBytes("big-00001-of-00002.gguf").size() * 2);
    const Ended plan = run({u"remove"_s, q(first)});
    QVERIFY2(plan.exitCode == 0, plan.out.constData());
    QCOMPARE(plan.last()["files"_L1].toArray().size(), 2);
    QCOMPARE(plan.last()["freed_bytes"_L1].toInteger(), bytes);
    QCOMPARE(plan.last()["removed"_L1].toBool(), false);
    QVERIFY(fs::exists(first));
    const Ended done = run({u"remove"_s, u"--yes"_s, q(first)});
    QCOMPARE(done.last()["freed_bytes"_L1].toInteger(), bytes);
    QCOMPARE(done.last()["removed"_L1].toBool(), true);
    QCOMPARE(std::distance(fs::directory_iterator(own() / "maker"), {}), 1);
    QCOMPARE(run({u"remove"_s, u"--yes"_s, q(first)}).last()["kind"_L1].toString(), u"not_found"_s);
}

void CliLibraryTest::removingTellsWhatKeepsTheData()
{
    const fs::path file = cached(modelBytes());
    QCOMPARE(run({u"import"_s, q(file)}).exitCode, 0);
    const fs::path imported = own() / "org/name/model-Q8_0.gguf";
    for (const auto &[path, other] : {std::pair{imported, file}, std::pair{file, imported}}) {
        const QJsonObject item = run({u"remove"_s, q(path)}).last()["files"_L1].toArray().at(0).toObject();
        QCOMPARE(item["freed_bytes"_L1].toInteger(), 0);
        QCOMPARE(item["kept_by"_L1].toArray(), QJsonArray{q(other)});
        QCOMPARE(item["other_hard_links"_L1].toInteger(), 1);
    }
    QCOMPARE(run({u"remove"_s, u"--yes"_s, u"org/name"_s}).last()["freed_bytes"_L1].toInteger(), 0);
    QCOMPARE(snug::test::contentOf(imported), modelBytes());
    QCOMPARE(run({u"remove"_s, u"--yes"_s, q(imported)}).last()["freed_bytes"_L1].toInteger(),
             qint64(modelBytes().size()));
    QVERIFY(!fs::exists(imported.parent_path()));
}

void CliLibraryTest::snapshotsThatShareContentFreeItTogether()
{
    const fs::path old = cached(modelBytes());
    cached(modelBytes(), kOther);
    const Ended one = run({u"remove"_s, q(old)});
    QCOMPARE(one.last()["freed_bytes"_L1].toInteger(), 0);
    const Ended both = run({u"remove"_s, u"org/name"_s});
    QCOMPARE(both.last()["files"_L1].toArray().size(), 2);
    QCOMPARE(both.last()["freed_bytes"_L1].toInteger(), qint64(modelBytes().size()));
    const Ended done = run({u"remove"_s, u"--yes"_s, u"org/name"_s});
    QCOMPARE(done.last()["freed_bytes"_L1].toInteger(), qint64(modelBytes().size()));
    QVERIFY(!fs::exists(old));
}

void CliLibraryTest::removingRefusesForeignFiles()
{
    put(lmStudio(), modelBytes());
    put(m_root / "elsewhere.gguf", modelBytes());
    const fs::path blob = ollama(modelBytes("two"));
    for (const fs::path &path : {lmStudio(), blob, m_root / "elsewhere.gguf"}) {
        const Ended ended = run({u"remove"_s, u"--yes"_s, q(path)});
        QCOMPARE(ended.exitCode, 1);
        QCOMPARE(ended.last()["kind"_L1].toString(), u"unsupported"_s);
        QVERIFY(fs::exists(path));
    }
}

void CliLibraryTest::removingRefusesTheWholeFolder()
{
    put(own() / "small.gguf", modelBytes());
    cached(modelBytes());
    for (const fs::path &path : {own(), own() / "../models/", m_root / "huggingface/hub"}) {
        QCOMPARE(run({u"remove"_s, u"--yes"_s, q(path)}).exitCode, 2);
        QVERIFY(fs::exists(own() / "small.gguf") && fs::exists(repository() / "refs/main"));
    }
}

void CliLibraryTest::duplicatesAreFoundOverAllStores()
{
    const std::string content = modelBytes();
    put(own() / "mine.gguf", content);
    put(lmStudio(), content);
    const fs::path file = cached(content);
    put(own() / "single.gguf", modelBytes("another key"));
    const Ended ended = run({u"list"_s, u"--duplicates"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    const QJsonArray groups = ended.last()["groups"_L1].toArray();
    QCOMPARE(groups.size(), 1);
    QCOMPARE(groups[0]["sha256"_L1].toString().toStdString(), sha256(content));
    QCOMPARE(groups[0]["bytes"_L1].toInteger(), qint64(content.size()));
    const QJsonArray expected = {QJsonArray{q(own() / "mine.gguf")}, QJsonArray{q(file)},
                                 QJsonArray{q(lmStudio())}};
    QCOMPARE(groups[0]["copies"_L1].toArray(), expected);
    QCOMPARE(ended.last()["reclaimable_bytes"_L1].toInteger(), qint64(content.size() * 2));
    QCOMPARE(listed(own() / "mine.gguf")["sha256"_L1].toString().toStdString(), sha256(content));
    // Linked data is no copy.
    fs::remove(lmStudio());
    fs::remove(own() / "mine.gguf");
    QCOMPARE(run({u"import"_s, q(file)}).exitCode, 0);
    QVERIFY(run({u"list"_s, u"--duplicates"_s}).last()["groups"_L1].toArray().isEmpty());
}

void CliLibraryTest::thousandsOfModelsAreListed()
{
    constexpr int kModels = 3000;
    const fs::path maker = lmStudio().parent_path().parent_path() / std::string(100, 'r');
    for (int i = 0; i < kModels; ++i)
        put(maker / (std::to_string(i) + std::string(100, 'm') + ".gguf"), "GGUF");
    const Ended ended = run({u"list"_s});
    QCOMPARE(ended.exitCode, 0);
    QVERIFY(ended.out.size() > 1024 * 1024);
    QCOMPARE(ended.last()["models"_L1].toArray().size(), kModels);
}

void CliLibraryTest::updatesAreAskedOfTheHub()
{
    FakeHub hub;
    snug::test::FakeRepository there{"org/name", kOther};
    there.files = {snug::test::smallFile("README.md", "# Name\n")};
    there.details = {{"lastModified", "2026-10-01T12:00:00.000Z"}};
    hub.addRepository(there);
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
    const fs::path file = cached(modelBytes());
    const Ended ended = run({u"list"_s, u"--updates"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QVERIFY(ended.last()["updates_problem"_L1].isNull());
    const QJsonObject update = listed(file, {u"--updates"_s})["update"_L1].toObject();
    QCOMPARE(update["commit"_L1].toString().toStdString(), kOther);
    QCOMPARE(update["last_modified"_L1].toString(), u"2026-10-01T12:00:00Z"_s);
    const QJsonObject plain = listed(file);
    QCOMPARE(plain["refs"_L1].toArray(), QJsonArray{u"main"_s});
    QVERIFY(!plain.contains("update"_L1));

    there.commit = kCommit;
    hub.addRepository(there);
    const QJsonObject same = listed(file, {u"--updates"_s});
    QVERIFY(same.contains("update"_L1) && same["update"_L1].isNull());
}

void CliLibraryTest::updatesWithoutANetworkKeepTheListWhole()
{
    cached(modelBytes());
    put(own() / "small.gguf", modelBytes("two"));
    for (const bool offline : {false, true}) {
        if (offline)
            qputenv("HF_HUB_OFFLINE", "1");
        const Ended ended = run({u"list"_s, u"--updates"_s});
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(ended.last()["models"_L1].toArray().size(), 2);
        const QJsonObject problem = ended.last()["updates_problem"_L1].toObject();
        QCOMPARE(problem["kind"_L1].toString(), u"network"_s);
        QVERIFY(!problem["message"_L1].toString().isEmpty());
    }
}

QTEST_GUILESS_MAIN(CliLibraryTest)
#include "tst_cli_library.moc"
