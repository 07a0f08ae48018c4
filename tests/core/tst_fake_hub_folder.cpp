// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/model_folder.h"
#include "tests/support/raw_http.h"
#include "tests/support/test_data.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace snug::test;
using nlohmann::json;
using namespace Qt::StringLiterals;

namespace {

// Two tensors of 6 and 4 parameters: the header only, as its reader here wants no more.
std::string safetensorsFile()
{
    const std::string header = R"({"__metadata__":{"format":"pt"},)"
                               R"("a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                               R"("b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}})";
    std::string file(8, '\0');
    file[0] = static_cast<char>(header.size());
    return file + header + std::string(32, '\0');
}

void write(const QTemporaryDir &folder, const QString &path, const std::string &bytes)
{
    const QString full = folder.filePath(path);
    QVERIFY(QDir().mkpath(QFileInfo(full).path()));
    QFile file(full);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes.data(), static_cast<qint64>(bytes.size())), static_cast<qint64>(bytes.size()));
}

std::vector<FakeRepository> repositoriesOf(const QTemporaryDir &folder)
{
    return repositoriesIn(folder.path().toStdString());
}

QList<QByteArray> pathsOf(const FakeRepository &repository)
{
    QList<QByteArray> paths;
    for (const FakeFile &file : repository.files)
        paths += QByteArray::fromStdString(file.path);
    return paths;
}

} // namespace

class TstFakeHubFolder final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void foldersBecomeRepositories();
    void commitChangesWithTheFiles();
    void safetensorsAreCounted();
    void brokenHeadersTellNothing();
    void ggufTellsItsHeader();
    void programServesUntilItsInputEnds();
    void programRefusesNonsense();
};

void TstFakeHubFolder::foldersBecomeRepositories()
{
    const QTemporaryDir folder;
    write(folder, u"plain/model.safetensors"_qs, safetensorsFile());
    write(folder, u"plain/config.json"_qs, "{}");
    write(folder, u"plain/docs/readme.txt"_qs, "x");
    write(folder, u"plain/.cache/junk"_qs, "x");
    write(folder, u"plain/other/model.safetensors"_qs, safetensorsFile());
    write(folder, u"org/quants/Q4/m-00001-of-00002.gguf"_qs, "GGUF");
    write(folder, u"org/notes/readme.txt"_qs, "x");
    write(folder, u"text/readme.txt"_qs, "x");
    const std::vector<FakeRepository> found = repositoriesOf(folder);
    QCOMPARE(found.size(), std::size_t{3});
    QCOMPARE(found[0].id, std::string("org/quants"));
    QCOMPARE(pathsOf(found[0]), QList<QByteArray>({"Q4/m-00001-of-00002.gguf"}));
    QVERIFY(found[0].files[0].lfs);
    QCOMPARE(found[1].id, std::string("plain/other"));
    QCOMPARE(found[2].id, std::string("snug/plain"));
    QCOMPARE(pathsOf(found[2]), QList<QByteArray>({"config.json", "docs/readme.txt", "model.safetensors"}));
    QVERIFY(!found[2].files[0].lfs && found[2].files[2].lfs);
}

void TstFakeHubFolder::commitChangesWithTheFiles()
{
    const QTemporaryDir folder;
    write(folder, u"a/model.safetensors"_qs, safetensorsFile());
    const auto commit = [&folder] {
        const FakeRepository repository = repositoriesOf(folder).at(0);
        return stableCommit(repository.id, repository.files);
    };
    const std::string before = commit();
    QCOMPARE(before.size(), std::size_t{40});
    QCOMPARE(commit(), before);
    write(folder, u"a/config.json"_qs, "{}");
    QVERIFY(commit() != before);
}

void TstFakeHubFolder::safetensorsAreCounted()
{
    const QTemporaryDir folder;
    write(folder, u"a/model-00001-of-00002.safetensors"_qs, safetensorsFile());
    write(folder, u"a/model-00002-of-00002.safetensors"_qs, safetensorsFile());
    const json details = repositoriesOf(folder).at(0).details;
    QVERIFY(details.at("safetensors") ==
            json::parse(R"({"parameters":{"BF16":8,"F32":12},"total":20,"sharded":true})"));
    QVERIFY(details.at("tags") == json::array({"safetensors"}));
    QVERIFY(!details.contains("gguf"));
}

void TstFakeHubFolder::brokenHeadersTellNothing()
{
    const QTemporaryDir folder;
    write(folder, u"a/short.safetensors"_qs, "abc");
    write(folder, u"a/long.safetensors"_qs, std::string(8, '\xff') + "{}");
    write(folder, u"a/noise.safetensors"_qs, std::string("\x04\0\0\0\0\0\0\0nope", 12));
    write(folder, u"a/page.gguf"_qs, "<html>");
    const FakeRepository repository = repositoriesOf(folder).at(0);
    QCOMPARE(repository.files.size(), std::size_t{4});
    QVERIFY(!repository.details.contains("safetensors") && !repository.details.contains("gguf"));
}

void TstFakeHubFolder::ggufTellsItsHeader()
{
    const QString file = dataFile(u"models/starter/snug-starter-Q8_0.gguf"_qs);
    if (file.isEmpty())
        QSKIP("Needs models/starter in the test data");
    const json key = ggufKey(file.toStdString());
    QVERIFY(key.at("architecture") == "llama");
    QVERIFY(key.at("total").get<std::int64_t>() > 1'000'000);
    QVERIFY(key.at("context_length").get<std::int64_t>() > 0);
    QVERIFY(key.at("totalFileSize") == QFileInfo(file).size());
    QVERIFY(key.at("chat_template").get<std::string>().find("im_start") != std::string::npos);
}

namespace {

QString fakeHubProgram()
{
    return QCoreApplication::applicationDirPath() + u"/snug-fake-hub"_qs;
}

} // namespace

void TstFakeHubFolder::programServesUntilItsInputEnds()
{
    const QTemporaryDir folder;
    write(folder, u"a/model.safetensors"_qs, safetensorsFile());
    QProcess process;
    process.start(fakeHubProgram(), {folder.path(), u"--cap"_qs, u"1000000"_qs});
    QVERIFY(process.waitForStarted());
    while (!process.canReadLine())
        QVERIFY2(process.waitForReadyRead(20'000), process.readAllStandardError().constData());
    const QByteArray line = process.readLine().trimmed();
    QVERIFY2(line.startsWith("HF_ENDPOINT=http://127.0.0.1:"), line.constData());
    RawHttp http(line.mid(12).toStdString());
    QVERIFY(json::parse(http.get("/api/models").body)[0].at("id") == "snug/a");
    const std::string location = http.get("/snug/a/resolve/main/model.safetensors").header("Location");
    const std::size_t path = location.find("/blob/");
    QVERIFY(path != std::string::npos);
    QVERIFY(RawHttp(location.substr(0, path)).get(location.substr(path)).body == safetensorsFile());
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

void TstFakeHubFolder::programRefusesNonsense()
{
    const auto exitCode = [](const QStringList &arguments) {
        return QProcess::execute(fakeHubProgram(), arguments);
    };
    QCOMPARE(exitCode({}), 2);
    QCOMPARE(exitCode({u"a"_qs, u"--port"_qs, u"70000"_qs}), 2);
    QCOMPARE(exitCode({u"a"_qs, u"--cap"_qs}), 2);
    QCOMPARE(exitCode({u"/no such folder"_qs}), 1);
}

QTEST_GUILESS_MAIN(TstFakeHubFolder)
#include "tst_fake_hub_folder.moc"
