// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"
#include "tests/support/raw_http.h"

#include <QCryptographicHash>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace snug::test;
using nlohmann::json;

namespace {

constexpr std::int64_t kHalfTerabyte = 500'000'000'000;
const std::string kCommit(40, 'a');
const std::string kCard = "---\nlicense: mit\n---\n# Tiny\n";
const std::string kModelPath = "/acme/tiny/resolve/main/tiny-Q4_K_M.gguf";

FileBody modelBody()
{
    return FileBody::virtualBytes(3'000'000, 7, "GGUF");
}

FakeRepository tiny()
{
    FakeRepository repository{"acme/tiny", kCommit};
    repository.files = {smallFile("README.md", kCard), lfsFile("tiny-Q4_K_M.gguf", modelBody()),
                        smallFile("sub/deep/notes.txt", "notes"), smallFile("sub/a b%.txt", "odd name")};
    repository.tags = {{"v1", kCommit}};
    repository.formerIds = {"acme/old-tiny"};
    repository.details = {{"downloads", 10},
                          {"likes", 3},
                          {"tags", {"gguf", "license:mit"}},
                          {"pipeline_tag", "text-generation"},
                          {"gguf", {{"total", 7'000'000'000}, {"architecture", "llama"}}}};
    return repository;
}

std::string sha256Of(const std::string &bytes)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(bytes), QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

Headers bearer(const std::string &token)
{
    return {{"Authorization", "Bearer " + token}};
}

// The part of a URL behind its origin.
std::string targetOf(const std::string &url)
{
    return url.substr(url.find('/', url.find("//") + 2));
}

// The URL of Link: <url>; rel="next"; empty if there is none.
std::string nextOf(const RawAnswer &answer)
{
    const std::string link = answer.header("Link");
    const std::size_t end = link.find(">; rel=\"next\"");
    return end == std::string::npos ? std::string() : link.substr(1, end - 1);
}

// What follows a 302 of the Hub.
std::string blobTarget(FakeHub &hub, const std::string &target)
{
    return targetOf(RawHttp(hub.endpoint()).get(target).header("Location"));
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
    void virtualBytesAreTheSameAtEveryOffset();
    void hashesAreThoseOfGitAndSha256();
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
    void resolveRedirectsToASignedBlob();
    void blobServesRanges_data();
    void blobServesRanges();
    void blobRefuses();
    void hugeBlobNeedsARange();
    void smallFileComesThroughTheCache();
    void accessIsToldApart_data();
    void accessIsToldApart();
    void whoAmIKnowsTokens();
    void renamedRepositoryRedirects();
    void pushKeepsTheOldCommit();
    void quotaEndsIn429();
    void connectionIsKept();
    void logTellsWhatWasAskedAndSent();
    void capHolds();
    void refusesAndDropsConnections();
};

void TstFakeHub::virtualBytesAreTheSameAtEveryOffset()
{
    const FileBody body = FileBody::virtualBytes(5 << 20, 1, "GGUF");
    const std::string all = body.bytes(0, body.size());
    QCOMPARE(all.substr(0, 4), std::string("GGUF"));
    for (const std::int64_t offset :
         {std::int64_t{0}, std::int64_t{2}, std::int64_t{1048570}, std::int64_t{4000001}})
        QVERIFY(body.bytes(offset, 300'000) == all.substr(static_cast<std::size_t>(offset), 300'000));
    QVERIFY(all.substr(1 << 20, 1 << 20) != all.substr(2 << 20, 1 << 20));
    QVERIFY(all != FileBody::virtualBytes(5 << 20, 2, "GGUF").bytes(0, body.size()));
    char none = 0;
    QVERIFY(!body.readAt(body.size(), {&none, 1}));
    QVERIFY(!body.readAt(-1, {&none, 1}));
}

void TstFakeHub::hashesAreThoseOfGitAndSha256()
{
    const FileBody body = FileBody::ofBytes("hello\n");
    QCOMPARE(body.gitOid(), std::string("ce013625030ba8dba906f756967f9e9ca394464a")); // git hash-object
    QCOMPARE(body.sha256(), sha256Of("hello\n"));
    QCOMPARE(modelBody().sha256(), sha256Of(modelBody().bytes(0, modelBody().size())));
    QCOMPARE(FileBody::virtualBytes(kHalfTerabyte, 1).withSha256("abc").sha256(), std::string("abc"));
}

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

void TstFakeHub::resolveRedirectsToASignedBlob()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    for (const char *const method : {"GET", "HEAD"}) {
        const RawAnswer answer = http.send(method, kModelPath);
        QCOMPARE(answer.status, 302);
        QCOMPARE(answer.header("Content-Length"), std::string("913"));
        QCOMPARE(answer.body.size(), std::size_t(method == std::string("GET") ? 913 : 0));
        QCOMPARE(answer.header("X-Repo-Commit"), kCommit);
        QCOMPARE(answer.header("X-Linked-Size"), std::string("3000000"));
        QCOMPARE(answer.header("X-Linked-Etag"), "\"" + modelBody().sha256() + "\"");
        QCOMPARE(answer.header("X-Xet-Hash").size(), std::size_t{64});
        QVERIFY(answer.header("Link").find("rel=\"xet-auth\"") != std::string::npos);
        QVERIFY(answer.header("RateLimit").starts_with("\"resolvers\";"));
        QVERIFY(
            answer.header("Location").starts_with(hub.cdnEndpoint() + "/blob/" + modelBody().sha256() + "?"));
    }
    const RawAnswer blob = RawHttp(hub.cdnEndpoint()).get(blobTarget(hub, kModelPath));
    QCOMPARE(blob.status, 200);
    QCOMPARE(sha256Of(blob.body), modelBody().sha256());
    QCOMPARE(http.get("/acme/tiny/resolve/main/none.gguf").header("X-Error-Code"),
             std::string("EntryNotFound"));
    QCOMPARE(http.get("/acme/tiny/resolve/nope/none.gguf").header("X-Error-Code"),
             std::string("RevisionNotFound"));
    QCOMPARE(http.get("/acme/tiny/raw/main/tiny-Q4_K_M.gguf").body, lfsPointer(modelBody()));
}

void TstFakeHub::blobServesRanges_data()
{
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("contentRange");
    QTest::addColumn<qint64>("first");
    QTest::addColumn<qint64>("length");
    const auto row = [](const char *range, int status, const char *contentRange, qint64 first,
                        qint64 length) {
        QTest::newRow(range) << QByteArray(range) << status << QByteArray(contentRange) << first << length;
    };
    row("bytes=0-0", 206, "bytes 0-0/3000000", 0, 1);
    row("bytes=1000-2999", 206, "bytes 1000-2999/3000000", 1000, 2000);
    row("bytes=1048570-", 206, "bytes 1048570-2999999/3000000", 1048570, 1951430);
    row("bytes=2999999-9999999", 206, "bytes 2999999-2999999/3000000", 2999999, 1);
    row("bytes=-10", 206, "bytes 2999990-2999999/3000000", 2999990, 10);
    row("bytes=3000000-", 416, "bytes */3000000", 0, 0);
    row("bytes=5-2", 200, "", 0, 3000000);
    row("bytes=0-1,5-6", 200, "", 0, 3000000);
    row("apples=1-2", 200, "", 0, 3000000);
}

void TstFakeHub::blobServesRanges()
{
    QFETCH(QByteArray, range);
    QFETCH(int, status);
    QFETCH(QByteArray, contentRange);
    QFETCH(qint64, first);
    QFETCH(qint64, length);
    FakeHub hub;
    hub.addRepository(tiny());
    const RawAnswer answer =
        RawHttp(hub.cdnEndpoint()).get(blobTarget(hub, kModelPath), {{"Range", range.toStdString()}});
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("Content-Range"), contentRange.toStdString());
    QVERIFY(answer.complete);
    if (length > 0)
        QVERIFY(answer.body == modelBody().bytes(first, length));
}

void TstFakeHub::blobRefuses()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp cdn(hub.cdnEndpoint());
    const std::string target = blobTarget(hub, kModelPath);
    QCOMPARE(cdn.get(target, bearer("hf_x")).status, 400);
    QCOMPARE(cdn.get(target + "0").status, 403); // another signature
    QCOMPARE(cdn.get("/blob/" + std::string(64, '0')).status, 404);
    QCOMPARE(cdn.send("PUT", target).status, 405);
    QCOMPARE(cdn.get(target, {{"Range", "bytes=0-0"}}).status, 206);
    hub.skipTime(std::chrono::seconds(3601));
    const RawAnswer expired = cdn.get(target, {{"Range", "bytes=0-0"}});
    QCOMPARE(expired.status, 403);
    QVERIFY(expired.body.find("expired") != std::string::npos);
    QCOMPARE(cdn.get(blobTarget(hub, kModelPath), {{"Range", "bytes=0-0"}}).status, 206);
}

void TstFakeHub::hugeBlobNeedsARange()
{
    FakeHub hub;
    const FileBody huge = FileBody::virtualBytes(kHalfTerabyte, 3).withSha256(std::string(64, '5'));
    hub.addRepository({"acme/huge", kCommit, {lfsFile("huge.gguf", huge)}});
    const std::string target = blobTarget(hub, "/acme/huge/resolve/main/huge.gguf");
    RawHttp cdn(hub.cdnEndpoint());
    QCOMPARE(cdn.get(target).status, 400);
    const RawAnswer tail = cdn.get(target, {{"Range", "bytes=499999999000-499999999999"}});
    QCOMPARE(tail.status, 206);
    QCOMPARE(tail.header("Content-Range"), std::string("bytes 499999999000-499999999999/500000000000"));
    QVERIFY(tail.body == huge.bytes(499'999'999'000, 1000));
}

void TstFakeHub::smallFileComesThroughTheCache()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    const RawAnswer redirect = http.get("/acme/tiny/resolve/main/sub/a%20b%25.txt?download=true");
    QCOMPARE(redirect.status, 307);
    QCOMPARE(redirect.header("X-Repo-Commit"), kCommit);
    const std::string location = redirect.header("Location");
    QVERIFY(location.starts_with("/api/resolve-cache/models/acme/tiny/" + kCommit + "/sub/a%20b%25.txt?"));
    QVERIFY(location.find("download=true") != std::string::npos &&
            location.find("etag=") != std::string::npos);
    const RawAnswer answer = http.get(location);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, std::string("odd name"));
    const std::string etag = "\"" + FileBody::ofBytes("odd name").gitOid() + "\"";
    QCOMPARE(answer.header("ETag"), etag);
    QCOMPARE(http.get(location, {{"If-None-Match", etag}}).status, 304);
    const RawAnswer packed = http.get(location, {{"Accept-Encoding", "gzip"}});
    QCOMPARE(packed.header("Content-Encoding"), std::string("gzip"));
    QVERIFY(!hasHeader(packed.headers, "Content-Length") && packed.complete);
    QCOMPARE(packed.body, gzipped("odd name"));
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

void TstFakeHub::connectionIsKept()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp http(hub.endpoint());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(http.get("/api/models").status, 200);
    QCOMPARE(http.get("/api/models", {{"Connection", "close"}}).status, 200);
    QCOMPARE(RawHttp(hub.endpoint()).exchange("nonsense\r\n\r\n").status, 400);
    QCOMPARE(RawHttp(hub.endpoint()).exchange("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x')).status,
             431);
    for (const LoggedRequest &entry : hub.requests())
        QCOMPARE(entry.connection, 1);
    // Two requests in one packet are answered one after the other.
    RawHttp twice(hub.endpoint());
    const std::string ask = "GET /api/models/acme/tiny HTTP/1.1\r\nHost: x\r\n\r\n";
    QCOMPARE(twice.exchange(ask + ask).status, 200);
    QCOMPARE(twice.exchange({}).status, 200);
}

void TstFakeHub::logTellsWhatWasAskedAndSent()
{
    FakeHub hub;
    hub.addRepository(tiny());
    const std::string target = blobTarget(hub, kModelPath);
    QVERIFY(
        RawHttp(hub.cdnEndpoint()).get(target, {{"Range", "bytes=0-999999"}, {"X-Mine", "yes"}}).complete);
    const std::vector<LoggedRequest> log = hub.requests(Origin::Cdn);
    QCOMPARE(log.size(), std::size_t{1});
    QCOMPARE(log[0].request.target, target);
    QCOMPARE(log[0].request.header("x-mine"), std::string("yes"));
    QCOMPARE(log[0].status, 206);
    QCOMPARE(log[0].bodyBytes, 1'000'000);
    QCOMPARE(hub.bodyBytes(Origin::Cdn), 1'000'000);
    QVERIFY(hub.requests()[0].when <= log[0].when);
    QTRY_VERIFY(hub.requests(Origin::Cdn)[0].over);
    hub.clearLog();
    QVERIFY(hub.requests().empty());
}

void TstFakeHub::capHolds()
{
    FakeHub hub;
    hub.addRepository(tiny());
    hub.setBytesPerSecond(6'000'000);
    const std::string target = blobTarget(hub, kModelPath);
    QElapsedTimer timer;
    timer.start();
    const RawAnswer answer = RawHttp(hub.cdnEndpoint()).get(target);
    QCOMPARE(sha256Of(answer.body), modelBody().sha256());
    // Half a second less the burst of 50 ms; no upper bound, because the machine may be busy.
    QVERIFY2(timer.elapsed() >= 440, qPrintable(QString::number(timer.elapsed())));
}

void TstFakeHub::refusesAndDropsConnections()
{
    FakeHub hub;
    hub.addRepository(tiny());
    RawHttp kept(hub.endpoint());
    QCOMPARE(kept.get("/api/models").status, 200);
    hub.setListening(Origin::Hub, false);
    QCOMPARE(RawHttp(hub.endpoint()).get("/api/models").status, 0);
    hub.dropConnections();
    QCOMPARE(kept.get("/api/models").status, 0);
    hub.setListening(Origin::Hub, true);
    QCOMPARE(RawHttp(hub.endpoint()).get("/api/models").status, 200);
}

QTEST_GUILESS_MAIN(TstFakeHub)
#include "tst_fake_hub.moc"
