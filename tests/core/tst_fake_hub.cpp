// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/fake_hub_fixture.h"
#include "tests/support/raw_http.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace snug::test;
using nlohmann::json;

namespace {

// The URL of Link: <url>; rel="next"; empty if there is none.
std::string nextOf(const RawAnswer &answer)
{
    const std::string link = answer.header("Link");
    const std::size_t end = link.find(">; rel=\"next\"");
    return end == std::string::npos ? std::string() : link.substr(1, end - 1);
}

json idsOf(const json &models)
{
    json ids = json::array();
    for (const json &model : models)
        ids.push_back(model.at("id"));
    return ids;
}

} // namespace

class TstFakeHub final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void detailTellsTheModel();
    void treeTellsSizesAndHashes();
    void treeComesInPages();
    void treeOfAFolder();
    void listFollowsItsQuery_data();
    void listFollowsItsQuery();
    void listComesInPages();
    void listRefusesWhatTheHubRefuses_data();
    void listRefusesWhatTheHubRefuses();
    void refsNameBranchesAndTags();
    void pathsInfoTellsThoseFiles();
    void accessIsToldApart_data();
    void accessIsToldApart();
    void whoAmIKnowsTokens();
    void renamedRepositoryRedirects();
    void pushKeepsTheOldCommit();
    void quotaEndsIn429();
};

void TstFakeHub::detailTellsTheModel()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    for (const char *const target :
         {"/api/models/acme/tiny", "/api/models/ACME/Tiny", "/api/models/acme/tiny/revision/v1",
          "/api/models/acme/tiny/revision/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        const RawAnswer answer = http.get(target);
        QCOMPARE(answer.status, 200);
        const json model = json::parse(answer.body);
        QVERIFY(model.at("id") == "acme/tiny");
        QVERIFY(model.at("sha") == kCommit);
        QVERIFY(model.at("gated") == false);
        QVERIFY(model.at("gguf").at("total") == 7'000'000'000);
        QCOMPARE(model.at("siblings").size(), std::size_t{4});
        QVERIFY(!model.at("siblings")[1].contains("lfs"));
        QVERIFY(!answer.header("X-Request-Id").empty());
        QVERIFY(answer.header("RateLimit").starts_with("\"api\";r="));
        QCOMPARE(answer.header("RateLimit-Policy"), std::string("\"fixed window\";\"api\";q=100000;w=300"));
    }
    const json blobs = json::parse(http.get("/api/models/acme/tiny?blobs=true&securityStatus=true").body);
    QVERIFY(blobs.at("siblings")[1].at("size") == 3'000'000);
    QVERIFY(blobs.at("siblings")[1].at("lfs").at("sha256") == modelBody().sha256());
    QVERIFY(blobs.contains("securityRepoStatus"));
    const json some = json::parse(http.get("/api/models/acme/tiny?expand=likes&expand[]=sha").body);
    QCOMPARE(some.size(), std::size_t{4}); // and _id, id
    QCOMPARE(http.get("/api/models/acme/tiny/revision/nope").header("X-Error-Code"),
             std::string("RevisionNotFound"));
}

void TstFakeHub::treeTellsSizesAndHashes()
{
    FakeRepository repository = tiny();
    repository.files.push_back({"odd.gguf", FileBody::ofBytes("x"), true, json("9e999"), json(7)});
    FakeHub hub;
    hub.addRepository(std::move(repository));
    const json tree =
        json::parse(RawHttp(hub.endpoint()).get("/api/models/acme/tiny/tree/main?recursive=true").body);
    QCOMPARE(tree.size(), std::size_t{7}); // 5 files, 2 folders
    QVERIFY(tree[0].at("oid") == FileBody::ofBytes(kCard).gitOid());
    QVERIFY(!tree[0].contains("lfs"));
    QVERIFY(tree[1].at("lfs").at("oid") == modelBody().sha256());
    QVERIFY(tree[1].at("size") == 3'000'000);
    QVERIFY(tree[1].at("oid") == FileBody::ofBytes(lfsPointer(modelBody())).gitOid());
    QVERIFY(tree[2].at("type") == "directory");
    QVERIFY(tree[3].at("path") == "sub/deep");
    QVERIFY(tree[6].at("size") == "9e999");
    QVERIFY(tree[6].at("lfs").at("oid") == 7);
}

void TstFakeHub::treeComesInPages()
{
    FakeHubOptions options;
    options.treePage = 2;
    FakeHub hub(options);
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    std::string target = "/api/models/acme/tiny/tree/main?recursive=true";
    json paths = json::array();
    for (int pages = 1; !target.empty(); ++pages) {
        QVERIFY(pages <= 3);
        const RawAnswer answer = http.get(target);
        for (const json &entry : json::parse(answer.body))
            paths.push_back(entry.at("path"));
        const std::string next = nextOf(answer);
        QVERIFY(next.empty() || (next.starts_with(hub.endpoint() + "/api/") &&
                                 next.find("recursive=true") != std::string::npos));
        target = next.empty() ? next : targetOf(next);
    }
    QVERIFY(paths == json::array({"README.md", "tiny-Q4_K_M.gguf", "sub", "sub/deep", "sub/deep/notes.txt",
                                  "sub/a b%.txt"}));
}

void TstFakeHub::treeOfAFolder()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    const json top = json::parse(http.get("/api/models/acme/tiny/tree/main").body);
    QCOMPARE(top.size(), std::size_t{3});
    const json sub = json::parse(http.get("/api/models/acme/tiny/tree/main/sub").body);
    QCOMPARE(sub.size(), std::size_t{2});
    QVERIFY(sub[0].at("path") == "sub/deep");
    QCOMPARE(http.get("/api/models/acme/tiny/tree/main/none").header("X-Error-Code"),
             std::string("EntryNotFound"));
}

namespace {

void addZoo(FakeHub &hub)
{
    const auto add = [&hub](const std::string &id, int likes, const json &tags, std::int64_t parameters) {
        FakeRepository repository{id};
        repository.files = {smallFile("README.md", id)};
        repository.details = {{"likes", likes}, {"tags", tags}, {"gguf", {{"total", parameters}}}};
        hub.addRepository(std::move(repository));
    };
    add("acme/Apple-7B", 5, {"gguf", "license:mit"}, 7'000'000'000);
    add("acme/Berry-70B", 9, {"gguf", "license:apache-2.0"}, 70'000'000'000);
    add("zeta/apple-pie", 7, {"safetensors", "license:mit"}, 1'000'000'000);
    FakeRepository hidden{"zeta/hidden-apple"};
    hidden.isPrivate = true;
    hidden.readers = {"ann"};
    hub.addRepository(std::move(hidden));
    hub.addUser("hf_ann", {"ann"});
}

} // namespace

void TstFakeHub::listFollowsItsQuery_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("ids");
    const auto row = [](const char *name, const char *query, const char *ids, const char *token = "") {
        QTest::newRow(name) << QByteArray(query) << QByteArray(token) << QByteArray(ids);
    };
    row("all, most liked first", "sort=likes", R"(["acme/Berry-70B","zeta/apple-pie","acme/Apple-7B"])");
    row("search in any case", "search=APPLE&sort=id", R"(["acme/Apple-7B","zeta/apple-pie"])");
    row("two searches", "search=apple&search=7b&sort=id", R"(["acme/Apple-7B"])");
    row("author", "author=acme&sort=id", R"(["acme/Apple-7B","acme/Berry-70B"])");
    row("filters", "filter=gguf&filter=license:mit", R"(["acme/Apple-7B"])");
    row("encoded filter", "filter=license%3Aapache-2.0", R"(["acme/Berry-70B"])");
    row("apps", "apps=llama.cpp&sort=id", R"(["acme/Apple-7B","acme/Berry-70B"])");
    row("parameters", "num_parameters=min:2B,max:10B", R"(["acme/Apple-7B"])");
    row("parameters sorted", "sort=num_parameters&limit=1", R"(["acme/Berry-70B"])");
    row("private for its reader", "author=zeta&sort=id", R"(["zeta/apple-pie","zeta/hidden-apple"])",
        "hf_ann");
    row("nothing", "search=nothing-like-it", "[]");
}

void TstFakeHub::listFollowsItsQuery()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, ids);
    FakeHub hub;
    addZoo(hub);
    const RawAnswer answer = RawHttp(hub.endpoint())
                                 .get("/api/models?" + query.toStdString(),
                                      token.isEmpty() ? Headers() : bearer(token.toStdString()));
    QCOMPARE(answer.status, 200);
    QVERIFY(idsOf(json::parse(answer.body)) == json::parse(ids.toStdString()));
}

void TstFakeHub::listComesInPages()
{
    FakeHub hub;
    addZoo(hub);
    RawHttp http(hub.endpoint());
    const RawAnswer first = http.get("/api/models?sort=id&limit=2&expand=likes&expand=tags");
    const json models = json::parse(first.body);
    QVERIFY(idsOf(models) == json::array({"acme/Apple-7B", "acme/Berry-70B"}));
    QVERIFY(models[0].contains("likes") && models[0].contains("tags") && !models[0].contains("private"));
    const std::string next = nextOf(first);
    QVERIFY(next.starts_with(hub.endpoint()));
    const RawAnswer second = http.get(targetOf(next));
    QVERIFY(idsOf(json::parse(second.body)) == json::array({"zeta/apple-pie"}));
    QVERIFY(json::parse(second.body)[0].contains("tags"));
    QVERIFY(nextOf(second).empty());
}

void TstFakeHub::listRefusesWhatTheHubRefuses_data()
{
    QTest::addColumn<QByteArray>("query");
    for (const char *const query : {"sort=shoe-size", "expand=everything", "expand=likes&full=true",
                                    "limit=many", "limit=0", "cursor=forged"})
        QTest::newRow(query) << QByteArray(query);
}

void TstFakeHub::listRefusesWhatTheHubRefuses()
{
    QFETCH(QByteArray, query);
    FakeHub hub;
    addZoo(hub);
    const RawAnswer answer = RawHttp(hub.endpoint()).get("/api/models?" + query.toStdString());
    QCOMPARE(answer.status, 400);
    QVERIFY(json::parse(answer.body).contains("error"));
}

void TstFakeHub::refsNameBranchesAndTags()
{
    FakeHub hub;
    FakeRepository repository = tiny();
    repository.branches["refs/pr/1"] = {std::string(40, 'b'), {smallFile("README.md", "other")}};
    hub.addRepository(std::move(repository));
    RawHttp http(hub.endpoint());
    const json refs = json::parse(http.get("/api/models/acme/tiny/refs").body);
    QVERIFY(refs.at("branches")[0].at("ref") == "refs/heads/main");
    QVERIFY(refs.at("branches")[0].at("targetCommit") == kCommit);
    QVERIFY(refs.at("branches")[1].at("ref") == "refs/pr/1");
    QVERIFY(refs.at("tags")[0].at("name") == "v1");
    const json model = json::parse(http.get("/api/models/acme/tiny/revision/refs%2Fpr%2F1").body);
    QVERIFY(model.at("sha") == std::string(40, 'b'));
}

void TstFakeHub::pathsInfoTellsThoseFiles()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    const std::string target = "/api/models/acme/tiny/paths-info/main";
    const RawAnswer byJson = http.send("POST", target, {{"Content-Type", "application/json"}},
                                       R"({"paths":["README.md","nope"],"expand":true})");
    QCOMPARE(json::parse(byJson.body).size(), std::size_t{1});
    QVERIFY(json::parse(byJson.body)[0].contains("securityFileStatus"));
    const RawAnswer byForm =
        http.send("POST", target, {{"Content-Type", "application/x-www-form-urlencoded"}},
                  "paths=tiny-Q4_K_M.gguf&paths=sub%2Fa+b%25.txt");
    QCOMPARE(json::parse(byForm.body).size(), std::size_t{2});
}

void TstFakeHub::accessIsToldApart_data()
{
    QTest::addColumn<QByteArray>("repository");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("message"); // part of it
    const auto row = [](const char *repository, const char *token, int status, const char *code,
                        const char *message) {
        QTest::addRow("%s by %s", repository, token) << QByteArray(repository) << QByteArray(token) << status
                                                     << QByteArray(code) << QByteArray(message);
    };
    row("gated", "", 401, "GatedRepo", "log in");
    row("gated", "hf_bob", 403, "GatedRepo", "not in the authorized list");
    row("gated", "hf_ann", 302, "", "");
    row("private", "", 401, "RepoNotFound", "Invalid username or password.");
    row("private", "hf_bob", 404, "RepoNotFound", "not found");
    row("private", "hf_ann", 302, "", "");
    row("private", "hf_member", 302, "", "");
    row("disabled", "hf_ann", 403, "", "Access to this resource is disabled.");
    row("none", "", 401, "RepoNotFound", "Invalid username or password.");
    row("none", "hf_bob", 404, "RepoNotFound", "not found");
    row("open", "hf_wrong", 401, "", "Invalid credentials in Authorization header");
    row("open", "hf_bob", 302, "", "");
}

void TstFakeHub::accessIsToldApart()
{
    QFETCH(QByteArray, repository);
    QFETCH(QByteArray, token);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, message);
    FakeHub hub;
    hub.addUser("hf_ann", {"ann"});
    hub.addUser("hf_bob", {"bob"});
    hub.addUser("hf_member", {"member", {"acme"}});
    for (const char *const name : {"gated", "private", "disabled", "open"}) {
        FakeRepository made{std::string("acme/") + name, kCommit, {lfsFile("m.gguf", modelBody())}};
        made.readers = {"ann"};
        made.gate = made.id == "acme/gated" ? FakeRepository::Gate::Manual : FakeRepository::Gate::Open;
        made.isPrivate = made.id == "acme/private";
        made.disabled = made.id == "acme/disabled";
        hub.addRepository(std::move(made));
    }
    RawHttp http(hub.endpoint());
    const Headers headers = token.isEmpty() ? Headers() : bearer(token.toStdString());
    const std::string id = "acme/" + repository.toStdString();
    const RawAnswer answer = http.get("/" + id + "/resolve/main/m.gguf", headers);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("X-Error-Code"), code.toStdString());
    QVERIFY(answer.header("X-Error-Message").find(message.toStdString()) != std::string::npos);
    const RawAnswer check = http.get("/api/models/" + id + "/auth-check", headers);
    QCOMPARE(check.status, status == 302 ? 200 : status);
    if (status != 302)
        QVERIFY(json::parse(answer.body).at("error") == answer.header("X-Error-Message"));
}

void TstFakeHub::whoAmIKnowsTokens()
{
    FakeHub hub;
    hub.addUser("hf_ann", {"ann", {"acme"}, "write"});
    RawHttp http(hub.endpoint());
    const json me = json::parse(http.get("/api/whoami-v2", bearer("hf_ann")).body);
    QVERIFY(me.at("name") == "ann");
    QVERIFY(me.at("orgs")[0].at("name") == "acme");
    QVERIFY(me.at("auth").at("accessToken").at("role") == "write");
    QCOMPARE(http.get("/api/whoami-v2").status, 401);
    QCOMPARE(http.get("/api/whoami-v2", bearer("hf_other")).status, 401);
    QCOMPARE(hub.requests(Origin::Hub, "/api/whoami-v2").size(), std::size_t{3});
}

void TstFakeHub::renamedRepositoryRedirects()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    const RawAnswer api = http.get("/api/models/acme/old-tiny?blobs=true");
    QCOMPARE(api.status, 307);
    QCOMPARE(api.header("Location"), std::string("/api/models/acme/tiny?blobs=true"));
    QCOMPARE(http.get("/acme/old-tiny/resolve/main/README.md").header("Location"),
             std::string("/acme/tiny/resolve/main/README.md"));
}

void TstFakeHub::pushKeepsTheOldCommit()
{
    FakeHub hub;
    hub.addRepository(tiny());
    const std::string newer(40, 'c');
    QVERIFY(hub.push("acme/tiny", "main", {newer, {smallFile("README.md", "newer")}}));
    QVERIFY(!hub.push("acme/none", "main", {newer, {}}));
    RawHttp http(hub.endpoint());
    QCOMPARE(http.get("/acme/tiny/resolve/main/README.md").header("X-Repo-Commit"), newer);
    QCOMPARE(http.get(kModelPath).status, 404);
    QCOMPARE(http.get("/acme/tiny/resolve/" + kCommit + "/tiny-Q4_K_M.gguf").status, 302);
}

void TstFakeHub::quotaEndsIn429()
{
    FakeHubOptions options;
    options.apiQuota = 2;
    FakeHub hub(options);
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    QVERIFY(http.get("/api/models").header("RateLimit").starts_with("\"api\";r=1;t="));
    QCOMPARE(http.get("/api/models").status, 200);
    const RawAnswer refused = http.get("/api/models");
    QCOMPARE(refused.status, 429);
    QVERIFY(refused.header("RateLimit").starts_with("\"api\";r=0;t="));
    QCOMPARE(http.get(kModelPath).status, 302); // a quota of its own
    hub.skipTime(std::chrono::seconds(300));
    QCOMPARE(http.get("/api/models").status, 200);
}

QTEST_GUILESS_MAIN(TstFakeHub)
#include "tst_fake_hub.moc"
