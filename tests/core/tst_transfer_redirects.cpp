// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QTest>

using namespace snug;
using namespace snug::download;
using snug::test::Fault;
using snug::test::FileBody;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

// Where the Hub, or who pretends to be it, sends a download, and what it takes along. The numbers are those
// of specs/hub.md section 6.2.
class TestTransferRedirects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fault17_strangeRedirectsAreNotFollowed_data();
    void fault17_strangeRedirectsAreNotFollowed();
    void fault17_aRedirectToTheOldNameIsFollowed();
    void fault17_theContentNetworkMayNotSendUsOn();
    void fault18_theTokenStaysAtTheHub();
    void fault18_andGoesToFilesOfTheHubItself();
    void fault20_aPortalIsNotTheFile_data();
    void fault20_aPortalIsNotTheFile();
    void fault22_refusalsAreNotRetried_data();
    void fault22_refusalsAreNotRetried();
};

void TestTransferRedirects::fault17_strangeRedirectsAreNotFollowed_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::newRow("a loop") << test::redirectTo("{hub}{target}");
    QTest::newRow("ten hops") << test::redirectTo("{hub}/acme/tiny/resolve/main/x{n}");
    QTest::newRow("no Location") << test::answerWith(302, {});
    QTest::newRow("an empty one") << test::redirectTo("");
    QTest::newRow("another server, no scheme") << test::redirectTo("//files.invalid/x");
    QTest::newRow("no encryption") << test::redirectTo("http://files.invalid/x");
    QTest::newRow("file") << test::redirectTo("file:///etc/passwd");
    QTest::newRow("smtp") << test::redirectTo("smtp://127.0.0.1/x");
    QTest::newRow("user and password") << test::redirectTo("http://user:secret@127.0.0.1/x");
    QTest::newRow("line break") << test::rawAnswer("HTTP/1.1 302 Found\r\nX-Repo-Commit: " + test::kCommit +
                                                   "\r\nLocation: http://127.0.0.1:1/a\rb\r\n\r\n");
}

void TestTransferRedirects::fault17_strangeRedirectsAreNotFollowed()
{
    QFETCH(const Fault, fault);
    TransferFixture fixture;
    fixture.asksAsPull(test::kToken);
    fixture.hub.addFault(fault.on(Origin::Hub).always());
    const auto failed = fixture.run();
    QVERIFY(!failed.has_value());
    QVERIFY2(failed.error().kind == ErrorKind::Protocol || failed.error().kind == ErrorKind::Network,
             test::whyNot(failed).c_str());
    QVERIFY(!failed.error().message.empty() && !failed.error().hint.empty());
    QVERIFY2(fixture.hub.requests(Origin::Hub).size() <= 6, test::whyNot(failed).c_str());
    QVERIFY(fixture.hub.requests(Origin::Cdn).empty());
    QVERIFY(!fs::exists(fixture.request.target));
}

void TestTransferRedirects::fault17_aRedirectToTheOldNameIsFollowed()
{
    TransferFixture fixture;
    fixture.hub.addFault(test::redirectTo("/acme/tiny/resolve/" + test::kCommit + "/tiny-Q4_K_M.gguf", 307)
                             .on(Origin::Hub)
                             .requests(1));
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    QCOMPARE(fixture.resolves(), std::size_t(2));
}

void TestTransferRedirects::fault17_theContentNetworkMayNotSendUsOn()
{
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    fixture.hub.addFault(test::redirectTo("{hub}/api/whoami-v2").on(Origin::Cdn).always());
    FAILED_WITH(fixture.run(), ErrorKind::Http);
    QVERIFY(fixture.hub.requests(Origin::Hub, "whoami").empty());
    QVERIFY(!fs::exists(fixture.request.target));
}

void TestTransferRedirects::fault18_theTokenStaysAtTheHub()
{
    TransferFixture fixture;
    fixture.hub.addUser(test::kToken, {"ada"});
    fixture.asksAsPull(test::kToken);
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    const auto resolves = fixture.hub.requests(Origin::Hub, "/resolve/");
    QCOMPARE(resolves.front().request.header("Authorization"), "Bearer " + test::kToken);
    QVERIFY(fixture.fetches().size() > 1);
    for (const auto &entry : fixture.hub.requests(Origin::Cdn)) {
        for (const auto &[name, value] : entry.request.headers) {
            QVERIFY2(name != "Authorization" && name != "Cookie", name.c_str());
            QVERIFY(value.find("hf_") == std::string::npos);
        }
        QVERIFY(entry.request.target.find("hf_") == std::string::npos);
    }
}

void TestTransferRedirects::fault18_andGoesToFilesOfTheHubItself()
{
    const std::string text(600'000, 't');
    TransferFixture fixture(FileBody::ofBytes(text), "vocab.json");
    test::FakeRepository repository{"acme/tiny", test::kCommit};
    repository.files = {test::smallFile("vocab.json", text)};
    repository.isPrivate = true;
    repository.readers = {"ada"};
    fixture.hub.addRepository(repository);
    fixture.hub.addUser(test::kToken, {"ada"});
    fixture.request.hash = {HashKind::GitSha1, fixture.body.gitOid()};
    fixture.asksAsPull();
    FAILED_WITH(fixture.run(), ErrorKind::NotFound);
    fixture.asksAsPull(test::kToken);
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
    // Fault 23: what is written down has no secret.
    for (const auto &entry : fs::recursive_directory_iterator(fixture.folder())) {
        if (!entry.is_regular_file())
            continue;
        std::ifstream in(entry.path());
        const std::string content{std::istreambuf_iterator<char>(in), {}};
        QVERIFY(content.find(test::kToken) == std::string::npos);
    }
}

void TestTransferRedirects::fault20_aPortalIsNotTheFile_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<bool>("atTheHub");
    QTest::addColumn<bool>("named"); // it is told for what it is
    for (const bool hub : {true, false}) {
        const char *where = hub ? "Hub" : "CDN";
        QTest::addRow("a page, %s", where) << test::captivePortal() << hub << true;
        QTest::addRow("511, %s", where)
            << test::answerWith(511, {{"Content-Type", "text/html"}}, "<html>") << hub << true;
        QTest::addRow("to a page, %s", where)
            << test::redirectTo("https://login.hotel.invalid/") << hub << hub;
        QTest::addRow("to a plain page, %s", where)
            << test::redirectTo("http://login.hotel.invalid/") << hub << false;
    }
}

void TestTransferRedirects::fault20_aPortalIsNotTheFile()
{
    QFETCH(const Fault, fault);
    QFETCH(const bool, atTheHub);
    QFETCH(const bool, named);
    TransferFixture fixture;
    fixture.asksTheHubOnly();
    if (atTheHub)
        fixture.asksAsPull();
    fixture.hub.addFault(fault.on(atTheHub ? Origin::Hub : Origin::Cdn).always());
    const auto failed = fixture.run();
    QVERIFY(!failed.has_value());
    QVERIFY2(!named || (failed.error().kind == ErrorKind::Network && test::reason(failed) == "portal"),
             test::whyNot(failed).c_str());
    QVERIFY(!failed.error().hint.empty());
    QVERIFY(!fs::exists(fixture.request.target));
    for (const Status &status : fixture.seen)
        QCOMPARE(status.bytesOnDisk, std::int64_t(0));
    // And signed in.
    fixture.hub.clearFaults();
    FETCHED(fixture.run());
    QVERIFY(fixture.intact());
}

void TestTransferRedirects::fault22_refusalsAreNotRetried_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<int>("kind");
    const auto refusal = [](int status, const char *code) {
        return test::answerWith(status, {{"X-Error-Code", code}});
    };
    QTest::newRow("gated, signed out") << refusal(401, "GatedRepo") << int(ErrorKind::Auth);
    QTest::newRow("gated, signed in") << refusal(403, "GatedRepo") << int(ErrorKind::Auth);
    QTest::newRow("bad token") << test::answerWith(401, {{"X-Error-Message",
                                                          "Invalid credentials in Authorization header"}})
                               << int(ErrorKind::Auth);
    QTest::newRow("disabled") << test::answerWith(
                                     403, {{"X-Error-Message", "Access to this resource is disabled."}})
                              << int(ErrorKind::Http);
    for (const char *code : {"EntryNotFound", "RevisionNotFound", "RepoNotFound"})
        QTest::addRow("%s", code) << refusal(404, code) << int(ErrorKind::NotFound);
}

// The words are those of the Hub's client: its own tests.
void TestTransferRedirects::fault22_refusalsAreNotRetried()
{
    QFETCH(const Fault, fault);
    QFETCH(const int, kind);
    TransferFixture fixture;
    fixture.hub.addFault(fault.on(Origin::Hub).always());
    const auto failed = fixture.run();
    FAILED_WITH(failed, ErrorKind(kind));
    QVERIFY(!failed.error().message.empty());
    QCOMPARE(fixture.hub.requests().size(), std::size_t(1));
    QVERIFY(!fs::exists(fixture.request.target));
}

QTEST_GUILESS_MAIN(TestTransferRedirects)
#include "tst_transfer_redirects.moc"
