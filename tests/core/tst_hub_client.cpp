// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/client.h"
#include "core/hub/json.h"
#include "tests/core/hub_fixture.h"
#include "tests/support/test_data.h"

#include <QFile>
#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::hub;
using namespace snug::test;
using nlohmann::json;

namespace {
std::vector<std::string> namesOf(const SearchPage &page)
{
    std::vector<std::string> names;
    for (const ModelRow &row : page.rows)
        names.push_back(row.id.text());
    return names;
}

bool anyoneSaw(const std::vector<LoggedRequest> &requests, std::string_view secret)
{
    return std::any_of(requests.begin(), requests.end(), [secret](const LoggedRequest &entry) {
        const auto &headers = entry.request.headers;
        return entry.request.target.find(secret) != std::string::npos ||
               std::any_of(headers.begin(), headers.end(), [secret](const auto &header) {
                   return header.second.find(secret) != std::string::npos;
               });
    });
}

json jsonOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return parseJson(file.readAll().toStdString()).value_or(json());
}

} // namespace

class TestHubClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_hub = std::make_unique<FakeHub>();
        m_hub->addRepository(tiny());
        m_hub->addUser(kToken, FakeUser{"ada"});
    }
    void cleanup() { m_hub.reset(); }

    void searches()
    {
        FakeRepository other{"zeta/big"};
        other.details = {{"downloads", 900}, {"tags", {"safetensors", "license:apache-2.0"}}};
        m_hub->addRepository(other);
        SearchQuery query;
        const auto gguf = clientOf(*m_hub).search(query, {});
        QVERIFY2(gguf, messageOf(gguf).c_str());
        QCOMPARE(namesOf(*gguf), std::vector<std::string>{"acme/tiny"});
        QVERIFY(!gguf->next && !gguf->ended && gguf->skipped == 0);
        const ModelRow &row = gguf->rows.front();
        QCOMPARE(row.downloads.value_or(-1), std::int64_t(10));
        QCOMPARE(row.likes.value_or(-1), std::int64_t(3));
        QCOMPARE(row.license.value_or(""), std::string("mit"));
        QCOMPARE(row.pipeline.value_or(""), std::string("text-generation"));
        QVERIFY(row.gate == Gate::Open && !row.isPrivate && row.lastModified);

        query.format = Format::Any;
        query.sort = Sort::Downloads;
        QCOMPARE(namesOf(*clientOf(*m_hub).search(query, {})),
                 (std::vector<std::string>{"zeta/big", "acme/tiny"}));
        query.license = "apache-2.0";
        QCOMPARE(namesOf(*clientOf(*m_hub).search(query, {})), std::vector<std::string>{"zeta/big"});
        query.license.clear();
        query.parametersMin = 6'500'000'000;
        query.parametersMax = 8'000'000'000;
        QCOMPARE(namesOf(*clientOf(*m_hub).search(query, {})), std::vector<std::string>{"acme/tiny"});
        query.text = "no such & model?";
        QVERIFY(clientOf(*m_hub).search(query, {})->rows.empty());
    }

    void turnsPages()
    {
        for (int i = 0; i < 7; ++i) {
            FakeRepository more{"many/m" + std::to_string(i)};
            more.details = {{"tags", {"gguf"}}};
            m_hub->addRepository(more);
        }
        SearchQuery query;
        query.author = "many";
        query.limit = 3;
        const Client client = clientOf(*m_hub);
        auto page = client.search(query, {});
        std::vector<std::string> names;
        int pages = 0;
        while (page) {
            ++pages;
            const auto some = namesOf(*page);
            names.insert(names.end(), some.begin(), some.end());
            if (!page->next)
                break;
            page = client.searchNext(*page, {});
        }
        QVERIFY2(page, messageOf(page).c_str());
        QCOMPARE(pages, 3);
        QCOMPARE(std::set<std::string>(names.begin(), names.end()).size(), std::size_t(7));
        QCOMPARE(client.searchNext(*page, {}).error().kind, ErrorKind::InvalidArgument);
    }

    void describesARepository()
    {
        const auto found = clientOf(*m_hub).repository(id("acme/tiny"), {}, {});
        QVERIFY2(found, messageOf(found).c_str());
        QCOMPARE(found->commit, kCommit);
        QVERIFY(!found->alias);
        QVERIFY(found->model.gguf);
        QCOMPARE(found->model.gguf->parameters.value_or(0), std::int64_t(7'000'000'000));
        QCOMPARE(found->model.gguf->contextLength.value_or(0), std::int64_t(8192));
        QCOMPARE(found->model.gguf->architecture.value_or(""), std::string("llama"));
        QVERIFY(found->model.gguf->chatTemplate);
        QVERIFY(clientOf(*m_hub).repository(id("acme/tiny"), kCommit, {}));
        QCOMPARE(clientOf(*m_hub).repository(id("acme/tiny"), "../x", {}).error().kind,
                 ErrorKind::InvalidArgument);
    }

    void readsRealAnswers()
    {
        const QString folder = QStringLiteral("models/hf-api/");
        const QString modelFile =
            dataFile(folder + QStringLiteral("model_ggml-org_gemma-3-12b-it-GGUF.json"));
        const QString treeFile = dataFile(folder + QStringLiteral("tree_Bingsu_adetailer_one_entry.json"));
        if (modelFile.isEmpty() || treeFile.isEmpty())
            QSKIP("no real answers of the Hub below SNUG_TEST_DATA");
        const auto row = parseModelRow(jsonOf(modelFile));
        QVERIFY(row && row->gguf);
        QCOMPARE(row->id.text(), std::string("ggml-org/gemma-3-12b-it-GGUF"));
        QCOMPARE(row->gguf->parameters.value_or(0), std::int64_t(11'765'788'416));
        QCOMPARE(row->gguf->contextLength.value_or(0), std::int64_t(131'072));
        QCOMPARE(row->license.value_or(""), std::string("gemma"));
        QCOMPARE(row->baseModels, std::vector<std::string>{"google/gemma-3-12b-it"});
        QCOMPARE(row->downloads.value_or(0), std::int64_t(3783));
        ListingBuilder listing;
        QVERIFY(listing.add(jsonOf(treeFile)));
        const Listing files = listing.take();
        QCOMPARE(files.files.size(), std::size_t(1));
        QCOMPARE(files.files[0].bytes.value_or(0), std::int64_t(6'230'011));
        QCOMPARE(files.files[0].sha256.value_or(""),
                 std::string("70b640f8f60b1cf0dcc72f30caf3da9495eb2fb6509da48c53374ad6806e6a9c"));
    }

    void followsARename()
    {
        const auto found = clientOf(*m_hub).repository(id("acme/old-tiny"), {}, {});
        QVERIFY2(found, messageOf(found).c_str());
        QCOMPARE(found->model.id.text(), std::string("acme/tiny"));
        QCOMPARE(found->alias.value_or(id("x")).text(), std::string("acme/old-tiny"));
        QVERIFY(clientOf(*m_hub).files(id("acme/old-tiny"), kCommit, {}));
        const auto location = clientOf(*m_hub).resolve(id("acme/old-tiny"), kCommit, "tiny-Q4_K_M.gguf", {});
        QVERIFY2(location, messageOf(location).c_str());
        QCOMPARE(location->bytes.value_or(-1), kModelBytes);
    }

    void listsFiles()
    {
        FakeHubOptions small;
        small.treePage = 2;
        FakeHub hub(small);
        hub.addRepository(tiny());
        const auto listing = clientOf(hub).files(id("acme/tiny"), kCommit, {});
        QVERIFY2(listing, messageOf(listing).c_str());
        QVERIFY(listing->refused.empty());
        QCOMPARE(listing->files.size(), std::size_t(5));
        QVERIFY(hub.requests(Origin::Hub, "/tree/").size() > 1);
        const auto model = std::find_if(listing->files.begin(), listing->files.end(),
                                        [](const RemoteFile &file) { return file.path.ends_with(".gguf"); });
        QVERIFY(model != listing->files.end());
        QCOMPARE(model->bytes.value_or(-1), kModelBytes);
        QCOMPARE(model->sha256.value_or(""), FileBody::virtualBytes(kModelBytes, 7, "GGUF").sha256());
        QVERIFY(!model->sha1);
        const auto notes =
            std::find_if(listing->files.begin(), listing->files.end(),
                         [](const RemoteFile &file) { return file.path == "sub/deep/notes.txt"; });
        QVERIFY(notes != listing->files.end());
        QCOMPARE(notes->sha1.value_or(""), FileBody::ofBytes("notes").gitOid());
        QVERIFY(!notes->sha256);
    }

    void refusesHostileNamesOneByOne()
    {
        FakeRepository hostile{"evil/names", kCommit};
        for (const char *name : {"../x", "..\\x", "/abs", "C:x", "C:\\x", "\\\\srv\\s", "a/../../b",
                                 ":stream", "CON", "NUL.gguf", "dot.", "blank ",
                                 "gguf.\xE2\x80\xAE"
                                 "exe",
                                 "GOOD.gguf", "good.gguf/x"})
            hostile.files.push_back(smallFile(name, "x"));
        hostile.files.push_back(smallFile(std::string("nul\0byte", 8), "x"));
        hostile.files.push_back(smallFile(std::string(300, 'l'), "x"));
        hostile.files.insert(hostile.files.begin(), smallFile("good.gguf", "x"));
        hostile.files.push_back(smallFile("also/good.gguf", "x"));
        m_hub->addRepository(hostile);
        const auto listing = clientOf(*m_hub).files(id("evil/names"), kCommit, {});
        QVERIFY2(listing, messageOf(listing).c_str());
        std::vector<std::string> names;
        for (const RemoteFile &file : listing->files)
            names.push_back(file.path);
        QCOMPARE(names, (std::vector<std::string>{"good.gguf", "also/good.gguf"}));
        QCOMPARE(listing->refused.size(), std::size_t(17));
        const auto twins = std::count_if(listing->refused.begin(), listing->refused.end(),
                                         [](const RefusedFile &file) { return file.reason == "twin"; });
        QCOMPARE(int(twins), 2);
    }

    void absurdSizesAreUnknown()
    {
        FakeRepository odd{"evil/sizes", kCommit};
        const std::vector<json> sizes = {-1,      1e30,          "12", 9'223'372'036'854'775'808ULL,
                                         nullptr, json::array(), 0,    5};
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            FakeFile file = smallFile("f" + std::to_string(i), "x");
            file.sizeSaid = sizes[i];
            odd.files.push_back(file);
        }
        FakeFile badHash = lfsFile("bad.gguf", FileBody::ofBytes("GGUF"));
        badHash.sha256Said = "../../../etc/passwd";
        odd.files.push_back(badHash);
        m_hub->addRepository(odd);
        const auto listing = clientOf(*m_hub).files(id("evil/sizes"), kCommit, {});
        QVERIFY2(listing, messageOf(listing).c_str());
        QCOMPARE(listing->files.size(), sizes.size() + 1);
        for (std::size_t i = 0; i < 6; ++i)
            QVERIFY(!listing->files[i].bytes);
        QCOMPARE(listing->files[6].bytes.value_or(-1), std::int64_t(0));
        QCOMPARE(listing->files[7].bytes.value_or(-1), std::int64_t(5));
        QVERIFY(!listing->files[8].sha256);
    }

    void readsTheCard()
    {
        const auto card = clientOf(*m_hub).card(id("acme/tiny"), kCommit, {});
        QVERIFY2(card, messageOf(card).c_str());
        QCOMPARE(card->text, std::string("# Tiny\ntext\n"));
        QVERIFY(!card->cut);

        FakeRepository bare{"acme/bare", kCommit};
        FakeRepository endless{"acme/endless", kCommit};
        std::string lines;
        while (lines.size() < 3'000'000)
            lines += "A line of a card that never ends.\n";
        endless.files = {smallFile("README.md", lines)};
        m_hub->addRepository(bare);
        m_hub->addRepository(endless);
        const auto none = clientOf(*m_hub).card(id("acme/bare"), kCommit, {});
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
        QCOMPARE(reason(none), QByteArray("file"));
        const auto cut = clientOf(*m_hub).card(id("acme/endless"), kCommit, {});
        QVERIFY2(cut, messageOf(cut).c_str());
        QVERIFY(cut->cut && cut->text.size() <= std::size_t(kMaxCardBytes) && cut->text.size() > 1'000'000);
    }

    void cleansCards()
    {
        QCOMPARE(cardOf("\xEF\xBB\xBF---\r\na: b\r\n---\r\nText").text, std::string("Text"));
        QCOMPARE(cardOf("---\na: b\n---").text, std::string());
        QCOMPARE(cardOf("---\nno end").text, std::string("---\nno end"));
        QCOMPARE(cardOf("----\nx").text, std::string("----\nx"));
        QCOMPARE(cardOf("---\n---\nx").text, std::string("x"));
        QCOMPARE(cardOf(std::string("a\0b\xFF", 4)).text, std::string("ab\xEF\xBF\xBD"));
        QCOMPARE(cardOf("").text, std::string());
    }

    void resolvesLargeAndSmallFiles()
    {
        const Client client = signedIn(*m_hub);
        const auto large = client.resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {});
        QVERIFY2(large, messageOf(large).c_str());
        QVERIFY(large->url.text().starts_with(m_hub->cdnEndpoint()));
        QVERIFY(!large->keepToken);
        QCOMPARE(large->bytes.value_or(-1), kModelBytes);
        QCOMPARE(large->etag, FileBody::virtualBytes(kModelBytes, 7, "GGUF").sha256());
        QCOMPARE(large->commit, kCommit);
        QVERIFY(large->expires);
        const auto lasts = *large->expires - std::chrono::system_clock::now();
        QVERIFY(lasts > std::chrono::minutes(55) && lasts < std::chrono::minutes(65));
        QVERIFY(m_hub->bodyBytes(Origin::Cdn) <= 1);

        const auto small = client.resolve(id("acme/tiny"), kCommit, "sub/a b%.txt", {});
        QVERIFY2(small, messageOf(small).c_str());
        QVERIFY(small->keepToken && small->url.text().starts_with(m_hub->endpoint()));
        QCOMPARE(small->bytes.value_or(-1), std::int64_t(8));
        QCOMPARE(small->etag, FileBody::ofBytes("odd name").gitOid());
        const auto empty = client.resolve(id("acme/tiny"), kCommit, "empty.txt", {});
        QVERIFY2(empty, messageOf(empty).c_str());
        QCOMPARE(empty->bytes.value_or(-1), std::int64_t(0));
        QCOMPARE(client.resolve(id("acme/tiny"), kCommit, "../x", {}).error().kind,
                 ErrorKind::InvalidArgument);
        QVERIFY(!client.resolve(id("acme/tiny"), std::string(40, 'b'), "README.md", {}));
    }

    void keepsTheTokenAtTheHub()
    {
        const Client client = signedIn(*m_hub);
        QVERIFY(client.resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {}));
        QVERIFY(anyoneSaw(m_hub->requests(Origin::Hub), kToken));
        QVERIFY(!m_hub->requests(Origin::Cdn).empty());
        QVERIFY(!anyoneSaw(m_hub->requests(Origin::Cdn), kToken));
        for (const LoggedRequest &entry : m_hub->requests(Origin::Cdn)) {
            QVERIFY(entry.request.header("Authorization").empty());
            QVERIFY(entry.request.header("Cookie").empty());
            QCOMPARE(entry.request.header("Range"), std::string("bytes=0-0"));
        }
        // A content network that sends us back to the Hub does not get the token carried there.
        m_hub->clearLog();
        m_hub->addFault(redirectTo("{hub}/acme/tiny/resolve/main/README.md").on(Origin::Cdn));
        QVERIFY(!signedIn(*m_hub).resolve(id("acme/tiny"), kCommit, "tiny-Q4_K_M.gguf", {}) ||
                !anyoneSaw(m_hub->requests(Origin::Hub, "README"), kToken));
        QVERIFY(!m_hub->requests(Origin::Hub, "README").empty());
        QVERIFY(!anyoneSaw(m_hub->requests(Origin::Hub, "README"), kToken));
    }

    void tellsRefusalsApart()
    {
        FakeRepository gated{"acme/gated", kCommit, {lfsFile("g.gguf", FileBody::ofBytes("GGUF"))}};
        gated.gate = FakeRepository::Gate::Manual;
        FakeRepository hidden{"acme/hidden", kCommit};
        hidden.isPrivate = true;
        FakeRepository off{"acme/off", kCommit, {lfsFile("g.gguf", FileBody::ofBytes("GGUF"))}};
        off.disabled = true;
        for (const FakeRepository &repository : {gated, hidden, off})
            m_hub->addRepository(repository);
        const Client anonymous = clientOf(*m_hub);
        const Client known = signedIn(*m_hub);
        const auto file = [](const Client &client, const char *name) {
            return client.resolve(id(name), kCommit, "g.gguf", {});
        };
        QCOMPARE(reason(file(anonymous, "acme/gated")), QByteArray("gated_sign_in"));
        QCOMPARE(reason(file(known, "acme/gated")), QByteArray("gated_ask"));
        QVERIFY(known.repository(id("acme/gated"), {}, {})->model.gate == Gate::Manual);
        QCOMPARE(reason(anonymous.repository(id("acme/hidden"), {}, {})), QByteArray("repository"));
        QCOMPARE(reason(known.repository(id("acme/hidden"), {}, {})), QByteArray("repository"));
        QCOMPARE(reason(known.repository(id("acme/none"), {}, {})), QByteArray("repository"));
        QCOMPARE(reason(file(known, "acme/off")), QByteArray("disabled"));
        QCOMPARE(reason(known.repository(id("acme/tiny"), "nowhere", {})), QByteArray("revision"));
        QCOMPARE(reason(known.resolve(id("acme/tiny"), kCommit, "none.gguf", {})), QByteArray("file"));
        ClientOptions wrong = optionsFor(*m_hub);
        wrong.token = *Token::parse("hf_" + std::string(36, 'w'), wrong.endpoint);
        QCOMPARE(reason(Client(wrong).repository(id("acme/tiny"), {}, {})), QByteArray("token"));
    }

    void readsExpiry_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<qint64>("seconds"); // -1: none
        QTest::newRow("CloudFront") << QByteArray("https://c/x?Expires=1747841880&Policy=a")
                                    << qint64(1747841880);
        QTest::newRow("S3") << QByteArray("https://c/x?X-Amz-Expires=3600&X-Amz-Date=20250521T153800Z&y=1#z")
                            << qint64(1747845480);
        QTest::newRow("absurd") << QByteArray("https://c/x?Expires=99999999999999999999") << qint64(-1);
        QTest::newRow("negative") << QByteArray("https://c/x?Expires=-1") << qint64(-1);
        QTest::newRow("bad date") << QByteArray("https://c/x?X-Amz-Expires=3600&X-Amz-Date=20251321T153800Z")
                                  << qint64(-1);
        QTest::newRow("other name") << QByteArray("https://c/x?NoExpires=5") << qint64(-1);
        QTest::newRow("none") << QByteArray("https://c/Expires=5") << qint64(-1);
    }
    void readsExpiry()
    {
        QFETCH(QByteArray, url);
        QFETCH(qint64, seconds);
        const auto at = expiryOf(url.toStdString());
        QCOMPARE(at ? qint64(at->time_since_epoch().count()) : qint64(-1), seconds);
    }

    void findsTheNextLink()
    {
        QCOMPARE(nextLink(R"(<https://h/a?b=c,d>; rel="next")").value_or(""),
                 std::string("https://h/a?b=c,d"));
        QCOMPARE(nextLink(R"(</x>; rel="prev", </y>; title="t"; rel=next)").value_or(""), std::string("/y"));
        QVERIFY(!nextLink(R"(</x>; rel="xet-auth")"));
        QVERIFY(!nextLink(R"(</x>; rel="nextish")"));
        QVERIFY(!nextLink("") && !nextLink("<") && !nextLink("</x"));
    }

    void refusesSillySearches()
    {
        SearchQuery query;
        query.limit = 0;
        QCOMPARE(searchTarget(query).error().kind, ErrorKind::InvalidArgument);
        query.limit = 50;
        query.text = std::string(1000, 'x');
        QCOMPARE(searchTarget(query).error().kind, ErrorKind::InvalidArgument);
        query.text.clear();
        query.parametersMin = 5;
        query.parametersMax = 4;
        QCOMPARE(searchTarget(query).error().kind, ErrorKind::InvalidArgument);
    }

private:
    std::unique_ptr<FakeHub> m_hub;
};

QTEST_GUILESS_MAIN(TestHubClient)
#include "tst_hub_client.moc"
