// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/download/journal.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace snug;
using namespace snug::download;

namespace {

constexpr std::int64_t kPiece = PieceMap::kLeastPieceBytes;

Journal sample()
{
    Journal journal;
    journal.identity = {"https://huggingface.co/org/name", std::string(40, 'a'), "sub/m\xC3\xBC.gguf"};
    journal.hash = {HashKind::Sha256, std::string(64, '7')};
    journal.etag = "\"v1\"";
    journal.pieces = PieceMap(10 * kPiece + 1, kPiece);
    journal.pieces.fill({0, kPiece});
    journal.pieces.fill({10 * kPiece, 10 * kPiece + 1});
    return journal;
}

Journal wantedOf(Journal journal)
{
    journal.pieces = PieceMap(journal.pieces.fileBytes(), kPiece);
    return journal;
}

} // namespace

class TestDownloadJournal : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path;

    // The kind of error that loading this content gives.
    ErrorKind kindOf(const std::string &content)
    {
        if (!writeFileAtomically(m_path, content))
            return ErrorKind::Internal;
        const auto loaded = loadJournal(m_path, wantedOf(sample()));
        return loaded ? ErrorKind::Cancelled : loaded.error().kind;
    }
    ErrorKind kindWith(const char *key, const nlohmann::json &value)
    {
        if (!saveJournal(m_path, sample()))
            return ErrorKind::Internal;
        auto object = nlohmann::json::parse(readSmallFile(m_path, kPiece).value_or("{}"));
        object[key] = value;
        return kindOf(object.dump());
    }

private Q_SLOTS:
    void init() { m_path = journalPath(fromUtf8(m_folder.path().toStdString()) / "m.gguf.part"); }

    void itLiesBesideThePart() { QCOMPARE(toUtf8(m_path.filename()), std::string("m.gguf.part.json")); }

    void whatIsSavedIsLoaded()
    {
        for (const auto kind : {HashKind::Sha256, HashKind::GitSha1, HashKind::None}) {
            Journal journal = sample();
            journal.hash.kind = kind;
            if (kind == HashKind::None)
                journal.hash.hex.clear();
            QVERIFY(saveJournal(m_path, journal).has_value());
            const auto loaded = loadJournal(m_path, wantedOf(journal));
            QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
            QCOMPARE(loaded->etag, journal.etag);
            QCOMPARE(loaded->pieces.toHex(), journal.pieces.toHex());
            QVERIFY(loaded->identity == journal.identity && loaded->hash == journal.hash);
        }
    }

    void aHashNamesTheContentWhereverItComesFrom()
    {
        Journal journal = sample();
        Journal elsewhere = journal;
        elsewhere.identity = {"https://huggingface.co/org/other", std::string(40, 'b'), "x"};
        QVERIFY(saveJournal(m_path, elsewhere).has_value());
        QVERIFY(loadJournal(m_path, wantedOf(journal)).has_value());

        journal.hash = elsewhere.hash = {};
        const Identity &mine = journal.identity;
        for (const Identity &other : {Identity{"https://huggingface.co/org/other", mine.commit, mine.path},
                                      Identity{mine.repository, std::string(40, 'b'), mine.path},
                                      Identity{mine.repository, mine.commit, "x"}}) {
            elsewhere.identity = other;
            QVERIFY(saveJournal(m_path, elsewhere).has_value());
            QCOMPARE(loadJournal(m_path, wantedOf(journal)).error().kind, ErrorKind::InvalidArgument);
        }
    }

    void theLiveOneHoldsUntilTheSystemStartsAgain()
    {
        Journal later = sample();
        QVERIFY(saveJournal(m_path, later).has_value());
        later.pieces.fill(later.pieces.missing().front());
        QVERIFY(saveLiveJournal(m_path, later).has_value());
        QCOMPARE(loadJournal(m_path, wantedOf(later))->pieces.toHex(), later.pieces.toHex());

        auto live = m_path;
        live += ".live";
        auto object = nlohmann::json::parse(*readSmallFile(live, 1 << 20));
        for (const nlohmann::json &boot :
             {nlohmann::json("another"), nlohmann::json(""), nlohmann::json(3)}) {
            object["boot"] = boot;
            QVERIFY(replaceFile(live, object.dump()).has_value());
            QCOMPARE(loadJournal(m_path, wantedOf(later))->pieces.toHex(), sample().pieces.toHex());
        }
        QVERIFY(replaceFile(live, "{").has_value());
        QCOMPARE(loadJournal(m_path, wantedOf(later))->pieces.toHex(), sample().pieces.toHex());
        removeJournal(m_path);
        QVERIFY(!std::filesystem::exists(m_path) && !std::filesystem::exists(live));
    }

    void killedWritersLeaveNoHeap()
    {
        const QTemporaryDir folder;
        const auto path = journalPath(fromUtf8(folder.path().toStdString()) / "m.gguf.part");
        auto live = path;
        live += ".live";
        const auto names = [&folder] { return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden); };
        // As they are there when a program dies while it writes.
        for (const auto &file : {path, live})
            QVERIFY(replaceFile(unfinishedPath(file), "{\"sche").has_value());
        QVERIFY(saveJournal(path, sample()).has_value());
        QVERIFY(saveLiveJournal(path, sample()).has_value());
        QCOMPARE(names(),
                 QStringList({QStringLiteral("m.gguf.part.json"), QStringLiteral("m.gguf.part.json.live")}));

        for (const auto &file : {path, live})
            QVERIFY(replaceFile(unfinishedPath(file), "{\"sche").has_value());
        removeJournal(path);
        QCOMPARE(names(), QStringList());
    }

    void theJournalsOfOtherFilesAreNotMine()
    {
        const auto other = ErrorKind::InvalidArgument;
        QCOMPARE(kindWith("size", 10 * kPiece), other);
        QCOMPARE(kindWith("hash", "git-sha1:" + std::string(64, '7')), other);
        QCOMPARE(kindWith("hash", ""), other);
    }

    void everyTypeAndRangeIsChecked()
    {
        const nlohmann::json wrong[] = {
            nullptr, true, 1.5, -1, nlohmann::json::array(), nlohmann::json::object(), UINT64_MAX, "x"};
        for (const char *key : {"schema", "piece_size", "pieces"}) {
            for (const auto &value : wrong)
                QVERIFY2(kindWith(key, value) == ErrorKind::Corrupt, (key + value.dump()).c_str());
        }
        QCOMPARE(kindWith("etag", 3), ErrorKind::Corrupt);
        QCOMPARE(kindWith("size", UINT64_MAX), ErrorKind::InvalidArgument);
        for (const std::int64_t bytes : {std::int64_t(0), std::int64_t(1), kPiece + 1, kPiece * 1024})
            QCOMPARE(kindWith("piece_size", bytes), ErrorKind::Corrupt);
        QCOMPARE(kindWith("pieces", "fff"), ErrorKind::Corrupt);   // a twelfth piece
        QCOMPARE(kindWith("pieces", "00000"), ErrorKind::Corrupt); // too long
        QCOMPARE(kindWith("schema", 2), ErrorKind::Corrupt);
        QCOMPARE(kindWith("extra", nlohmann::json::parse("[[[1]]]")), ErrorKind::Corrupt);
    }

    void aJournalCutAnywhereIsDamaged()
    {
        QVERIFY(saveJournal(m_path, sample()).has_value());
        const std::string whole = readSmallFile(m_path, kPiece).value_or("");
        for (std::size_t bytes = 0; bytes + 2 < whole.size(); bytes += 5)
            QCOMPARE(kindOf(whole.substr(0, bytes)), ErrorKind::Corrupt);
    }

    void rubbishIsDamagedAndBounded()
    {
        QCOMPARE(kindOf("null"), ErrorKind::Corrupt);
        QCOMPARE(kindOf(std::string(100, '\0')), ErrorKind::Corrupt);
        QCOMPARE(kindOf("\xFF\xFE{}"), ErrorKind::Corrupt);
        QCOMPARE(kindOf(std::string(500'000, '[')), ErrorKind::Corrupt);
        QCOMPARE(kindOf(std::string(2 << 20, ' ')), ErrorKind::TooLarge);
        std::filesystem::remove(m_path);
        QCOMPARE(loadJournal(m_path, sample()).error().kind, ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestDownloadJournal)
#include "tst_download_journal.moc"
