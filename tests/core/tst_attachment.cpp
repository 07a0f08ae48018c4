// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/base64.h"
#include "core/base/paths.h"
#include "core/chat/attachment.h"
#include "core/chat/chat_request.h"
#include "core/chat/image_header.h"
#include "tests/support/image_bytes.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <random>

using namespace snug;
using namespace snug::chat;
using namespace std::string_literals;
using snug::test::bmpOf;
using snug::test::pngHeader;

namespace {

// As another program writes it.
std::string encoded(const QSize &size, const char *format)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::darkCyan);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    return image.save(&buffer, format) ? buffer.data().toStdString() : std::string();
}

std::string gif(std::uint8_t width, std::uint8_t height)
{
    return "GIF89a"s + static_cast<char>(width) + '\0' + static_cast<char>(height) + "\0\0\0\0"s;
}

ErrorKind kindOf(const std::string &bytes)
{
    const auto made = makeAttachment("file.x", bytes);
    return made ? ErrorKind::Internal : made.error().kind;
}

bool isImage(const Attachment &attachment)
{
    return attachment.kind == AttachmentKind::Image;
}

} // namespace

// Bytes of anybody, before they come near a model.
class TestAttachment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void base64IsItsOwnInverse()
    {
        QCOMPARE(base64Of("foobar"), "Zm9vYmFy"s);
        QCOMPARE(base64Of("fooba"), "Zm9vYmE="s);
        QCOMPARE(base64Of("foob"), "Zm9vYg=="s);
        QCOMPARE(base64Of(""), ""s);
        std::mt19937 random(1);
        for (int length = 0; length < 300; ++length) {
            std::string bytes(static_cast<std::size_t>(length), '\0');
            for (char &byte : bytes)
                byte = static_cast<char>(random());
            QCOMPARE(fromBase64(base64Of(bytes)), std::optional(bytes));
        }
        for (const char *wrong : {"Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zm9v\n", "Zg==Zg==", "Zm-v", "===="})
            QVERIFY2(!fromBase64(wrong), wrong);
    }

    void imagesOfOtherProgramsAreMeasured_data()
    {
        QTest::addColumn<QString>("format");
        for (const char *format : {"PNG", "JPG", "BMP"})
            QTest::newRow(format) << QString::fromLatin1(format);
    }
    void imagesOfOtherProgramsAreMeasured()
    {
        QFETCH(QString, format);
        for (const QSize size : {QSize(1, 1), QSize(640, 3), QSize(7, 511)}) {
            const std::string bytes = encoded(size, format.toLatin1());
            const auto header = readImageHeader(bytes);
            QVERIFY(header && *header);
            QCOMPARE((*header)->width, size.width());
            QCOMPARE((*header)->height, size.height());
            const auto made = makeAttachment("picture", bytes);
            QVERIFY(made && isImage(*made));
            QCOMPARE(made->content().size(), bytes.size());
        }
    }

    void aGifIsAnImage()
    {
        const auto header = readImageHeader(gif(3, 9));
        QVERIFY(header && *header);
        QCOMPARE((*header)->width, 3);
        QCOMPARE((*header)->height, 9);
    }

    // Cut anywhere in its header an image is damaged; nothing is read beyond the end.
    void aCutHeaderIsDamaged()
    {
        for (const std::string &whole :
             {encoded({20, 30}, "PNG"), encoded({20, 30}, "JPG"), gif(20, 30), bmpOf(20, 30, 0)}) {
            std::size_t measured = 0;
            for (std::size_t length = 10; length < whole.size(); ++length) {
                const auto header = readImageHeader(std::string(whole, 0, length));
                if (!header) {
                    QCOMPARE(header.error().kind, ErrorKind::Corrupt);
                    QVERIFY2(measured == 0, "what is enough once is enough from then on");
                    continue;
                }
                QVERIFY(*header);
                QCOMPARE((*header)->width, 20);
                ++measured;
            }
            QVERIFY(measured > 0 || whole.size() < 20);
        }
    }

    // Whatever the bytes, what is taken in is within the limits.
    void noByteBreaksTheLimits()
    {
        std::mt19937 random(7);
        for (const std::string &whole :
             {encoded({20, 30}, "PNG"), encoded({20, 30}, "JPG"), gif(20, 30), bmpOf(20, 30, 0)}) {
            for (std::size_t at = 0; at < std::min<std::size_t>(whole.size(), 400); ++at) {
                for (int turn = 0; turn < 40; ++turn) {
                    std::string changed = whole;
                    changed[at] = static_cast<char>(random());
                    changed[random() % changed.size()] = static_cast<char>(random());
                    const auto made = makeAttachment("x", changed);
                    if (!made || !isImage(*made))
                        continue;
                    const auto header = readImageHeader(made->content());
                    QVERIFY(header && *header && (*header)->width > 0 && (*header)->height > 0);
                    QVERIFY((*header)->pixels() <= kMostImagePixels);
                }
            }
        }
    }

    void aHundredMegapixelsAreRefusedUnread()
    {
        const auto made = makeAttachment("moon.png", pngHeader(10'000, 10'000));
        QVERIFY(!made);
        QCOMPARE(made.error().kind, ErrorKind::TooLarge);
        QVERIFY(made.error().message.starts_with("moon.png cannot be attached."));
        QVERIFY(!made.error().hint.empty());
        QCOMPARE(kindOf(pngHeader(0xFFFFFFFF, 0xFFFFFFFF)), ErrorKind::TooLarge);
        QVERIFY(makeAttachment("x", pngHeader(10'000, 5'000)));
        QCOMPARE(kindOf(pngHeader(4, 4) + std::string(kMostImageBytes, 'x')), ErrorKind::TooLarge);
    }

    void whatTheEngineCannotReadIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, const std::string &bytes, ErrorKind kind) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << static_cast<int>(kind);
        };
        row("nothing", "", ErrorKind::InvalidArgument);
        row("webp", "RIFF\x24\0\0\0WEBPVP8 "s, ErrorKind::Unsupported);
        row("tiff", "II*\0\x08\0\0\0"s, ErrorKind::Unsupported);
        row("heic",
            "\0\0\0\x18"
            "ftypheic"s,
            ErrorKind::Unsupported);
        row("avif",
            "\0\0\0\x18"
            "ftypavif"s,
            ErrorKind::Unsupported);
        row("jpeg with arithmetic coding", "\xFF\xD8\xFF\xC9\0\x11\x08\0\x10\0\x10\x03"s,
            ErrorKind::Unsupported);
        row("jpeg of garbage", "\xFF\xD8\xFFgarbage and more"s, ErrorKind::Corrupt);
        row("png without size", pngHeader(0, 5), ErrorKind::Corrupt);
        row("bmp without size", bmpOf(0, 0, 0), ErrorKind::Corrupt);
        row("pdf", "%PDF-1.7\n", ErrorKind::Unsupported);
        row("utf-16", "\xFF\xFEh\0i\0"s, ErrorKind::Unsupported);
        row("zero bytes", "a\0b"s, ErrorKind::Unsupported);
        row("latin 1", "caf\xE9", ErrorKind::Unsupported);
        row("program", "\x7F"s + "ELF\2\1\1\0"s, ErrorKind::Unsupported);
    }
    void whatTheEngineCannotReadIsRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        QCOMPARE(static_cast<int>(kindOf(bytes.toStdString())), kind);
    }

    void textsAreTaken()
    {
        const auto made = makeAttachment("a\nb\t.txt", "\xEF\xBB\xBF"
                                                       "caf\u00E9\n");
        QVERIFY(made);
        QCOMPARE(made->name, "a b .txt"s);
        QCOMPARE(std::string(made->content()), "caf\u00E9\n"s);
        QCOMPARE(makeAttachment("  ", "BM is a text too").value().name, "attachment"s);
        QVERIFY(makeAttachment("x", std::string(kMostTextBytes, 'a')));
        QCOMPARE(kindOf(std::string(kMostTextBytes + 1, 'a')), ErrorKind::TooLarge);
    }

    // No text can end its own fence.
    void aFenceIsLongerThanAnyInside()
    {
        std::mt19937 random(3);
        for (int turn = 0; turn < 300; ++turn) {
            std::string text = "x";
            for (int i = 0; i < 40; ++i)
                text += random() % 2 == 0 ? '`' : "\n a"[random() % 3];
            const std::string whole = fenced(makeAttachment("n", text).value());
            const std::size_t begin = whole.find('\n') + 1;
            const std::string fence = whole.substr(begin, whole.find('\n', begin) - begin);
            QVERIFY(fence.size() >= 3 && fence.find_first_not_of('`') == std::string::npos);
            QVERIFY(text.find(fence) == std::string::npos);
            QVERIFY(whole.ends_with("\n" + fence + "\n"));
        }
        QCOMPARE(withTexts(std::vector{makeAttachment("a.txt", "one").value()}, "What?"),
                 "Attached file: a.txt\n```\none\n```\n\nWhat?"s);
    }

    void theRequestHoldsThemAll()
    {
        ChatRequest request;
        const std::string picture = encoded({2, 2}, "PNG");
        request.messages = {{Role::User,
                             "What?",
                             {makeAttachment("a.txt", "one").value(), makeAttachment("p", picture).value()}},
                            {Role::User, "", {makeAttachment("p", picture).value()}},
                            {Role::User, "Plain"}};
        const auto body = nlohmann::json::parse(requestBody(request, false));
        const auto &parts = body["messages"][0]["content"];
        QCOMPARE(parts.size(), std::size_t{2});
        QCOMPARE(parts[0]["type"].get<std::string>(), "image_url"s);
        const auto url = parts[0]["image_url"]["url"].get<std::string>();
        QVERIFY(url.starts_with("data:image/png;base64,"));
        QCOMPARE(bytesOfDataUrl(url), std::optional(picture));
        QCOMPARE(parts[1]["text"].get<std::string>(), "Attached file: a.txt\n```\none\n```\n\nWhat?"s);
        QCOMPARE(body["messages"][1]["content"].size(), std::size_t{1});
        QCOMPARE(body["messages"][2]["content"].get<std::string>(), "Plain"s);
    }

    void aFileIsReadUpToItsLimit()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = fromUtf8(folder.filePath(u"notes.md"_qs).toStdString());
        QCOMPARE(readAttachment(path).error().kind, ErrorKind::NotFound);
        QFile file(folder.filePath(u"notes.md"_qs));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("# Notes\n");
        file.close();
        QCOMPARE(readAttachment(path).value().name, "notes.md"s);
        QVERIFY(file.resize(kMostImageBytes + 1)); // a hole
        const auto refused = readAttachment(path);
        QCOMPARE(refused.error().kind, ErrorKind::TooLarge);
        QVERIFY(refused.error().message.find("notes.md") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestAttachment)
#include "tst_attachment.moc"
