// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// `fit` of a repository whose headers are long: what is said before they are fetched, and what is said while
// the network does not answer.
#include "core/gguf/writer.h"
#include "tests/cli/cli_process.h"
#include "tests/cli/fit_questions.h"
#include "tests/cli/pull_fixture.h"
#include "tests/support/model_headers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

using namespace Qt::StringLiterals;
using namespace snug;
using test::Ended;
using test::levelNamed;
using test::line;
using test::Origin;
using test::PullFixture;
using test::Running;

namespace {

constexpr std::int64_t kMostForAVerdict = 1'000'000;

// The answer to that question, whatever comes before it.
QJsonObject answerTo(Running &worker, int id)
{
    QJsonObject answer;
    do {
        answer = worker.waitForEvent(u"fit"_s);
    } while (!answer.isEmpty() && answer[u"id"_s].toInt() != id);
    return answer;
}

// As long as those of real models are: a vocabulary after the keys of the architecture.
gguf::Header withVocabulary(gguf::Header header, std::size_t tokens)
{
    std::vector<std::string> words;
    for (std::size_t i = 0; i < tokens; ++i)
        words.push_back("a token of about forty letters " + std::to_string(i));
    header.values.push_back({"tokenizer.ggml.tokens", gguf::Value(gguf::Array::ofStrings(words))});
    return header;
}

} // namespace

class CliFitHubTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theFirstVerdictCostsLittle();
    void companionsWaitForTheHeader();
    void aKeptHeaderCostsNothing();
    void keysBehindALongListAreLookedFor();
    void nobodyWaitsForTheNetwork();

private:
    // acme/long with F16, whose header is long, and Q4_K_M.
    void serve(gguf::Header header);
    [[nodiscard]] static std::unique_ptr<Running> follow()
    {
        return std::make_unique<Running>(PullFixture::cli(),
                                         QStringList{u"fit"_s, u"acme/long"_s, u"--follow"_s, u"--json"_s});
    }
    [[nodiscard]] std::int64_t served() const
    {
        return m_fixture->hub.bodyBytes(Origin::Hub) + m_fixture->hub.bodyBytes(Origin::Cdn);
    }

    std::optional<PullFixture> m_fixture;
    std::int64_t m_headerBytes = 0;
};

void CliFitHubTest::init()
{
    m_fixture.reset();
    m_fixture.emplace();
}

void CliFitHubTest::serve(gguf::Header header)
{
    const auto file = gguf::encodeHeader(std::move(header));
    QVERIFY(file.has_value());
    m_headerBytes = static_cast<std::int64_t>(file->bytes.size());
    const std::string beginning(reinterpret_cast<const char *>(file->bytes.data()), file->bytes.size());
    test::FakeRepository repository{"acme/long", PullFixture::kCommit};
    repository.files = {
        lfsFile("long-F16.gguf", test::FileBody::virtualBytes(file->header.fileBytes, 1, beginning)
                                     .withSha256(std::string(64, 'a'))),
        lfsFile("long-Q4_K_M.gguf",
                test::FileBody::virtualBytes(807'693'984, 2, "GGUF").withSha256(std::string(64, 'b')))};
    repository.details = {{"gguf", {{"total", 1'235'814'432}}}};
    m_fixture->hub.addRepository(std::move(repository));
    m_fixture->hub.clearLog();
}

void CliFitHubTest::theFirstVerdictCostsLittle()
{
    serve(withVocabulary(test::knownModel("Llama 3.2 1B"), 128'256));
    QVERIFY(m_headerBytes > 5'000'000);
    // What comes after the first look comes late.
    m_fixture->hub.addFault(
        test::stallAfter(0, std::chrono::seconds(2)).on(Origin::Cdn, "long-F16").requests(3, 1000));
    const auto worker = follow();
    const QJsonObject ready = worker->waitForEvent(u"ready"_s);
    QVERIFY(ready[u"preliminary"_s].toBool());
    QCOMPARE(ready[u"model"_s][u"architecture"_s].toString(), u"llama"_s);
    QCOMPARE(ready[u"model"_s][u"tokenizer"_s][u"tokens"_s].toInt(), 128'256);
    QCOMPARE(ready[u"model"_s][u"parameters"_s].toInteger(), 1'235'814'432);
    worker->write(line({{u"id"_s, 1}, {u"context"_s, 2048}}));
    const QJsonObject first = worker->waitForEvent(u"fit"_s);
    const std::int64_t bytes = served();
    qInfo("first verdict from %lld of %lld bytes", static_cast<long long>(bytes),
          static_cast<long long>(m_headerBytes));
    QVERIFY2(bytes <= kMostForAVerdict, qPrintable(QString::number(bytes)));
    QVERIFY(first[u"preliminary"_s].toBool());
    QCOMPARE(first[u"levels"_s].toArray().size(), 2);
    for (const auto label : {"F16"_L1, "Q4_K_M"_L1}) {
        const QJsonObject level = levelNamed(first, label);
        QVERIFY(level[u"exists"_s].toBool());
        QVERIFY(!level[u"exact"_s].toBool());
        QVERIFY(level[u"verdict"_s].toString() != u"unknown"_s);
        qint64 cache = 0;
        for (const auto &memory : level[u"memory"_s].toArray())
            cache += memory[u"kv_cache"_s].toInteger();
        QCOMPARE(cache, 2048LL * 16 * 8 * 64 * 2 * 2);
    }
    QVERIFY(first[u"advice"_s].isObject());

    const QJsonObject second = worker->waitForEvent(u"fit"_s);
    QCOMPARE(second[u"id"_s].toInt(), 1);
    QVERIFY(!second[u"preliminary"_s].toBool());
    QVERIFY(levelNamed(second, "Q5_K_M"_L1)[u"can_be_made"_s].toBool());
    QVERIFY(second[u"model"_s][u"tensors"_s][u"count"_s].toInt() > 100);
    // The sum of the parts was right before they were known.
    const auto total = [](const QJsonObject &answer) {
        double sum = 0;
        for (const auto &memory : levelNamed(answer, "F16"_L1)[u"memory"_s].toArray())
            sum += memory[u"total"_s].toDouble();
        return sum;
    };
    QVERIFY(std::abs(total(first) - total(second)) < 0.3 * total(second));
    QCOMPARE(worker->waitForEvent(u"answered"_s)[u"id"_s].toInt(), 1);
}

// What goes with a model can only be held against its whole header.
void CliFitHubTest::companionsWaitForTheHeader()
{
    serve(withVocabulary(test::knownModel("Llama 3.2 1B"), 128'256));
    const auto worker = follow();
    QVERIFY(worker->waitForEvent(u"ready"_s)[u"preliminary"_s].toBool());
    worker->write(line({{u"id"_s, 1}, {u"draft"_s, u"not-there.gguf"_s}}));
    QVERIFY(worker->waitForEvent(u"fit"_s)[u"preliminary"_s].toBool());
    const QJsonObject refused = worker->waitForEvent(u"refused"_s);
    QVERIFY(refused[u"error"_s][u"message"_s].toString().contains(u"not-there.gguf"_s));
    QCOMPARE(worker->waitForEvent(u"answered"_s)[u"id"_s].toInt(), 1);
    worker->write(line({{u"id"_s, 2}}));
    QVERIFY(!answerTo(*worker, 2)[u"preliminary"_s].toBool());
}

void CliFitHubTest::aKeptHeaderCostsNothing()
{
    serve(withVocabulary(test::knownModel("Llama 3.2 1B"), 128'256));
    const Ended whole = PullFixture::run({u"fit"_s, u"acme/long"_s});
    QVERIFY2(whole.exitCode == 0, whole.err.constData());
    QVERIFY(!whole.last()[u"preliminary"_s].toBool());
    QVERIFY(levelNamed(whole.last(), "Q5_K_M"_L1)[u"can_be_made"_s].toBool());
    m_fixture->hub.clearLog();
    const auto worker = follow();
    QVERIFY(!worker->waitForEvent(u"ready"_s)[u"preliminary"_s].toBool());
    worker->write(line({{u"id"_s, 1}, {u"levels"_s, QJsonArray{u"Q5_K_M"_s}}}));
    QVERIFY(!worker->waitForEvent(u"fit"_s)[u"preliminary"_s].toBool());
    QVERIFY(!worker->waitForEvent(u"level"_s).isEmpty());
    QCOMPARE(m_fixture->hub.bodyBytes(Origin::Cdn), std::int64_t{0});
}

void CliFitHubTest::keysBehindALongListAreLookedFor()
{
    gguf::Header header = test::knownModel("Llama 3.2 1B");
    std::vector<std::string> words(60'000, "a list that somebody has put before everything else");
    header.values.insert(header.values.begin() + 1,
                         {"general.somebodys_list", gguf::Value(gguf::Array::ofStrings(words))});
    serve(std::move(header));
    const auto worker = follow();
    QVERIFY(!worker->waitForEvent(u"ready"_s)[u"preliminary"_s].toBool());
    worker->write(line({{u"id"_s, 1}}));
    QVERIFY(levelNamed(worker->waitForEvent(u"fit"_s), "Q5_K_M"_L1)[u"can_be_made"_s].toBool());
}

void CliFitHubTest::nobodyWaitsForTheNetwork()
{
    serve(withVocabulary(test::knownModel("Llama 3.2 1B"), 128'256));
    m_fixture->hub.addFault(test::stallAfter(0).on(Origin::Cdn, "long-F16").requests(3, 1000));
    const auto worker = follow();
    worker->write(line({{u"id"_s, 1}, {u"asker"_s, u"here"_s}, {u"levels"_s, QJsonArray{u"F16"_s}}}));
    QVERIFY(answerTo(*worker, 1)[u"preliminary"_s].toBool());
    // Another question of the same asker, and of somebody who needs no network at all.
    worker->write(line({{u"id"_s, 2}, {u"asker"_s, u"here"_s}, {u"levels"_s, QJsonArray{u"F16"_s}}}));
    QVERIFY(answerTo(*worker, 2)[u"preliminary"_s].toBool());
    worker->write(line({{u"id"_s, 3}, {u"asker"_s, u"there"_s}, {u"machine"_s, u"RTX 4090"_s}}));
    QVERIFY(answerTo(*worker, 3)[u"preliminary"_s].toBool());
    // The network comes back, and whoever still waits is answered.
    m_fixture->hub.clearFaults();
    worker->write(line({{u"id"_s, 4}, {u"asker"_s, u"there"_s}, {u"machine"_s, u"RTX 4090"_s}}));
    QSet<int> answered;
    while (answered.size() < 2) {
        const QJsonObject event = worker->waitForEvent(u"answered"_s);
        QVERIFY(!event.isEmpty());
        answered.insert(event[u"id"_s].toInt());
    }
    QCOMPARE(answered, (QSet<int>{2, 4}));
}

QTEST_GUILESS_MAIN(CliFitHubTest)
#include "tst_cli_fit_hub.moc"
