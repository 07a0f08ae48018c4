// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_run.h"
#include "backends/llama/header_copy.h"
#include "tests/backends/loaded_engine.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/test_data.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace snug;
using namespace snug::llama;

namespace {

constexpr const char *kStarter = "models/starter/snug-starter-Q8_0.gguf";

void write(const QString &path, const test::Bytes &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<qint64>(bytes.size()));
}

} // namespace

class TestDryRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = test::loadEngine();
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    }

    void moreContextNeverNeedsLess()
    {
        const QString path = test::dataFile(QString::fromLatin1(kStarter));
        if (path.isEmpty())
            QSKIP("The model is not here; set SNUG_TEST_DATA.");
        std::int64_t before = 0;
        for (const int context : {1, 256, 257, 1024, 8192}) {
            fit::LoadRequest request;
            request.model = path.toStdString();
            request.contextTokens = context;
            request.gpuLayers = 0;
            const auto allocation = dryRun(request);
            QVERIFY(allocation);
            QVERIFY(allocation->contextTokens >= context);
            QVERIFY(allocation->memory.front().used() >= before);
            before = allocation->memory.front().used();
        }
    }

    void theCopyIsSmallAndGoesAway()
    {
        const QString path = test::dataFile(QString::fromLatin1(kStarter));
        if (path.isEmpty())
            QSKIP("The model is not here; set SNUG_TEST_DATA.");
        std::filesystem::path left;
        {
            const auto copy = HeaderCopy::make(path.toStdString());
            QVERIFY(copy);
            left = copy->path();
            QVERIFY(std::filesystem::exists(left));
            QCOMPARE(copy->original().string(), path.toStdString());
            QVERIFY(copy->tensorBytes() > 4'000'000);
        }
        QVERIFY(!std::filesystem::exists(left.parent_path()));
    }

#if !defined(Q_OS_WIN)
    void whatAKilledProcessLeftIsRemovedLater()
    {
        QTemporaryDir temporary;
        const QByteArray usual = qgetenv("TMPDIR");
        qputenv("TMPDIR", temporary.path().toLocal8Bit());
        const std::filesystem::path folder = temporary.path().toStdString();
        for (const char *name : {"snug-headers-old", "snug-headers-new", "something-old"})
            std::filesystem::create_directory(folder / name);
        const auto hoursAgo = std::filesystem::file_time_type::clock::now() - std::chrono::hours(2);
        std::filesystem::last_write_time(folder / "snug-headers-old", hoursAgo);
        std::filesystem::last_write_time(folder / "something-old", hoursAgo);
        const auto copy = HeaderCopy::make("no-such-model.gguf");
        usual.isEmpty() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", usual);
        QVERIFY(!copy);
        QVERIFY(!std::filesystem::exists(folder / "snug-headers-old"));
        QVERIFY(std::filesystem::exists(folder / "snug-headers-new"));
        QVERIFY(std::filesystem::exists(folder / "something-old"));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folder), {}), 2);
    }
#endif

    void allPartsOfASplitModelAreCopied()
    {
        QTemporaryDir folder;
        const auto part = [&](int number) {
            return folder.filePath(
                QStringLiteral("big-%1-of-00002.gguf").arg(number, 5, 10, QLatin1Char('0')));
        };
        for (const int number : {1, 2})
            write(part(number), test::GgufBuilder()
                                    .key("general.architecture", gguf::Value("llama"))
                                    .key("split.no", gguf::Value(static_cast<std::uint16_t>(number - 1)))
                                    .key("split.count", gguf::Value(std::uint16_t{2}))
                                    .tensor("blk." + std::to_string(number) + ".weight", {32, 4}, 0)
                                    .build());
        const auto copy = HeaderCopy::make(part(2).toStdString());
        QVERIFY2(copy, copy ? "" : copy.error().message.c_str());
        QCOMPARE(copy->headers().size(), std::size_t{2});
        QCOMPARE(copy->original().string(), part(1).toStdString());
        QCOMPARE(copy->path().filename().string(), std::string("big-00001-of-00002.gguf"));
        QCOMPARE(copy->tensorBytes(), std::int64_t{2 * 32 * 4 * 4});

        QVERIFY(QFile::remove(part(1)));
        const auto incomplete = HeaderCopy::make(part(2).toStdString());
        QVERIFY(!incomplete);
        QCOMPARE(incomplete.error().kind, ErrorKind::NotFound);
    }

    void whatOurReaderRefusesNeverReachesTheEngine()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("page.gguf"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("<!DOCTYPE html><html>Not found</html>");
        file.close();
        const auto copy = HeaderCopy::make(path.toStdString());
        QVERIFY(!copy);
        QCOMPARE(copy.error().kind, ErrorKind::Corrupt);
    }

    void aModelThatTheEngineDoesNotKnowIsNamed()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("strange.gguf"));
        const auto bytes = test::GgufBuilder()
                               .key("general.architecture", gguf::Value("mamba9"))
                               .tensor("token_embd.weight", {32, 4}, 0)
                               .build();
        write(path, bytes);
        fit::LoadRequest request;
        request.model = path.toStdString();
        request.contextTokens = 512;
        const auto answer = dryRun(request);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Unsupported);
        QVERIFY2(answer.error().message.find("mamba9") != std::string::npos, answer.error().message.c_str());
    }

    void aMissingHyperparameterIsNamed()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("incomplete.gguf"));
        const auto bytes = test::GgufBuilder()
                               .key("general.architecture", gguf::Value("llama"))
                               .tensor("token_embd.weight", {32, 4}, 0)
                               .build();
        write(path, bytes);
        fit::LoadRequest request;
        request.model = path.toStdString();
        request.contextTokens = 512;
        const auto answer = dryRun(request);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Corrupt);
        QVERIFY2(answer.error().message.find("llama.") != std::string::npos, answer.error().message.c_str());
    }

    void unknownNamesAreRefused()
    {
        fit::LoadRequest request;
        request.model = "x.gguf";
        request.contextTokens = 512;
        request.device = "Quantum0";
        QCOMPARE(dryRun(request).error().kind, ErrorKind::NotFound);
        request.device.clear();
        request.kvType = "q9";
        QCOMPARE(dryRun(request).error().kind, ErrorKind::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestDryRun)
#include "tst_dry_run.moc"
