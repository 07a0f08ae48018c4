// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What `convert` makes, says and keeps, of folders and GGUF files.
#include "core/gguf/reader.h"
#include "tests/cli/convert_fixture.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace snug;
using namespace snug::test;

class CliConvertTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_fixture.reset(); }
    void aFileAndWhereItComesFrom();
    void theLibraryKnowsWhatWasMade();
    void eventsTellThePlanAndTheTensors();
    void aDryRunWritesNothing();
    void typesOfSingleTensors();
    void anotherLevelOfAGgufFile();
    void aGgufInPartsIsTheSame();
    void whatIsThereIsNotReplaced();
    void discardingThrowsAway();

private:
    std::unique_ptr<ConvertFixture> m_fixture;
    QString m_starter;
};

void CliConvertTest::initTestCase()
{
    m_starter = dataFile(u"models/starter/hf"_s);
    if (m_starter.isEmpty() || dataFile(u"fixtures"_s).isEmpty())
        QSKIP("The models are not here; set SNUG_TEST_DATA.");
}

void CliConvertTest::init()
{
    m_fixture = std::make_unique<ConvertFixture>();
}

void CliConvertTest::aFileAndWhereItComesFrom()
{
    const Ended ended = m_fixture->convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    const QJsonObject result = ended.last();
    QCOMPARE(result["path"_L1].toString(), m_fixture->made(u"a.gguf"_s));
    QCOMPARE(result["bytes"_L1].toInteger(), QFileInfo(m_fixture->made(u"a.gguf"_s)).size());
    QCOMPARE(result["sha256"_L1].toString(), hashOf(m_fixture->made(u"a.gguf"_s)));
    QCOMPARE(m_fixture->filesMade(), (QStringList{u"a.gguf"_s, u"a.gguf.snug.json"_s}));

    const auto in = gguf::FileReader::open(m_fixture->made(u"a.gguf"_s).toStdString());
    QVERIFY2(in, messageOf(in).c_str());
    const auto header = gguf::readHeader(**in);
    QVERIFY2(header, messageOf(header).c_str());
    QVERIFY(textOf(*header, "general.quantized_by").starts_with("Snug "));
    QVERIFY(!textOf(*header, "tokenizer.chat_template").empty());

    const QJsonObject sidecar = jsonIn(m_fixture->made(u"a.gguf.snug.json"_s));
    QCOMPARE(sidecar["files"_L1][0]["sha256"_L1].toString(), result["sha256"_L1].toString());
    QCOMPARE(sidecar["recipe"_L1]["level"_L1].toString(), u"Q4_K_M"_s);
    QCOMPARE(sidecar["source"_L1]["files"_L1][0]["path"_L1].toString(), u"model.safetensors"_s);
    QVERIFY(!sidecar["engine"_L1].toString().isEmpty());
}

void CliConvertTest::theLibraryKnowsWhatWasMade()
{
    const QString target = m_fixture->path(u"data/models/a.gguf"_s);
    const Ended ended = PullFixture::run({u"convert"_s, m_starter, u"-o"_s, target, u"--type"_s, u"Q4_K_M"_s,
                                          u"--tensor-type"_s, u"attn_q=Q6_K"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    const Ended listed = PullFixture::run({u"list"_s});
    const QJsonArray models = listed.last()["models"_L1].toArray();
    const auto found = std::find_if(models.begin(), models.end(),
                                    [](const auto &model) { return model["how"_L1] == u"made"_s; });
    QVERIFY2(found != models.end(), listed.out);
    QCOMPARE((*found)["sha256"_L1].toString(), hashOf(target));
    QVERIFY(!(*found)["verified_at"_L1].toString().isEmpty());
    QCOMPARE((*found)["recipe"_L1]["level"_L1].toString(), u"Q4_K_M"_s);
    QCOMPARE((*found)["recipe"_L1]["tensor_types"_L1][0].toString(), u"attn_q=Q6_K"_s);
}

void CliConvertTest::eventsTellThePlanAndTheTensors()
{
    const Ended ended = m_fixture->convert(m_starter, u"a.gguf"_s, u"Q8_0"_s);
    const QList<QJsonObject> events = ended.events();
    const auto planned = std::find_if(events.begin(), events.end(),
                                      [](const auto &event) { return event["event"_L1] == u"plan"_s; });
    QVERIFY2(planned != events.end(), ended.out);
    QCOMPARE((*planned)["architecture"_L1].toString(), u"llama"_s);
    QCOMPARE((*planned)["file_bytes"_L1].toInteger(), QFileInfo(m_fixture->made(u"a.gguf"_s)).size());
    QVERIFY((*planned)["disk_free_bytes"_L1].toDouble() > 0);
    QCOMPARE((*planned)["resumed_bytes"_L1].toInteger(-1), 0);
    const auto tensor = std::find_if(planned, events.end(),
                                     [](const auto &event) { return event["event"_L1] == u"tensor"_s; });
    QVERIFY2(tensor != events.end(), ended.out);
    QCOMPARE((*tensor)["count"_L1].toInteger(), (*planned)["tensors"_L1].toInteger());
    QCOMPARE(ended.last()["event"_L1].toString(), u"result"_s);
}

void CliConvertTest::aDryRunWritesNothing()
{
    const Ended ended = m_fixture->convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s, {u"--dry-run"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY(m_fixture->filesMade().isEmpty());
    const QJsonObject plan = ended.last();
    const QJsonArray tensors = plan["tensor_types"_L1].toArray();
    QCOMPARE(tensors.size(), plan["tensors"_L1].toInteger());
    const Ended real = m_fixture->convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s);
    QCOMPARE(real.last()["bytes"_L1].toInteger(), plan["file_bytes"_L1].toInteger());
}

void CliConvertTest::typesOfSingleTensors()
{
    const QStringList wanted = {u"--tensor-type"_s, u"blk\\.0\\.ffn_down=F16"_s, u"--embedding-type"_s,
                                u"Q8_0"_s, u"--dry-run"_s};
    const QJsonArray tensors =
        m_fixture->convert(m_starter, u"a.gguf"_s, u"Q4_K_M"_s, wanted).last()["tensor_types"_L1].toArray();
    QMap<QString, QString> types;
    for (const QJsonValue &tensor : tensors)
        types[tensor["name"_L1].toString()] = tensor["type"_L1].toString();
    QCOMPARE(types[u"blk.0.ffn_down.weight"_s], u"F16"_s);
    QVERIFY(types[u"blk.1.ffn_down.weight"_s] != u"F16"_s);
    QCOMPARE(types[u"token_embd.weight"_s], u"Q8_0"_s);
}

// Through a file of 16 bits or directly: the same numbers.
void CliConvertTest::anotherLevelOfAGgufFile()
{
    QCOMPARE(m_fixture->convert(m_starter, u"direct.gguf"_s, u"Q4_K_M"_s).exitCode, 0);
    QCOMPARE(m_fixture->convert(m_starter, u"sixteen.gguf"_s, u"BF16"_s).exitCode, 0);
    const Ended ended = m_fixture->convert(m_fixture->made(u"sixteen.gguf"_s), u"second.gguf"_s, u"Q4_K_M"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    const QByteArray direct = content(m_fixture->made(u"direct.gguf"_s));
    const QByteArray second = content(m_fixture->made(u"second.gguf"_s));
    const auto dataOf = [this](const QString &name, const QByteArray &bytes) {
        const auto in = gguf::FileReader::open(m_fixture->made(name).toStdString());
        return bytes.mid(static_cast<qsizetype>(gguf::readHeader(**in)->dataOffset));
    };
    QVERIFY(dataOf(u"direct.gguf"_s, direct) == dataOf(u"second.gguf"_s, second));

    const Ended again = m_fixture->convert(m_fixture->made(u"second.gguf"_s), u"third.gguf"_s, u"Q8_0"_s);
    QCOMPARE(again.last()["detail"_L1]["reason"_L1].toString(), u"already_quantized"_s);
}

void CliConvertTest::aGgufInPartsIsTheSame()
{
    const Ended split =
        m_fixture->convert(m_starter, u"parts.gguf"_s, u"BF16"_s, {u"--split-size"_s, u"3MB"_s});
    QVERIFY2(split.exitCode == 0, split.out);
    const QJsonArray paths = split.last()["paths"_L1].toArray();
    QVERIFY(paths.size() > 2);
    QCOMPARE(m_fixture->convert(paths[0].toString(), u"joined.gguf"_s, u"Q6_K"_s).exitCode, 0);
    QCOMPARE(m_fixture->convert(m_starter, u"whole.gguf"_s, u"BF16"_s).exitCode, 0);
    QCOMPARE(m_fixture->convert(m_fixture->made(u"whole.gguf"_s), u"again.gguf"_s, u"Q6_K"_s).exitCode, 0);
    QCOMPARE(hashOf(m_fixture->made(u"joined.gguf"_s)), hashOf(m_fixture->made(u"again.gguf"_s)));

    QVERIFY(QFile::remove(paths[1].toString()));
    const Ended lost = m_fixture->convert(paths[0].toString(), u"lost.gguf"_s, u"Q6_K"_s);
    QCOMPARE(lost.last()["kind"_L1].toString(), u"not_found"_s);
}

void CliConvertTest::whatIsThereIsNotReplaced()
{
    QFile there(m_fixture->made(u"a.gguf"_s));
    QVERIFY(there.open(QIODevice::WriteOnly) && there.write("mine") == 4);
    there.close();
    const Ended ended = m_fixture->convert(m_starter, u"a.gguf"_s, u"Q8_0"_s);
    QCOMPARE(ended.last()["detail"_L1]["reason"_L1].toString(), u"exists"_s);
    QCOMPARE(content(m_fixture->made(u"a.gguf"_s)), QByteArray("mine"));
    QCOMPARE(m_fixture->filesMade(), QStringList{u"a.gguf"_s});
}

void CliConvertTest::discardingThrowsAway()
{
    Running running(PullFixture::cli(), {u"convert"_s, m_starter, u"-o"_s, m_fixture->made(u"a.gguf"_s),
                                         u"--type"_s, u"IQ4_XS"_s, u"--threads"_s, u"1"_s, u"--json"_s});
    QVERIFY(!running.waitForEvent(u"tensor"_s).isEmpty());
    running.signal(SIGKILL);
    static_cast<void>(running.waitForEnd(5000));
    QVERIFY(m_fixture->filesMade().contains(u"a.gguf.part"_s));
    const Ended ended = m_fixture->convert(m_starter, u"a.gguf"_s, u"IQ4_XS"_s, {u"--discard"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    QVERIFY2(m_fixture->filesMade().isEmpty(), qPrintable(m_fixture->filesMade().join(u' ')));
}

QTEST_GUILESS_MAIN(CliConvertTest)
#include "tst_cli_convert.moc"
