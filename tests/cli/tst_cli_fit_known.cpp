// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What `fit` says where it does not know everything, or where nothing helps, and which of its figures it
// calls exact.
#include "core/base/paths.h"
#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "tests/cli/cli_process.h"
#include "tests/cli/fit_questions.h"
#include "tests/cli/pull_fixture.h"
#include "tests/support/model_headers.h"
#include "tests/support/safetensors_builder.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace snug;
using test::Ended;
using test::line;
using test::PullFixture;
using test::Running;

namespace {

QString notesOf(const QJsonValue &level)
{
    QString all;
    for (const auto &note : level[u"notes"_s].toArray())
        all += note.toString() + QLatin1Char('\n');
    return all;
}

qint64 freeMemory(const QJsonObject &answer)
{
    return answer[u"devices"_s].toArray().first().toObject()[u"free_bytes"_s].toInteger();
}

} // namespace

class CliFitKnownTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anUnknownArchitecture();
    void anUnknownArchitectureForPeople();
    void anUnknownArchitectureWhileFollowing();
    void anUnknownClass();
    void anUnknownClassForPeople();
    void anUnknownClassWhileFollowing();
    void anUnknownClassAtTheHub();
    void whereNothingHelps();
    void whatIsExactSaysSo();
    void anotherMachineHasTheMemoryOfNow();
    void everyAskerIsAnswered();

private:
    [[nodiscard]] QString model(const QString &name, gguf::Header header) const;
    // A folder with a checkpoint of a class that nobody knows.
    [[nodiscard]] QString checkpoint() const;
    [[nodiscard]] static gguf::Header strange();

    PullFixture m_fixture;
    QTemporaryDir m_folder;
};

QString CliFitKnownTest::model(const QString &name, gguf::Header header) const
{
    const QString path = m_folder.filePath(name + u".gguf"_s);
    const auto file = gguf::encodeHeader(std::move(header));
    if (!file || !gguf::writeSparse(file->bytes, file->header.fileBytes, fromUtf8(path.toStdString())))
        return {};
    return path;
}

gguf::Header CliFitKnownTest::strange()
{
    test::Transformer shape;
    shape.architecture = "hyperllama";
    return test::transformer(shape);
}

void CliFitKnownTest::anUnknownArchitecture()
{
    const Ended ended = PullFixture::run({u"fit"_s, model(u"strange"_s, strange())});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    const QJsonObject answer = ended.last();
    QVERIFY(!answer[u"exact"_s].toBool());
    QCOMPARE(answer[u"model"_s][u"architecture"_s].toString(), u"hyperllama"_s);
    QVERIFY(answer[u"model"_s][u"parameters"_s].toInteger() > 0);
    QVERIFY(answer[u"model"_s][u"tensors"_s][u"by_type"_s][u"F16"_s].toInt() > 0);
    const QJsonValue level = answer[u"levels"_s][0];
    QVERIFY(level[u"file_bytes"_s].toInteger() > 0);
    QCOMPARE(level[u"verdict"_s].toString(), u"unknown"_s);
    QVERIFY(!level[u"exact"_s].toBool());
    QVERIFY2(notesOf(level).contains(u"does not know the architecture hyperllama"_s),
             qPrintable(notesOf(level)));
    QVERIFY2(notesOf(level).contains(u"Its weights alone take"_s), qPrintable(notesOf(level)));
}

void CliFitKnownTest::anUnknownArchitectureForPeople()
{
    const Ended ended = test::runProgram(PullFixture::cli(), {u"fit"_s, model(u"strange"_s, strange())});
    QVERIFY2(ended.exitCode == 0, ended.err.constData());
    QVERIFY2(ended.out.contains(": unknown\n"), ended.out.constData());
    QVERIFY2(ended.out.contains("Architecture hyperllama"), ended.out.constData());
    QVERIFY2(ended.out.contains("does not know the architecture"), ended.out.constData());
    QVERIFY2(!ended.out.contains("none fits"), ended.out.constData());
}

void CliFitKnownTest::anUnknownArchitectureWhileFollowing()
{
    Running worker(PullFixture::cli(),
                   {u"fit"_s, model(u"strange"_s, strange()), u"--follow"_s, u"--json"_s});
    worker.write(line({{u"id"_s, 5}, {u"levels"_s, QJsonArray{u"F16"_s}}}));
    QCOMPARE(worker.waitForEvent(u"fit"_s)[u"levels"_s][0][u"verdict"_s].toString(), u"unknown"_s);
    const QJsonObject refused = worker.waitForEvent(u"refused"_s);
    QCOMPARE(refused[u"id"_s].toInt(), 5);
    QVERIFY(!refused[u"error"_s][u"message"_s].toString().isEmpty());
    QCOMPARE(worker.waitForEvent(u"answered"_s)[u"id"_s].toInt(), 5);
}

QString CliFitKnownTest::checkpoint() const
{
    const QString folder = m_folder.filePath(u"Qwen9-Tiny"_s);
    if (!QDir().mkpath(folder))
        return {};
    const test::Bytes weights = test::SafetensorsBuilder()
                                    .bf16("model.embed_tokens.weight", {1000, 256})
                                    .bf16("model.layers.0.mixer.weight", {256, 256})
                                    .build();
    const QByteArray config = R"({"architectures":["Qwen9ForCausalLM"],"hidden_size":256})";
    const auto write = [&folder](const QString &name, const QByteArray &bytes) {
        QFile file(folder + QLatin1Char('/') + name);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    };
    const QByteArray bytes(reinterpret_cast<const char *>(weights.data()),
                           static_cast<qsizetype>(weights.size()));
    return write(u"config.json"_s, config) && write(u"model.safetensors"_s, bytes) ? folder : QString();
}

void CliFitKnownTest::anUnknownClass()
{
    const Ended ended = PullFixture::run({u"fit"_s, checkpoint()});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    const QJsonObject answer = ended.last();
    QCOMPARE(answer[u"source"_s].toString(), u"safetensors"_s);
    QVERIFY(!answer[u"exact"_s].toBool());
    QCOMPARE(answer[u"model"_s][u"architecture"_s].toString(), u"Qwen9ForCausalLM"_s);
    constexpr qint64 kParameters = 256 * 1000 + 256 * 256;
    QCOMPARE(answer[u"model"_s][u"parameters"_s].toInteger(), kParameters);
    const QJsonArray levels = answer[u"levels"_s].toArray();
    QCOMPARE(levels.size(), 3);
    QCOMPARE(levels[0][u"label"_s].toString(), u"F16"_s);
    QVERIFY(std::abs(levels[0][u"file_bytes"_s].toInteger() - kParameters * 2) < kParameters / 100);
    QCOMPARE(levels[1][u"label"_s].toString(), u"Q8_0"_s);
    QCOMPARE(levels[2][u"label"_s].toString(), u"Q4_K_M"_s);
    for (const auto &level : levels) {
        QVERIFY(!level[u"file_bytes_exact"_s].toBool());
        QVERIFY(!level[u"can_be_made"_s].toBool());
        QVERIFY(!level[u"exists"_s].toBool());
        QCOMPARE(level[u"verdict"_s].toString(), u"unknown"_s);
        QVERIFY(level[u"obstacle"_s].toString().contains(u"Qwen9ForCausalLM"_s));
    }
    const QString warnings = QString::fromUtf8(
        QJsonDocument(answer[u"model"_s][u"warnings"_s].toArray()).toJson(QJsonDocument::Compact));
    QVERIFY2(warnings.contains(u"The nearest class that Snug can convert is Qwen3ForCausalLM."_s),
             qPrintable(warnings));
}

void CliFitKnownTest::anUnknownClassForPeople()
{
    const Ended ended = test::runProgram(PullFixture::cli(), {u"fit"_s, checkpoint()});
    QVERIFY2(ended.exitCode == 0, ended.err.constData());
    for (const char *part : {"Architecture Qwen9ForCausalLM", "321 536 parameters", "Q4_K_M would take about",
                             "cannot be converted yet", "Qwen3ForCausalLM"})
        QVERIFY2(QString::fromUtf8(ended.out)
                     .replace(QChar(0x202f), QLatin1Char(' '))
                     .contains(QLatin1String(part)),
                 ended.out.constData());
}

void CliFitKnownTest::anUnknownClassWhileFollowing()
{
    Running worker(PullFixture::cli(), {u"fit"_s, checkpoint(), u"--follow"_s, u"--json"_s});
    worker.write(line({{u"id"_s, 6}, {u"levels"_s, QJsonArray{u"Q8_0"_s}}}));
    QCOMPARE(worker.waitForEvent(u"fit"_s)[u"levels"_s].toArray().size(), 3);
    const QJsonObject refused = worker.waitForEvent(u"refused"_s);
    QVERIFY(refused[u"error"_s][u"message"_s].toString().contains(u"Qwen9ForCausalLM"_s));
    QCOMPARE(worker.waitForEvent(u"answered"_s)[u"id"_s].toInt(), 6);
    // There is nothing to hold a companion against.
    worker.write(line({{u"id"_s, 7}, {u"mmproj"_s, u"any.gguf"_s}}));
    QCOMPARE(worker.waitForEvent(u"fit"_s)[u"id"_s].toInt(), 7);
    QCOMPARE(worker.waitForEvent(u"answered"_s)[u"id"_s].toInt(), 7);
}

void CliFitKnownTest::anUnknownClassAtTheHub()
{
    const QString folder = checkpoint();
    test::FakeRepository repository{"acme/qwen9", PullFixture::kCommit};
    const auto read = [&folder](const QString &name) {
        QFile file(folder + QLatin1Char('/') + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    };
    repository.files = {
        test::smallFile("config.json", read(u"config.json"_s)),
        test::lfsFile("model.safetensors", test::FileBody::ofBytes(read(u"model.safetensors"_s)))};
    m_fixture.hub.addRepository(std::move(repository));
    const Ended ended = PullFixture::run({u"fit"_s, u"acme/qwen9"_s});
    QVERIFY2(ended.exitCode == 0, ended.out.constData());
    QCOMPARE(ended.last()[u"levels"_s].toArray().size(), 3);
    QCOMPARE(ended.last()[u"levels"_s][2][u"verdict"_s].toString(), u"unknown"_s);
}

void CliFitKnownTest::whereNothingHelps()
{
    const QString path = model(u"large"_s, test::knownModel("Llama 3.1 8B"));
    QVERIFY(!path.isEmpty());
    const QStringList arguments{u"fit"_s, path, u"--device"_s, u"Tiny=1GiB,100GB/s,ram=1GiB"_s};
    const QJsonObject answer = PullFixture::run(arguments).last();
    QCOMPARE(answer[u"levels"_s][0][u"verdict"_s].toString(), u"no"_s);
    QVERIFY(answer[u"suggestions"_s].toArray().isEmpty());
    QVERIFY(answer[u"suggestions_complete"_s].toBool());
    const QString hopeless = answer[u"hopeless"_s].toString();
    QVERIFY2(hopeless.startsWith(u"Nothing that Snug can change makes this model fit: even "_s) &&
                 hopeless.contains(u" lacks "_s),
             qPrintable(hopeless));
    const Ended text = test::runProgram(PullFixture::cli(), arguments);
    QVERIFY2(text.out.contains("Nothing that Snug can change"), text.out.constData());
    // And nothing of the kind where it fits.
    const QJsonObject fits = PullFixture::run({u"fit"_s, path, u"--device"_s, u"RTX 4090"_s}).last();
    QVERIFY(fits[u"hopeless"_s].toString().isEmpty());
}

void CliFitKnownTest::whatIsExactSaysSo()
{
    const QString path = model(u"small"_s, test::knownModel("SmolLM 135M"));
    const auto suggestionsAre = [](const QJsonObject &answer, bool exact) {
        const QJsonArray list = answer[u"suggestions"_s].toArray();
        return !list.isEmpty() && std::all_of(list.begin(), list.end(), [exact](const auto &suggestion) {
            return suggestion.toObject()[u"exact"_s].toBool() == exact;
        });
    };
    const QStringList arguments{u"fit"_s, path, u"--ctx"_s, u"512"_s, u"--levels"_s};
    const QJsonObject rough = PullFixture::run(arguments).last();
    QVERIFY(!rough[u"exact"_s].toBool());
    QVERIFY(suggestionsAre(rough, false));
    QVERIFY(!rough[u"advice"_s][u"exact"_s].toBool(true));
    const QJsonObject exact = PullFixture::run(arguments + QStringList{u"--exact"_s}).last();
    QVERIFY(exact[u"exact"_s].toBool());
    QVERIFY(suggestionsAre(exact, true));
    QVERIFY(!exact[u"advice"_s][u"exact"_s].toBool(true));
}

void CliFitKnownTest::anotherMachineHasTheMemoryOfNow()
{
    Running worker(PullFixture::cli(), {u"fit"_s, model(u"small"_s, test::knownModel("SmolLM 135M")),
                                        u"--follow"_s, u"--json"_s});
    const auto freeOn = [&worker](const QString &machine) {
        worker.write(line({{u"machine"_s, machine}}));
        return freeMemory(worker.waitForEvent(u"fit"_s));
    };
    const qint64 before = freeOn(u"RTX 4090"_s);
    QVERIFY(before > 0);
    constexpr std::size_t kTaken = std::size_t{768} << 20;
    if (before < static_cast<qint64>(3 * kTaken))
        QSKIP("There is too little free memory to take some.");
    const std::vector<char> taken(kTaken, 'x');
    const qint64 here = freeOn(QString());
    if (before - here < static_cast<qint64>(kTaken / 2))
        QSKIP("The system does not tell that memory was taken.");
    QVERIFY(std::abs(freeOn(u"RTX 4090"_s) - here) < static_cast<qint64>(kTaken / 4));
    QCOMPARE(taken.back(), 'x');
}

// Many questions at once: of each asker, the newest.
void CliFitKnownTest::everyAskerIsAnswered()
{
    Running worker(PullFixture::cli(), {u"fit"_s, model(u"small"_s, test::knownModel("SmolLM 135M")),
                                        u"--follow"_s, u"--json"_s});
    QVERIFY(!worker.waitForEvent(u"ready"_s).isEmpty());
    QByteArray burst;
    for (int id = 1; id <= 30; ++id) {
        burst += line({{u"id"_s, 100 + id}, {u"asker"_s, u"there"_s}, {u"machine"_s, u"RTX 4090"_s}});
        burst += line({{u"id"_s, id},
                       {u"asker"_s, u"here"_s},
                       {u"levels"_s, QJsonArray{u"Q4_K_M"_s, u"Q5_K_M"_s, u"Q8_0"_s}}});
    }
    worker.write(burst);
    QSet<int> answered;
    while (!answered.contains(30) || !answered.contains(130)) {
        const QJsonObject event = worker.waitForEvent(u"answered"_s);
        QVERIFY(!event.isEmpty());
        answered.insert(event[u"id"_s].toInt());
    }
}

QTEST_GUILESS_MAIN(CliFitKnownTest)
#include "tst_cli_fit_known.moc"
