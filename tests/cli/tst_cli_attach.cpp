// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// Texts and images in a conversation with the real engine; what sees is a tiny projector of chance weights.
#include "core/chat/engine_client.h"
#include "core/chat/openai_client.h"
#include "tests/cli/chat_cases.h"
#include "tests/support/changed_model.h"
#include "tests/support/image_bytes.h"
#include "tests/support/tiny_projector.h"

#include <QJsonDocument>

using namespace snug;
using namespace snug::test;
using namespace Qt::StringLiterals;

namespace {

const QString kJson = u"--json"_qs;

QByteArray stripes(std::uint32_t a, std::uint32_t b)
{
    std::string bytes = bmpOf(64, 64, a);
    const std::string other = bmpOf(64, 64, b);
    const std::size_t half = bytes.size() / 2;
    bytes.replace(half, bytes.size() - half, other, half, std::string::npos);
    return QByteArray::fromStdString(bytes);
}

} // namespace

class TestCliAttach : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;
    QTemporaryDir m_folder;
    QString m_projector;
    QString m_red;
    QString m_blue;
    QString m_notes;

    [[nodiscard]] QStringList seeing(const QStringList &more) const
    {
        return QStringList{u"--mmproj"_qs, m_projector, u"--ctx"_qs,        u"1024"_qs, u"--temperature"_qs,
                           u"0"_qs,        kJson,       u"--max-tokens"_qs, u"16"_qs} +
               more;
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SNUG_HOME", m_home.path().toUtf8());
        if (starter().isEmpty() || !QFile::exists(cli()))
            QSKIP("The models or snug-cli are not here; set SNUG_TEST_DATA.");
        m_projector = m_folder.filePath(u"mmproj-tiny.gguf"_qs);
        const auto made = writeTinyProjector(pathOf(starter()), pathOf(m_projector));
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        m_red = written(m_folder, u"red.bmp"_qs, stripes(0xFF0000, 0xFFFFFF));
        m_blue = written(m_folder, u"blue.bmp"_qs, stripes(0x000000, 0x00FFFF));
        m_notes = written(m_folder, u"notes.txt"_qs, "Quantization makes ``` a model smaller.\n");
    }

    void anImageIsAnswered()
    {
        const auto asked = [this](const QString &image) {
            return runVerb(u"chat"_qs, starter(),
                           seeing({u"-p"_qs, u"What is this?"_qs, u"--image"_qs, image}));
        };
        const Ended red = asked(m_red);
        QVERIFY2(red.exitCode == 0, red.out.right(2000).constData());
        QVERIFY(red.last().value(u"vision"_qs).toBool());
        QVERIFY(!red.last().value(u"text"_qs).toString().isEmpty());
        QVERIFY(red.last().value(u"memory"_qs).toArray().at(0)[u"projector"_qs].toInteger() > 0);
        const Ended alone = runVerb(u"chat"_qs, starter(), seeing({u"-p"_qs, u"What is this?"_qs}));
        QCOMPARE(alone.exitCode, 0);
        // Four of the image, and what stands around it.
        const int more =
            red.last().value(u"prompt_tokens"_qs).toInt() - alone.last().value(u"prompt_tokens"_qs).toInt();
        QVERIFY2(more >= 4 && more < 40, qPrintable(QString::number(more)));
        QVERIFY(red.last().value(u"text"_qs) != alone.last().value(u"text"_qs));
    }

    void whatCannotBeAttachedIsRefused_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("says");
        const QString moon =
            written(m_folder, u"moon.png"_qs, QByteArray::fromStdString(pngHeader(10'000, 10'000)));
        QTest::newRow("an image for a model that sees nothing")
            << QStringList{u"--image"_qs, m_red} << u"unsupported"_qs << u"--mmproj"_qs;
        QTest::newRow("a hundred megapixels")
            << QStringList{u"--image"_qs, moon} << u"too_large"_qs << u"50 million"_qs;
        QTest::newRow("a text as an image")
            << QStringList{u"--image"_qs, m_notes} << u"invalid_argument"_qs << u"--file"_qs;
        QTest::newRow("a model as a file")
            << QStringList{u"--file"_qs, m_projector} << u"unsupported"_qs << u"mmproj-tiny.gguf"_qs;
        QTest::newRow("nothing there")
            << QStringList{u"--file"_qs, u"none.txt"_qs} << u"not_found"_qs << u"none.txt"_qs;
        QTest::newRow("a model as projector")
            << QStringList{u"--mmproj"_qs, starter()} << u"invalid_argument"_qs << u"projector"_qs;
        QTest::newRow("no projector there")
            << QStringList{u"--mmproj"_qs, u"none.gguf"_qs} << u"not_found"_qs << u"none.gguf"_qs;
    }
    void whatCannotBeAttachedIsRefused()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, kind);
        QFETCH(QString, says);
        const Ended ended =
            runVerb(u"chat"_qs, starter(), QStringList{u"-p"_qs, u"What?"_qs, kJson} + options);
        QVERIFY(ended.exitCode == 1 || ended.exitCode == 2);
        QVERIFY2(ended.last().value(u"kind"_qs).toString() == kind, ended.out.right(500).constData());
        QVERIFY2(ended.out.contains(says.toUtf8()), ended.out.right(500).constData());
    }

    void aProjectorOfAnotherModelIsRefused()
    {
        if (stories().isEmpty())
            QSKIP("The second model is not here.");
        const Ended ended = runVerb(u"serve"_qs, stories(), {u"--mmproj"_qs, m_projector, kJson});
        QCOMPARE(ended.exitCode, 1);
        QCOMPARE(ended.last().value(u"kind"_qs).toString(), u"unsupported"_qs);
        QVERIFY(ended.last().value(u"hint"_qs).toString().contains(u"another model"_qs));
    }

    // Only one that goes with the model; none at all is no error.
    void theProjectorBesideTheModelIsFound()
    {
        const QTemporaryDir folder;
        const QString model = folder.filePath(u"starter.gguf"_qs);
        QVERIFY(QFile::copy(starter(), model));
        const QStringList automatic = {u"--mmproj"_qs, u"auto"_qs, u"--ctx"_qs, u"512"_qs, kJson};
        const auto ready = [&] {
            Running server(cli(), QStringList{u"serve"_qs, model} + automatic);
            return server.waitForEvent(u"ready"_qs);
        };
        QCOMPARE(ready().value(u"vision"_qs), QJsonValue(false));
        QVERIFY(QFile::copy(starter(), folder.filePath(u"a-mmproj-in-name-only.gguf"_qs)));
        if (!stories().isEmpty())
            QVERIFY(writeTinyProjector(pathOf(stories()), pathOf(folder.filePath(u"mmproj-other.gguf"_qs))));
        QCOMPARE(ready().value(u"vision"_qs), QJsonValue(false));
        QVERIFY(QFile::copy(m_projector, folder.filePath(u"MMPROJ-tiny.GGUF"_qs)));
        const QJsonObject seeing = ready();
        QCOMPARE(seeing.value(u"vision"_qs), QJsonValue(true));
        QVERIFY(seeing.value(u"mmproj"_qs).toString().endsWith(u"MMPROJ-tiny.GGUF"_qs));
        QVERIFY(QJsonDocument(seeing).toJson().contains("goes through MMPROJ-tiny.GGUF"));
    }

    // Our reader lets it pass; the engine divides by it.
    void aProjectorThatEndsTheEngineIsAnErrorBefore()
    {
        const QString broken = m_folder.filePath(u"mmproj-broken.gguf"_qs);
        const auto made = copyChanged(pathOf(m_projector), pathOf(broken), [](gguf::Header &header) {
            for (auto &pair : header.values) {
                if (pair.key == "clip.vision.patch_size")
                    pair.value = gguf::Value(std::uint32_t{0});
            }
        });
        QVERIFY(made);
        const Ended ended = runVerb(u"serve"_qs, starter(), {u"--mmproj"_qs, broken, kJson});
        QVERIFY(!ended.crashed);
        QCOMPARE(ended.exitCode, 1);
        QVERIFY2(ended.last().value(u"kind"_qs).toString() == u"unsupported"_qs, ended.out.constData());
    }

    // Whole by its header, of no use to the decoder: the engine says so and goes on.
    void anImageWithoutPixelsEndsNothing()
    {
        const QString empty = written(m_folder, u"empty.png"_qs, QByteArray::fromStdString(pngHeader(8, 8)));
        const Ended ended = runVerb(u"chat"_qs, starter(), seeing({}),
                                    "/attach " + empty.toUtf8() + "\nWhat is this?\n/reset\nWhat is Q8_0?\n");
        QCOMPARE(ended.exitCode, 0);
        QCOMPARE(eventsOf(ended, u"answer"_qs).size(), 1);
        QVERIFY(eventsOf(ended, u"log"_qs).size() >= 1);
    }

    void filesAreAttachedWhileItRuns()
    {
        const Ended ended = runVerb(
            u"chat"_qs, starter(), seeing({u"--file"_qs, m_notes}),
            "/prompt Why?\nWhy?\n/attach " + m_red.toUtf8() +
                "\n/attach none.txt\n/prompt What?\nWhat?\n/context\n/edit 1 How?\n/prompt\n/regenerate\n");
        QVERIFY2(ended.exitCode == 0, ended.out.right(500).constData());
        const auto prompts = eventsOf(ended, u"prompt"_qs);
        QCOMPARE(prompts.size(), 3);
        const QString text =
            u"Attached file: notes.txt\n````\nQuantization makes ``` a model smaller.\n````\n\n"_qs;
        QVERIFY(prompts[0][u"text"_qs].toString().contains(text + u"Why?"_qs));
        const QString second = prompts[1][u"text"_qs].toString();
        QVERIFY2(second.contains(u"[image: red.bmp]"_qs), qPrintable(second));
        QVERIFY(!second.contains(u"media"_qs));
        QVERIFY2(prompts[2][u"text"_qs].toString().contains(text + u"How?"_qs),
                 "an edit keeps what is attached");
        const auto attached = eventsOf(ended, u"attached"_qs);
        QCOMPARE(attached.size(), 1);
        QCOMPARE(attached[0][u"kind"_qs].toString(), u"image"_qs);
        QVERIFY(attached[0][u"tokens"_qs].toInt() >= 4);
        QCOMPARE(eventsOf(ended, u"answer"_qs).size(), 4);
    }
};

QTEST_GUILESS_MAIN(TestCliAttach)
#include "tst_cli_attach.moc"
