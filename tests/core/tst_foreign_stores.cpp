// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/foreign_stores.h"
#include "core/library/store_folders.h"
#include "tests/support/text_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <map>

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using snug::test::put;

namespace {

const std::string kDigest(64, 'd');

std::string manifest(const std::string &digest, const std::string &size)
{
    return R"({"schemaVersion":2,"layers":[)"
           R"({"mediaType":"application/vnd.ollama.image.license","digest":"x"},)"
           R"({"mediaType":"application/vnd.ollama.image.model","digest":")" +
           digest + R"(","size":)" + size + "}]}";
}

} // namespace

class ForeignStoresTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void emptyHomesHaveNothing();
    void lmStudioFoldersAndNames();
    void lmStudioPointerAndSettings();
    void lmStudioHostileSettings_data();
    void lmStudioHostileSettings();
    void ollamaNames();
    void ollamaFolders();
    void ollamaHostileManifests_data();
    void ollamaHostileManifests();
    void ollamaHostileFiles();
    void janModels();
    void janFolders();
    void janHostileModels_data();
    void janHostileModels();
    void yamlLines();
    void limitsAndStops();
    void allTogether();

private:
    [[nodiscard]] StoreRequest request() const;
    void ollamaModel(const std::string &name, const std::string &manifestText) const
    {
        put(m_home / ".ollama/models/manifests" / name, manifestText);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_top;
    fs::path m_home;
    fs::path m_janData;
    std::map<std::string, std::string> m_environment;
};

void ForeignStoresTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_top = fs::canonical(m_folder->path().toStdString());
    m_home = m_top / "home";
    fs::create_directories(m_home);
    m_environment.clear();
    m_janData = userDataFolder(request()) / "Jan/data";
}

StoreRequest ForeignStoresTest::request() const
{
    StoreRequest request;
    request.home = m_home;
    request.environment = [this](const char *name) {
        const auto found = m_environment.find(name);
        return found == m_environment.end() ? std::string() : found->second;
    };
    request.ollamaService = m_top / "service";
    return request;
}

void ForeignStoresTest::emptyHomesHaveNothing()
{
    const StoreListing listing = readForeignStores(request(), {});
    QVERIFY(listing.models.empty() && listing.folders.empty());
    QCOMPARE(listing.ignored, 0);
}

void ForeignStoresTest::lmStudioFoldersAndNames()
{
    const fs::path models = m_home / ".lmstudio/models";
    put(models / "org/repo/Model-Q4_K_M.gguf", "four");
    put(models / "org/repo/mmproj-F16.gguf", "projector");
    put(models / "org/split/Big-00001-of-00002.gguf", "one");
    put(models / "org/split/Big-00002-of-00002.gguf", "two");
    put(models / "org/half/Half-00001-of-00002.gguf", "one");
    put(m_home / ".cache/lm-studio/models/old/repo/old.gguf", "o");
    const StoreListing listing = readLmStudio(request(), {});
    const std::vector<StoredModel> expected = {
        {Store::LmStudio, "old/repo/old", m_home / ".cache/lm-studio/models/old/repo/old.gguf", 1, ""},
        {Store::LmStudio, "org/repo/Model-Q4_K_M", models / "org/repo/Model-Q4_K_M.gguf", 4, ""},
        {Store::LmStudio, "org/split/Big", models / "org/split/Big-00001-of-00002.gguf", 6, ""},
    };
    QVERIFY(listing.models == expected);
    QCOMPARE(listing.ignored, 1);
    QCOMPARE(listing.folders.size(), std::size_t{2});
}

void ForeignStoresTest::lmStudioPointerAndSettings()
{
    put(m_home / ".lmstudio-home-pointer", (m_top / "moved").string() + "\n");
    put(m_top / "moved/models/a/b/c.gguf", "c");
    put(m_top / "moved/settings.json", R"({"downloadsFolder":")" + (m_top / "disk").string() + R"("})");
    put(m_top / "disk/a/b/d.gguf", "d");
    fs::create_directory_symlink(m_top / "disk", m_top / "alias"); // the same folder twice
    put(userConfigFolder(request()) / "LM Studio/settings.json",
        R"({"downloadsFolder":")" + (m_top / "alias").string() + R"("})");
    const StoreListing listing = readLmStudio(request(), {});
    QCOMPARE(listing.models.size(), std::size_t{2});
    QCOMPARE(listing.models[0].path, m_top / "moved/models/a/b/c.gguf");
    QCOMPARE(listing.models[1].path, m_top / "disk/a/b/d.gguf");
}

void ForeignStoresTest::lmStudioHostileSettings_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("cut short") << QByteArray(R"({"downloadsFolder":"/)");
    QTest::newRow("list") << QByteArray("[1]");
    QTest::newRow("number") << QByteArray(R"({"downloadsFolder":7})");
    QTest::newRow("relative") << QByteArray(R"({"downloadsFolder":"../disk"})");
    QTest::newRow("zero byte") << QByteArray(R"({"downloadsFolder":"/\u0000"})");
    QTest::newRow("deep") << QByteArray(200'000, '[');
    QTest::newRow("huge") << QByteArray(5 << 20, ' ');
    QTest::newRow("a file") << QByteArray(R"({"downloadsFolder":"/dev/null"})");
}

void ForeignStoresTest::lmStudioHostileSettings()
{
    QFETCH(QByteArray, settings);
    put(m_top / "disk/a/b/d.gguf", "d");
    put(m_home / ".lmstudio/models/a.gguf", "a");
    put(m_home / ".lmstudio/settings.json", settings.toStdString());
    put(m_home / ".lmstudio-home-pointer", settings.toStdString());
    const StoreListing listing = readLmStudio(request(), {});
    QCOMPARE(listing.models.size(), std::size_t{1}); // the usual folder is read in spite of it
}

void ForeignStoresTest::ollamaNames()
{
    put(m_home / ".ollama/models/blobs" / ("sha256-" + kDigest), "weights");
    const std::string text = manifest("sha256:" + kDigest, "7");
    ollamaModel("registry.ollama.ai/library/llama3.2/1b", text);
    ollamaModel("registry.ollama.ai/someone/own/latest", text);
    ollamaModel("hf.co/org/Repo-GGUF/Q4_K_M", text);
    const StoreListing listing = readOllama(request(), {});
    QCOMPARE(listing.ignored, 0);
    std::vector<std::string> names;
    for (const StoredModel &model : listing.models) {
        names.push_back(model.name);
        QCOMPARE(model.path, m_home / ".ollama/models/blobs" / ("sha256-" + kDigest));
        QCOMPARE(model.sha256, kDigest);
        QCOMPARE(model.bytes, 7);
    }
    QCOMPARE(names,
             (std::vector<std::string>{"hf.co/org/Repo-GGUF:Q4_K_M", "llama3.2:1b", "someone/own:latest"}));
}

void ForeignStoresTest::ollamaFolders()
{
    for (const fs::path &models : {m_home / ".ollama/models", m_top / "service", m_top / "chosen"}) {
        put(models / "blobs" / ("sha256-" + kDigest), "weights");
        put(models / "manifests/registry.ollama.ai/library" / models.filename() / "latest",
            manifest("sha256:" + kDigest, "7"));
    }
    QCOMPARE(readOllama(request(), {}).models.size(), std::size_t{2});
    m_environment["OLLAMA_MODELS"] = (m_top / "chosen").string();
    const StoreListing chosen = readOllama(request(), {});
    QCOMPARE(chosen.models.size(), std::size_t{1});
    QCOMPARE(chosen.models[0].name, std::string("chosen:latest"));
}

void ForeignStoresTest::ollamaHostileManifests_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const std::string &text) {
        QTest::newRow(name) << QByteArray::fromStdString(text);
    };
    row("empty", "");
    row("no JSON", "<html>");
    row("cut short", manifest("sha256:" + kDigest, "7").substr(0, 90));
    row("list", "[]");
    row("no layers", "{}");
    row("layers are a number", R"({"layers":7})");
    row("layers of numbers", R"({"layers":[1,null,"x",[]]})");
    row("digest up", manifest("sha256:../../../../../secret", "6"));
    row("digest absolute", manifest("/etc/passwd", "6"));
    row("digest up after enough digits", manifest("sha256:" + kDigest + "/../../../../../../secret", "6"));
    row("digest of another kind", manifest("sha512:" + kDigest, "7"));
    row("digest in capitals", manifest("sha256:" + std::string(64, 'D'), "7"));
    row("digest without blob", manifest("sha256:" + std::string(64, 'e'), "7"));
    row("digest is a number",
        R"({"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":7,"size":7}]})");
    row("wrong size", manifest("sha256:" + kDigest, "8"));
    row("negative size", manifest("sha256:" + kDigest, "-7"));
    row("size beyond all", manifest("sha256:" + kDigest, "18446744073709551615"));
    row("size with a fraction", manifest("sha256:" + kDigest, "7.5"));
    row("size in words", manifest("sha256:" + kDigest, "\"7\""));
    row("deep", std::string(200'000, '['));
    row("deep objects", [] {
        std::string text;
        for (int i = 0; i < 150'000; ++i)
            text += "{\"a\":";
        return text;
    }());
    row("huge", std::string(2 << 20, ' '));
    row("no UTF-8", "{\"layers\":\"\xFF\xFE\"}");
}

void ForeignStoresTest::ollamaHostileManifests()
{
    QFETCH(QByteArray, text);
    put(m_top / "secret", "secret");
    put(m_home / ".ollama/models/blobs" / ("sha256-" + kDigest), "weights");
    ollamaModel("registry.ollama.ai/library/bad/latest", text.toStdString());
    ollamaModel("registry.ollama.ai/library/good/latest", manifest("sha256:" + kDigest, "7"));
    const StoreListing listing = readOllama(request(), {});
    QCOMPARE(listing.models.size(), std::size_t{1});
    QCOMPARE(listing.models[0].name, std::string("good:latest"));
    QCOMPARE(listing.ignored, 1);
}

void ForeignStoresTest::ollamaHostileFiles()
{
    const std::string text = manifest("sha256:" + kDigest, "6");
    put(m_top / "secret", "secret");
    put(m_top / "elsewhere/model/latest", text);
    fs::create_directories(m_home / ".ollama/models/blobs");
    fs::create_symlink(m_top / "secret", m_home / ".ollama/models/blobs" / ("sha256-" + kDigest));
    ollamaModel("registry.ollama.ai/library/linked-blob/latest", text);
    ollamaModel("registry.ollama.ai/library/new\nline/latest", text);
    ollamaModel("registry.ollama.ai/stray-file", text);
    ollamaModel("registry.ollama.ai/library/too/deep/down", text);
    fs::create_directory_symlink(m_top / "elsewhere", m_home / ".ollama/models/manifests/linked");
    fs::create_symlink(m_top / "elsewhere/model/latest",
                       m_home / ".ollama/models/manifests/registry.ollama.ai/library/too/linked");
    const StoreListing listing = readOllama(request(), {});
    QVERIFY(listing.models.empty());
    QCOMPARE(listing.ignored, 6);
}

void ForeignStoresTest::janModels()
{
    put(m_janData / "llamacpp/models/org/Model-Q4/model.gguf", "four");
    put(m_janData / "llamacpp/models/org/Model-Q4/model.yml",
        "embedding: false\nmodel_path: llamacpp/models/org/Model-Q4/model.gguf\nname: Model\n"
        "model_sha256: " +
            kDigest + "\nsize_bytes: 4\n");
    put(m_top / "imported/m.gguf", "seven77");
    put(m_janData / "llamacpp/models/imported/model.yml",
        "model_path: \"" + (m_top / "imported/m.gguf").string() + "\"\n");
    put(m_janData / "models/huggingface.co/org/old/old.gguf", "old");
    const StoreListing listing = readJan(request(), {});
    const std::vector<StoredModel> expected = {
        {Store::Jan, "huggingface.co/org/old/old", m_janData / "models/huggingface.co/org/old/old.gguf", 3,
         ""},
        {Store::Jan, "imported", m_top / "imported/m.gguf", 7, ""},
        {Store::Jan, "org/Model-Q4", m_janData / "llamacpp/models/org/Model-Q4/model.gguf", 4, kDigest},
    };
    QVERIFY(listing.models == expected);
    QCOMPARE(listing.ignored, 0);
}

void ForeignStoresTest::janFolders()
{
    put(m_top / "moved/models/a.gguf", "a");
    put(m_top / "chosen/models/b.gguf", "b");
    put(userDataFolder(request()) / "Jan/settings.json",
        R"({"data_folder":")" + (m_top / "moved").string() + R"("})");
    QCOMPARE(readJan(request(), {}).models.at(0).path, m_top / "moved/models/a.gguf");
    m_environment["JAN_DATA_FOLDER"] = (m_top / "chosen").string();
    const StoreListing chosen = readJan(request(), {});
    QCOMPARE(chosen.models.size(), std::size_t{1});
    QCOMPARE(chosen.models[0].path, m_top / "chosen/models/b.gguf");
}

void ForeignStoresTest::janHostileModels_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("no path") << QByteArray("name: x\n");
    QTest::newRow("path up") << QByteArray("model_path: ../../../../../secret.gguf\n");
    QTest::newRow("windows path up") << QByteArray("model_path: ..\\..\\secret.gguf\n");
    QTest::newRow("no model") << QByteArray("model_path: llamacpp/models/x/readme.txt\n");
    QTest::newRow("missing") << QByteArray("model_path: llamacpp/models/x/none.gguf\n");
    QTest::newRow("missing part") << QByteArray("model_path: llamacpp/models/x/m-00001-of-00002.gguf\n");
    QTest::newRow("a folder") << QByteArray("model_path: llamacpp/models/x/folder.gguf\n");
    QTest::newRow("zero byte") << QByteArray("model_path: llamacpp/models/x/\0.gguf\n", 38);
    QTest::newRow("huge") << QByteArray(1 << 20, 'a');
}

void ForeignStoresTest::janHostileModels()
{
    QFETCH(QByteArray, yaml);
    put(m_top / "secret.gguf", "secret");
    put(m_janData / "llamacpp/models/x/readme.txt", "text");
    put(m_janData / "llamacpp/models/x/m-00001-of-00002.gguf", "one");
    fs::create_directories(m_janData / "llamacpp/models/x/folder.gguf");
    put(m_janData / "llamacpp/models/x/model.yml", yaml.toStdString());
    const StoreListing listing = readJan(request(), {});
    QVERIFY(listing.models.empty());
    QCOMPARE(listing.ignored, 1);
}

void ForeignStoresTest::yamlLines()
{
    const auto values =
        topLevelYaml("# model_path: no\nplain: a b \r\nsingle: 'it''s'\ndouble: \"a\\\\b: c\"\n"
                     "folded: >-\n  one\n  two\nnested:\n  plain: other\n- item: x\nempty:\nlast: 1");
    QCOMPARE(values.at("plain"), std::string("a b"));
    QCOMPARE(values.at("single"), std::string("it's"));
    QCOMPARE(values.at("double"), std::string("a\\b: c"));
    QCOMPARE(values.at("folded"), std::string("one two"));
    QCOMPARE(values.at("nested"), std::string());
    QCOMPARE(values.at("empty"), std::string());
    QCOMPARE(values.at("last"), std::string("1"));
    QCOMPARE(values.size(), std::size_t{7});
}

void ForeignStoresTest::limitsAndStops()
{
    for (int i = 0; i < 20; ++i) {
        put(m_home / ".lmstudio/models" / (std::to_string(i) + ".gguf"), "x");
        ollamaModel("h/n/m/" + std::to_string(i), "{}");
        put(m_janData / "llamacpp/models" / std::to_string(i) / "model.yml", "");
    }
    StoreRequest few = request();
    few.entries = 10;
    QVERIFY(readLmStudio(few, {}).limited);
    QVERIFY(readOllama(few, {}).limited);
    QVERIFY(readJan(few, {}).limited);
    std::stop_source source;
    source.request_stop();
    QVERIFY(readForeignStores(request(), source.get_token()).stopped);
}

void ForeignStoresTest::allTogether()
{
    put(m_home / ".lmstudio/models/a.gguf", "x");
    put(m_home / ".ollama/models/blobs" / ("sha256-" + kDigest), "weights");
    ollamaModel("registry.ollama.ai/library/m/latest", manifest("sha256:" + kDigest, "7"));
    put(m_janData / "models/b.gguf", "x");
    const StoreListing listing = readForeignStores(request(), {});
    QCOMPARE(listing.models.size(), std::size_t{3});
    QCOMPARE(storeName(listing.models[0].store), std::string_view("lm_studio"));
    QCOMPARE(storeName(listing.models[1].store), std::string_view("ollama"));
    QCOMPARE(storeName(listing.models[2].store), std::string_view("jan"));
}

QTEST_GUILESS_MAIN(ForeignStoresTest)
#include "tst_foreign_stores.moc"
