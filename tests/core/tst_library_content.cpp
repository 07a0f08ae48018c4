// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/duplicates.h"
#include "core/library/verify.h"
#include "tests/support/text_files.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

namespace fs = std::filesystem;
using namespace snug;
using namespace snug::library;
using download::hashFile;
using download::HashKind;
using snug::test::put;

namespace {

std::string sha256Of(const std::string &text)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

} // namespace

class LibraryContentTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void verifyingStops();
    void verifiesAgainstTheIndex();
    void aFlippedBitIsDamage();
    void aChangeByAProgramIsTold();
    void verifiesTheCache();
    void findsCopiesAndTheirCost();
    void linksAreNoCopies();
    void knownHashesAreNotReadAgain();
    void unreadableFilesAreTold();
    void comparingStops();

private:
    [[nodiscard]] ContentFile content(const char *name, const std::string &text) const
    {
        put(m_models / name, text);
        return {m_models / name, static_cast<std::int64_t>(text.size()), {}};
    }
    [[nodiscard]] std::unique_ptr<Index> open() const
    {
        return Index::open(m_models, m_models.parent_path() / "index.db", {}).value();
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_models;
};

void LibraryContentTest::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_models = fs::canonical(m_temporary->path().toStdString()) / "models";
    fs::create_directories(m_models);
}

void LibraryContentTest::verifyingStops()
{
    put(m_models / "big", std::string(5'000'000, 'x'));
    std::stop_source source;
    std::int64_t calls = 0;
    const auto watch = [&](const Progress &progress) {
        QCOMPARE(progress.total, 5'000'000);
        if (++calls == 2)
            source.request_stop();
    };
    QCOMPARE(verifyFile(m_models / "big", sha256Of("x"), watch, source.get_token()).error().kind,
             ErrorKind::Cancelled);
    QCOMPARE(calls, 2);
}

void LibraryContentTest::verifiesAgainstTheIndex()
{
    put(m_models / "a.gguf", "content");
    auto index = open();
    QVERIFY(index->refresh({}));
    QVERIFY(verifyIndexed(*index, "a.gguf", 50, {}, {}).value() == (Verified{sha256Of("content"), true}));
    QCOMPARE(index->find("a.gguf").value()->verifiedMs, 50);
    QVERIFY(verifyIndexed(*index, "a.gguf", 60, {}, {}).value() == (Verified{sha256Of("content"), false}));
    QCOMPARE(index->find("a.gguf").value()->verifiedMs, 60);
    QCOMPARE(verifyIndexed(*index, "b.gguf", 70, {}, {}).error().kind, ErrorKind::NotFound);
    QCOMPARE(verifyIndexed(*index, "../index.db", 70, {}, {}).error().kind, ErrorKind::NotFound);
    fs::remove(m_models / "a.gguf");
    QCOMPARE(verifyIndexed(*index, "a.gguf", 70, {}, {}).error().kind, ErrorKind::NotFound);
}

void LibraryContentTest::aFlippedBitIsDamage()
{
    put(m_models / "a.gguf", "content");
    auto index = open();
    QVERIFY(index->refresh({}));
    QVERIFY(verifyIndexed(*index, "a.gguf", 50, {}, {}));
    const auto time = fs::last_write_time(m_models / "a.gguf");
    put(m_models / "a.gguf", "cOntent");
    fs::last_write_time(m_models / "a.gguf", time);
    const auto verified = verifyIndexed(*index, "a.gguf", 60, {}, {});
    QVERIFY(!verified);
    QCOMPARE(verified.error().kind, ErrorKind::Checksum);
    QVERIFY(verified.error().detail[1] ==
            std::pair(std::string("wanted"), Error::Value(sha256Of("content"))));
    QVERIFY(verified.error().detail[2] == std::pair(std::string("found"), Error::Value(sha256Of("cOntent"))));
    QVERIFY(verified.error().detail[3] ==
            std::pair(std::string("reason"), Error::Value(std::string("damaged"))));
    QCOMPARE(index->find("a.gguf").value()->sha256, sha256Of("content"));
    QCOMPARE(index->find("a.gguf").value()->verifiedMs, 50);
}

void LibraryContentTest::aChangeByAProgramIsTold()
{
    put(m_models / "a.gguf", "content");
    auto index = open();
    QVERIFY(index->refresh({}));
    QVERIFY(verifyIndexed(*index, "a.gguf", 50, {}, {}));
    put(m_models / "a.gguf", "longer content");
    const auto verified = verifyIndexed(*index, "a.gguf", 60, {}, {});
    QVERIFY(verified.error().detail[3] ==
            std::pair(std::string("reason"), Error::Value(std::string("changed"))));
    // A writer at work while it is read.
    const HashFn whileWritten = [](const fs::path &file, HashKind kind, const ProgressFn &progress,
                                   const std::stop_token &stop) {
        auto hash = hashFile(file, kind, progress, stop);
        put(file, "written meanwhile");
        return hash;
    };
    QCOMPARE(verifyIndexed(*index, "a.gguf", 60, {}, {}, whileWritten).error().kind, ErrorKind::Io);
}

void LibraryContentTest::verifiesTheCache()
{
    const std::string big = sha256Of("content");
    const std::string small = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
    put(m_models / big, "content");
    put(m_models / small, "hello world\n");
    QVERIFY(verifyCached({"a.gguf", {}, m_models / big, false, 7, big}, {}, {}));
    QVERIFY(verifyCached({"config.json", {}, m_models / small, false, 12, {}}, {}, {}));
    put(m_models / big, "contenT");
    QCOMPARE(verifyCached({"a.gguf", {}, m_models / big, false, 7, big}, {}, {}).error().kind,
             ErrorKind::Checksum);
    QCOMPARE(verifyCached({"a.gguf", m_models / big, {}, false, 7, {}}, {}, {}).error().kind,
             ErrorKind::Unsupported);
}

void LibraryContentTest::findsCopiesAndTheirCost()
{
    const std::vector<ContentFile> files = {
        content("a", "same!"),         content("b", "same!"),     content("c", "other"),
        content("d", "same!"),         content("e", "long long"), content("f", "long long"),
        content("g", "single length"), content("h", ""),          content("i", "")};
    std::int64_t most = 0;
    const auto report = findDuplicates(
        files, [&most](const Progress &progress) { most = std::max(most, progress.done); }, {});
    QVERIFY(report);
    QCOMPARE(report->groups.size(), std::size_t{2});
    QCOMPARE(report->groups[0].reclaimableBytes, 10);
    QCOMPARE(report->groups[0].copies.size(), std::size_t{3});
    QCOMPARE(report->groups[0].sha256, sha256Of("same!"));
    QCOMPARE(report->groups[1].reclaimableBytes, 9);
    QCOMPARE(report->reclaimableBytes, 19);
    QCOMPARE(report->computed.size(), std::size_t{6}); // neither the single length nor the empty ones
    QCOMPARE(most, 5 * 4 + 9 * 2);
}

void LibraryContentTest::linksAreNoCopies()
{
    const ContentFile a = content("a", "same!");
    fs::create_hard_link(a.path, m_models / "hard");
    fs::create_symlink(a.path, m_models / "soft");
    const ContentFile copy = content("copy", "same!");
    const auto alone = findDuplicates({a, {m_models / "hard", 5, {}}, {m_models / "soft", 5, {}}, a}, {}, {});
    QVERIFY(alone->groups.empty());
    QVERIFY(alone->computed.empty()); // one piece of data need not be read
    const auto report = findDuplicates({a, {m_models / "hard", 5, {}}, copy}, {}, {});
    QCOMPARE(report->reclaimableBytes, 5);
    QCOMPARE(report->groups.at(0).copies.at(0), (std::vector<fs::path>{a.path, m_models / "hard"}));
}

void LibraryContentTest::knownHashesAreNotReadAgain()
{
    ContentFile a = content("a", "same!");
    ContentFile b = content("b", "same!");
    a.sha256 = b.sha256 = sha256Of("same!");
    const HashFn never = [](const fs::path &, HashKind, const ProgressFn &,
                            const std::stop_token &) -> Result<std::string> {
        return fail(ErrorKind::Internal, "read");
    };
    const auto report = findDuplicates({a, b}, {}, {}, never);
    QVERIFY(report->unreadable.empty());
    QCOMPARE(report->reclaimableBytes, 5);
}

void LibraryContentTest::unreadableFilesAreTold()
{
    const ContentFile gone{m_models / "gone", 5, {}};
    const auto report = findDuplicates({content("a", "same!"), content("b", "same!"), gone}, {}, {});
    QCOMPARE(report->unreadable, std::vector<fs::path>{gone.path});
    QCOMPARE(report->reclaimableBytes, 5);
}

void LibraryContentTest::comparingStops()
{
    std::stop_source source;
    source.request_stop();
    QCOMPARE(
        findDuplicates({content("a", "same!"), content("b", "same!")}, {}, source.get_token()).error().kind,
        ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(LibraryContentTest)
#include "tst_library_content.moc"
