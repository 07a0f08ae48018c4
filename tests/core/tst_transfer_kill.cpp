// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/transfer_fixture.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include <random>

using namespace snug;
using namespace snug::download;
using snug::test::FileBody;
using snug::test::Origin;
using snug::test::TransferFixture;

namespace fs = std::filesystem;

namespace {

constexpr int kKills = 50;
constexpr int kConnections = 2;
constexpr std::int64_t kBytes = 16'000'000;
constexpr std::int64_t kBytesPerSecond = 4'000'000; // of a connection
constexpr std::int64_t kJournalEveryMs = 100;
constexpr std::int64_t kPiece = TransferFixture::kPiece;

} // namespace

// Fault 29 of specs/hub.md section 6.2: the process dies at any moment.
class TestTransferKill : public QObject {
    Q_OBJECT

private:
    static QStringList argumentsOf(const TransferFixture &fixture, const std::string &url)
    {
        const auto text = [](const std::string &word) { return QString::fromStdString(word); };
        return {text(url),
                QString::number(fixture.body.size()),
                text(fixture.body.sha256()),
                text(toUtf8(fixture.request.part)),
                text(toUtf8(fixture.request.target)),
                QString::number(kConnections),
                QString::number(kJournalEveryMs)};
    }

    // The pieces that the journal tells; nullopt if one of them is not as it should be.
    static std::optional<std::int64_t> trueBytes(const TransferFixture &fixture)
    {
        const Journal wanted{fixture.request.identity, fixture.request.hash, {}, PieceMap(kBytes, kPiece)};
        const auto journal = loadJournal(journalPath(fixture.request.part), wanted);
        if (!journal)
            return 0;
        std::ifstream in(fixture.request.part, std::ios::binary);
        std::int64_t bytes = 0;
        for (std::size_t index = 0; index < journal->pieces.count(); ++index) {
            const Span piece = journal->pieces.piece(index);
            if (!journal->pieces.isDone(index))
                continue;
            std::string there(static_cast<std::size_t>(piece.length()), '\0');
            in.seekg(piece.begin);
            in.read(there.data(), piece.length());
            if (!in || there != fixture.body.bytes(piece.begin, piece.length()))
                return std::nullopt;
            bytes += piece.length();
        }
        return bytes;
    }

private Q_SLOTS:
    void fault29_anyNumberOfDeaths();
};

void TestTransferKill::fault29_anyNumberOfDeaths()
{
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    TransferFixture fixture(FileBody::virtualBytes(kBytes, 3, "GGUF"));
    fixture.asksTheHubOnly();
    const auto source = fixture.request.resolve({});
    FETCHED(source);
    fixture.hub.setBytesPerSecond(kBytesPerSecond);
    QProcess process;
    process.setProgram(QCoreApplication::applicationDirPath() + QStringLiteral("/fetch-program"));
    process.setArguments(argumentsOf(fixture, source->url.text()));
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    std::int64_t kept = 0;
    std::int64_t mostLost = 0;
    int downloads = 0;
    for (int kills = 0; kills < kKills || downloads == 0;) {
        const std::int64_t servedBefore = fixture.servedBytes();
        process.start();
        QVERIFY2(process.waitForStarted(), qPrintable(process.errorString()));
        const bool ended =
            process.waitForFinished(kills < kKills ? std::uniform_int_distribution(20, 900)(random) : 60'000);
        if (ended) {
            QCOMPARE(process.exitStatus(), QProcess::NormalExit);
            QCOMPARE(process.exitCode(), 0);
            QVERIFY(fixture.intact());
            fs::remove(fixture.request.target);
            ++downloads;
            kept = 0;
            continue;
        }
        process.kill();
        QVERIFY(process.waitForFinished());
        ++kills;
        if (fs::exists(fixture.request.target)) { // it died in the last step
            QVERIFY(fixture.intact());
            continue;
        }
        const auto now = trueBytes(fixture);
        QVERIFY2(now.has_value(), "the journal tells of bytes that are not there");
        QVERIFY2(*now >= kept, "a piece was forgotten");
        const std::int64_t lost = fixture.servedBytes() - servedBefore - (*now - kept);
        mostLost = std::max(mostLost, lost);
        kept = *now;
    }
    // The pieces under way, what came since the last flush (and while it lasted), and what was in the
    // sockets.
    constexpr std::int64_t kFlushMs = 2 * kJournalEveryMs + 100;
    constexpr std::int64_t kSockets = 256 << 10;
    constexpr std::int64_t kMost = kConnections * (kPiece + kSockets + kFlushMs * kBytesPerSecond / 1000);
    qInfo("%d downloads; at most %lld bytes fetched again", downloads, static_cast<long long>(mostLost));
    QVERIFY2(mostLost <= kMost, std::to_string(mostLost).c_str());
}

QTEST_GUILESS_MAIN(TestTransferKill)
#include "tst_transfer_kill.moc"
