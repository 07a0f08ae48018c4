// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What `convert` says about a tokenizer before it writes anything.
#include "tests/cli/cli_process.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace snug;
using test::Ended;

namespace {

QJsonObject read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

// A checkpoint of the fixtures with another tokenizer.json.
class Changed {
public:
    explicit Changed(const std::function<void(QJsonObject &)> &change)
    {
        const QString source = test::dataFile(QStringLiteral("fixtures/dev/qwen2/model"));
        for (const QString &name : QDir(source).entryList(QDir::Files))
            QFile::copy(source + QLatin1Char('/') + name, path(name));
        const QString name = path(QStringLiteral("tokenizer.json"));
        QJsonObject tokenizer = read(name);
        change(tokenizer);
        QFile::remove(name);
        QFile file(name);
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(tokenizer).toJson());
    }

    [[nodiscard]] Ended convert(const QStringList &more = {}) const
    {
        return test::runProgram(test::program(QStringLiteral("snug-cli")),
                                QStringList{QStringLiteral("convert"), m_folder.path(), QStringLiteral("-o"),
                                            path(QStringLiteral("out.gguf")), QStringLiteral("--type"),
                                            QStringLiteral("BF16"), QStringLiteral("--json")} +
                                    more);
    }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
};

void change(QJsonObject & /*nothing*/) {}

// Pieces of three letters, as nobody else cuts.
void cutOtherwise(QJsonObject &tokenizer)
{
    tokenizer[QLatin1String("pre_tokenizer")] = QJsonObject{
        {QStringLiteral("type"), QStringLiteral("Sequence")},
        {QStringLiteral("pretokenizers"),
         QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("Split")},
                                {QStringLiteral("pattern"),
                                 QJsonObject{{QStringLiteral("Regex"), QStringLiteral("\\p{L}{1,3}|.")}}},
                                {QStringLiteral("behavior"), QStringLiteral("Isolated")},
                                {QStringLiteral("invert"), false}},
                    QJsonObject{{QStringLiteral("type"), QStringLiteral("ByteLevel")},
                                {QStringLiteral("add_prefix_space"), false},
                                {QStringLiteral("use_regex"), false}}}}};
}

QString warnings(const QJsonObject &event)
{
    QStringList all;
    for (const auto &warning : event.value(QLatin1String("warnings")).toArray())
        all += warning.toString();
    return all.join(QLatin1Char('\n'));
}

} // namespace

class TestCliTokenizer : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;

private Q_SLOTS:
    void initTestCase()
    {
        if (test::dataFile(QStringLiteral("fixtures")).isEmpty())
            QSKIP("The fixtures are not here; set SNUG_TEST_DATA.");
        qputenv("SNUG_HOME", m_home.path().toUtf8());
    }

    void aKnownTokenizerNeedsNoWords()
    {
        const Changed checkpoint(change);
        const Ended ended = checkpoint.convert({QStringLiteral("--dry-run")});
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        QVERIFY2(warnings(ended.last()).isEmpty(), qPrintable(warnings(ended.last())));
        QCOMPARE(ended.last().value(QLatin1String("pre_tokenizer")).toString(), QStringLiteral("qwen2"));
        QVERIFY(ended.last().value(QLatin1String("pre_tokenizer_choices")).toArray().isEmpty());
    }

    void aWrongChoiceIsSaid()
    {
        const Changed checkpoint(change);
        const Ended ended = checkpoint.convert(
            {QStringLiteral("--dry-run"), QStringLiteral("--pre"), QStringLiteral("falcon")});
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        QVERIFY2(warnings(ended.last()).startsWith(QLatin1String("The engine makes other tokens of ")),
                 qPrintable(warnings(ended.last())));
    }

    void anUnknownPreTokenizerIsAChoice()
    {
        const Changed checkpoint(cutOtherwise);
        const Ended ended = checkpoint.convert({QStringLiteral("--dry-run")});
        QVERIFY2(ended.exitCode == 0, ended.out.constData());
        const QString said = warnings(ended.last());
        QVERIFY2(said.contains(QLatin1String("can be chosen with --pre")), qPrintable(said));
        const QJsonArray choices = ended.last().value(QLatin1String("pre_tokenizer_choices")).toArray();
        QCOMPARE(choices.size(), 5);
        QCOMPARE(choices.first(), ended.last().value(QLatin1String("pre_tokenizer")));

        // Whoever has chosen is not asked again, but told what it means.
        const QString second = choices.at(1).toString();
        const Ended chosen =
            checkpoint.convert({QStringLiteral("--dry-run"), QStringLiteral("--pre"), second});
        QVERIFY2(chosen.exitCode == 0, chosen.out.constData());
        QCOMPARE(chosen.last().value(QLatin1String("pre_tokenizer")).toString(), second);
        QVERIFY(!warnings(chosen.last()).contains(QLatin1String("--pre")));
        QVERIFY(warnings(chosen.last()).contains(QLatin1String("The engine makes other tokens of ")));
    }

    // The engine ends its process on two tokens of one text.
    void whatTheEngineDiesOnIsRefused()
    {
        const Changed checkpoint([](QJsonObject &tokenizer) {
            QJsonArray added = tokenizer[QLatin1String("added_tokens")].toArray();
            QJsonObject twice = added.first().toObject();
            twice[QLatin1String("content")] = QStringLiteral("a");
            added.replace(0, twice);
            tokenizer[QLatin1String("added_tokens")] = added;
        });
        const Ended ended = checkpoint.convert();
        QCOMPARE(ended.exitCode, 1);
        QVERIFY(!ended.crashed);
        const QJsonObject error = ended.last();
        QVERIFY2(error.value(QLatin1String("kind")).toString() == QLatin1String("unsupported"),
                 ended.out.constData());
        const QJsonObject detail = error.value(QLatin1String("detail")).toObject();
        QCOMPARE(detail.value(QLatin1String("reason")).toString(), QStringLiteral("engine_tokenizer"));
        QVERIFY2(detail.value(QLatin1String("log")).toString().contains(QLatin1String("token_to_id")),
                 ended.out.constData());
        const QStringList left = QDir(checkpoint.path({})).entryList({QStringLiteral("out*")});
        QVERIFY2(left.isEmpty(), qPrintable(left.join(QLatin1Char(' '))));
    }
};

QTEST_GUILESS_MAIN(TestCliTokenizer)
#include "tst_cli_tokenizer.moc"
