// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// `fit --follow` as the window uses it, and `fit` of repositories.
#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "tests/cli/cli_process.h"
#include "tests/cli/fit_questions.h"
#include "tests/cli/pull_fixture.h"
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace snug;
using test::Ended;
using test::levelNamed;
using test::line;
using test::PullFixture;
using test::Running;

class CliFitTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aQuestionIsAnsweredRoughlyThenExactly();
    void aLongerContextTakesMore();
    void aQuestionThatMakesNoSenseIsRefused_data();
    void aQuestionThatMakesNoSenseIsRefused();
    void whatIsGivenBackCountsAsFree();
    void theNewestQuestionWins();
    void aRepositoryIsAnsweredFromOneHeader();
    void aCheckpointIsAnsweredFromItsHeaders();
    void anUnknownModelIsNamed();

private:
    [[nodiscard]] std::unique_ptr<Running> follow(const QString &model) const
    {
        return std::make_unique<Running>(PullFixture::cli(),
                                         QStringList{u"fit"_s, model, u"--follow"_s, u"--json"_s});
    }

    PullFixture m_fixture;
    QTemporaryDir m_folder;
    QString m_model;
};

void CliFitTest::initTestCase()
{
    m_model = m_folder.filePath(u"llama.gguf"_s);
    const auto file = gguf::encodeHeader(test::knownModel("Llama 3.2 1B"));
    QVERIFY(file.has_value());
    QVERIFY(gguf::writeSparse(file->bytes, file->header.fileBytes, fromUtf8(m_model.toStdString())));
}

void CliFitTest::aQuestionIsAnsweredRoughlyThenExactly()
{
    const auto worker = follow(m_model);
    const QJsonObject ready = worker->waitForEvent(u"ready"_s);
    QCOMPARE(ready[u"model"_s][u"architecture"_s].toString(), u"llama"_s);
    QCOMPARE(ready[u"chosen"_s].toString(), u"F16"_s);
    QVERIFY(!ready[u"devices"_s].toArray().isEmpty());

    worker->write(
        line({{u"id"_s, 7}, {u"context"_s, 2048}, {u"levels"_s, QJsonArray{u"Q4_K_M"_s, u"F16"_s}}}));
    const QJsonObject all = worker->waitForEvent(u"fit"_s);
    QCOMPARE(all[u"id"_s].toInt(), 7);
    QCOMPARE(all[u"context"_s].toInt(), 2048);
    QVERIFY(!levelNamed(all, "Q4_K_M"_L1)[u"exact"_s].toBool());
    QVERIFY(levelNamed(all, "F16"_L1)[u"exists"_s].toBool());
    for (const QString &label : {u"Q4_K_M"_s, u"F16"_s}) {
        const QJsonObject exact = worker->waitForEvent(u"level"_s)[u"level"_s].toObject();
        QCOMPARE(exact[u"label"_s].toString(), label);
        QVERIFY(exact[u"exact"_s].toBool());
        // 16 layers with 8 heads of 64 for keys and for values, at 2 bytes.
        qint64 cache = 0;
        for (const auto &memory : exact[u"memory"_s].toArray())
            cache += memory[u"kv_cache"_s].toInteger();
        QCOMPARE(cache, 2048LL * 16 * 8 * 64 * 2 * 2);
    }
    QCOMPARE(worker->waitForEvent(u"answered"_s)[u"id"_s].toInt(), 7);
    worker->closeInput();
    const Ended ended = worker->waitForEnd(10000);
    QCOMPARE(ended.exitCode, 0);
    QCOMPARE(ended.last()[u"answered"_s].toInt(), 1);
}

void CliFitTest::aLongerContextTakesMore()
{
    const auto worker = follow(m_model);
    qint64 before = 0;
    for (const int context : {512, 8192, 65536}) {
        worker->write(line({{u"context"_s, context}, {u"levels"_s, QJsonArray{u"Q8_0"_s}}}));
        const QJsonObject level = worker->waitForEvent(u"level"_s)[u"level"_s].toObject();
        qint64 total = 0;
        for (const auto &memory : level[u"memory"_s].toArray())
            total += memory[u"total"_s].toInteger();
        QVERIFY(total > before);
        before = total;
    }
}

void CliFitTest::aQuestionThatMakesNoSenseIsRefused_data()
{
    QTest::addColumn<QByteArray>("question");
    QTest::addColumn<int>("id");
    QTest::newRow("no JSON") << QByteArray("tell me") << 0;
    QTest::newRow("no object") << QByteArray("[1,2]") << 0;
    QTest::newRow("negative context") << QByteArray(R"({"id":3,"context":-1})") << 3;
    QTest::newRow("enormous context") << QByteArray(R"({"id":3,"context":99999999999999999999})") << 3;
    QTest::newRow("context in words") << QByteArray(R"({"id":4,"context":"long"})") << 4;
    QTest::newRow("unknown type") << QByteArray(R"({"id":5,"kv_type":"q9"})") << 5;
    QTest::newRow("negative layers") << QByteArray(R"({"id":6,"gpu_layers":-5})") << 6;
    QTest::newRow("overflowing layers") << QByteArray(R"({"id":6,"gpu_layers":4294967297})") << 6;
    QTest::newRow("nobody talks") << QByteArray(R"({"id":7,"parallel":0})") << 7;
    QTest::newRow("levels by number") << QByteArray(R"({"id":8,"levels":[4]})") << 8;
    QTest::newRow("a long line") << QByteArray(70'000, ' ') + "{}" << 0;
    QTest::newRow("a line beyond all limits") << QByteArray(2'000'000, 'x') << 0;
    QTest::newRow("unknown level") << QByteArray(R"({"id":9,"levels":["Q77"]})") << 9;
}

void CliFitTest::aQuestionThatMakesNoSenseIsRefused()
{
    QFETCH(QByteArray, question);
    QFETCH(int, id);
    const auto worker = follow(m_model);
    worker->write(question + '\n');
    const QJsonObject refused = worker->waitForEvent(u"refused"_s);
    QCOMPARE(refused[u"id"_s].toInt(), id);
    QVERIFY(refused[u"error"_s][u"message"_s].toString().endsWith(QLatin1Char('.')));
    // It lives on.
    worker->write(line({{u"id"_s, 100}}));
    QJsonObject answer;
    do {
        answer = worker->waitForEvent(u"fit"_s);
    } while (!answer.isEmpty() && answer[u"id"_s].toInt() != 100);
    QVERIFY(!answer.isEmpty());
}

void CliFitTest::whatIsGivenBackCountsAsFree()
{
    const auto freeOf = [this](const QStringList &more) {
        const Ended ended = test::runProgram(
            PullFixture::cli(), QStringList{u"fit"_s, m_model, u"--ctx"_s, u"512"_s, u"--json"_s} + more);
        return ended.last()[u"devices"_s].toArray().first().toObject()[u"free_bytes"_s].toInteger();
    };
    constexpr qint64 kGiven = 1LL << 30;
    const qint64 before = freeOf({});
    const qint64 after = freeOf({u"--freed"_s, u"CPU=%1"_s.arg(kGiven), u"--freed"_s, u"nothing=5"_s});
    // What is free moves by itself, but not by that much.
    QVERIFY2(qAbs(after - before - kGiven) < kGiven / 2, qPrintable(QString::number(after - before)));
    for (const QString &wrong : {u"CPU"_s, u"CPU="_s, u"CPU=-1"_s, u"CPU=1GiB"_s}) {
        const Ended ended =
            test::runProgram(PullFixture::cli(), {u"fit"_s, m_model, u"--freed"_s, wrong, u"--json"_s});
        QCOMPARE(ended.last()[u"kind"_s].toString(), u"invalid_argument"_s);
    }
}

void CliFitTest::theNewestQuestionWins()
{
    const auto worker = follow(m_model);
    QVERIFY(!worker->waitForEvent(u"ready"_s).isEmpty());
    QJsonArray all;
    worker->write(line({{u"id"_s, 1}}));
    for (const auto &level : worker->waitForEvent(u"fit"_s)[u"levels"_s].toArray())
        all.append(level[u"label"_s]);
    QByteArray burst;
    for (int id = 2; id < 40; ++id)
        burst += line({{u"id"_s, id}, {u"context"_s, 256 * id}, {u"levels"_s, all}});
    worker->write(burst);
    int answered = 0;
    int last = 0;
    while (last != 39) {
        const QJsonObject event = worker->waitForEvent(u"answered"_s);
        QVERIFY(!event.isEmpty());
        last = event[u"id"_s].toInt();
        ++answered;
    }
    // Each takes some tenths of a second alone, and all came at once.
    QVERIFY2(answered < 10, qPrintable(QString::number(answered)));
}

void CliFitTest::aRepositoryIsAnsweredFromOneHeader()
{
    auto header = test::knownModel("SmolLM 135M");
    const auto file = gguf::encodeHeader(std::move(header));
    QVERIFY(file.has_value());
    const std::string beginning(reinterpret_cast<const char *>(file->bytes.data()), file->bytes.size());
    test::FakeRepository repository{"acme/smol", PullFixture::kCommit};
    repository.files = {lfsFile(
        "smol-F16.gguf",
        test::FileBody::virtualBytes(file->header.fileBytes, 1, beginning).withSha256(std::string(64, 'a')))};
    m_fixture.hub.addRepository(std::move(repository));
    const Ended ended = PullFixture::run({u"fit"_s, u"acme/smol"_s});
    QVERIFY2(ended.exitCode == 0, ended.err.constData());
    const QJsonObject answer = ended.last();
    QCOMPARE(answer[u"repository"_s].toString(), u"acme/smol"_s);
    QVERIFY(levelNamed(answer, "F16"_L1)[u"exists"_s].toBool());
    const QJsonObject made = levelNamed(answer, "Q4_K_M"_L1);
    QVERIFY(made[u"can_be_made"_s].toBool());
    QVERIFY(made[u"file_bytes"_s].toInteger() > 90'000'000);
    QVERIFY(made[u"notes"_s].toArray()[0].toString().contains("become"_L1));

    const Ended exact = PullFixture::run({u"fit"_s, u"acme/smol:F16"_s, u"--exact"_s});
    QVERIFY2(exact.exitCode == 0, exact.err.constData());
    QVERIFY(exact.last()[u"exact"_s].toBool());
    for (const auto &level : exact.last()[u"levels"_s].toArray()) {
        if (level[u"obstacle"_s].toString().isEmpty())
            QVERIFY2(level[u"exact"_s].toBool(), qPrintable(level[u"label"_s].toString()));
    }
}

void CliFitTest::aCheckpointIsAnsweredFromItsHeaders()
{
    const QString models = test::dataFile(u"models"_s);
    if (models.isEmpty())
        QSKIP("The checkpoint is not here; set SNUG_TEST_DATA.");
    for (test::FakeRepository &repository : test::repositoriesIn(models.toStdString()))
        m_fixture.hub.addRepository(std::move(repository));
    m_fixture.hub.clearLog();
    const Ended ended =
        PullFixture::run({u"fit"_s, u"snug/tinystories-656k-wide4-hf"_s, u"--ctx"_s, u"256"_s});
    QVERIFY2(ended.exitCode == 0, ended.err.constData());
    QCOMPARE(ended.last()[u"source"_s].toString(), u"safetensors"_s);
    int makeable = 0;
    for (const auto &level : ended.last()[u"levels"_s].toArray()) {
        if (!level[u"can_be_made"_s].toBool())
            continue;
        ++makeable;
        QVERIFY(level[u"file_bytes"_s].toInteger() > 1'000'000);
        QVERIFY(level[u"verdict"_s].toString() != u"unknown"_s);
    }
    QVERIFY(makeable > 30);
    // 29 MB of weights stay where they are.
    const auto fetched =
        m_fixture.hub.bodyBytes(test::Origin::Hub) + m_fixture.hub.bodyBytes(test::Origin::Cdn);
    QVERIFY2(fetched < 1'000'000, qPrintable(QString::number(fetched)));
}

void CliFitTest::anUnknownModelIsNamed()
{
    const Ended file = PullFixture::run({u"fit"_s, u"no-such-file.gguf"_s});
    QCOMPARE(file.exitCode, 1);
    QCOMPARE(file.last()[u"kind"_s].toString(), u"not_found"_s);
    const Ended repository = PullFixture::run({u"fit"_s, u"acme/nothing"_s});
    QCOMPARE(repository.exitCode, 1);
    QCOMPARE(repository.last()[u"kind"_s].toString(), u"not_found"_s);
}

QTEST_GUILESS_MAIN(CliFitTest)
#include "tst_cli_fit.moc"
