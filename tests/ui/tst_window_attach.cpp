// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/image_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_projector.h"
#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"

#include <QClipboard>
#include <QDropEvent>
#include <QFile>
#include <QGuiApplication>
#include <QJsonArray>
#include <QMimeData>
#include <QPainter>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChatServer;
using snug::test::FakeChild;
using snug::test::WindowFixture;

// Texts and images with a message, in the real window by clicks and keys. The engine is a fake one that
// answers at once, but for the last test.
class TestWindowAttach : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void aLongPasteIsAttachedAndCanStandInTheMessage();
    void aTextIsSentAndKept();
    void anImageIsSentToAModelThatSees();
    void anImageIsRefusedByAModelThatDoesNot();
    void anImageOfAnEarlierModelIsNotSent();
    void filesAreDropped();
    void whatCannotBeReadSaysWhy();
    void aHugeImageIsScaledDown();
    void chipsAreReachedByKeys();
    void eachConversationHasItsOwn();
    void looks_data();
    void looks();
    void aRealEngineSeesAnImage();

private:
    void makeEngine(bool vision);
    [[nodiscard]] bool begin(WindowFixture &fixture);
    [[nodiscard]] QString file(const QString &name, const QByteArray &bytes) const;
    [[nodiscard]] QString picture(const QString &name, const QSize &size) const;
    static void paste(WindowFixture &fixture);
    // Waits until nothing is being read and so many are attached.
    static bool attached(WindowFixture &fixture, int count);
    static QString said(WindowFixture &fixture, const QString &name, const char *property = "text");

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChatServer> m_server;
    std::unique_ptr<FakeChild> m_engine;
};

void TestWindowAttach::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FakeChatServer>();
    m_server->pieces = {u"A red "_s, u"sun."_s};
    makeEngine(true);
}

void TestWindowAttach::cleanup()
{
    m_engine.reset();
    m_server.reset();
}

void TestWindowAttach::makeEngine(bool vision)
{
    m_engine.reset();
    const QByteArray ready = R"({"event":"ready","url":")" + m_server->url().toUtf8() +
                             R"(","model":{"name":"Snug Starter","level":"Q8_0"},"context":4096,)" +
                             R"("gpu_layers":0,"layers":9,"vision":)" + (vision ? "true" : "false") + "}\n";
    m_engine = std::make_unique<FakeChild>("serve", "serve:" + file(u"ready"_s, ready).toUtf8());
}

bool TestWindowAttach::begin(WindowFixture &fixture)
{
    if (!fixture.open() || !fixture.load(u"starter.gguf"_s))
        return false;
    fixture.window().resize(1280, 800);
    fixture.driver().key(Qt::Key_3, Qt::ControlModifier);
    return fixture.driver().waitFor(u"composer"_s) != nullptr;
}

QString TestWindowAttach::file(const QString &name, const QByteArray &bytes) const
{
    QFile written(m_home->filePath(name));
    return written.open(QIODevice::WriteOnly) && written.write(bytes) == bytes.size() ? written.fileName()
                                                                                      : QString();
}

QString TestWindowAttach::picture(const QString &name, const QSize &size) const
{
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    QLinearGradient sky(0, 0, 0, size.height());
    sky.setColorAt(0, QColor(u"#6CB2E0"_s));
    sky.setColorAt(1, QColor(u"#F0AC5E"_s));
    painter.fillRect(image.rect(), sky);
    painter.setBrush(QColor(u"#B3261E"_s));
    painter.drawEllipse(QPointF(size.width() / 2.0, size.height() / 2.0), size.height() / 4.0,
                        size.height() / 4.0);
    painter.end();
    const QString path = m_home->filePath(name);
    return image.save(path) ? path : QString();
}

void TestWindowAttach::paste(WindowFixture &fixture)
{
    QVERIFY(fixture.driver().click(u"composer"_s));
    fixture.driver().key(Qt::Key_V, Qt::ControlModifier);
}

bool TestWindowAttach::attached(WindowFixture &fixture, int count)
{
    auto *attachments = fixture.app().chat().attachments();
    return fixture.driver().waitUntil(
        [=] { return !attachments->reading() && attachments->count() == count; }, 20'000);
}

QString TestWindowAttach::said(WindowFixture &fixture, const QString &name, const char *property)
{
    const QQuickItem *item = fixture.driver().waitFor(name);
    return item == nullptr ? QString() : item->property(property).toString();
}

void TestWindowAttach::aLongPasteIsAttachedAndCanStandInTheMessage()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    QGuiApplication::clipboard()->setText(u"short"_s);
    paste(fixture);
    QCOMPARE(said(fixture, u"composer"_s), u"short"_s);
    const QString text = u"All cats. "_s.repeated(500);
    QGuiApplication::clipboard()->setText(text);
    paste(fixture);
    QVERIFY(attached(fixture, 1));
    QCOMPARE(said(fixture, u"composer"_s), u"short"_s);
    QCOMPARE(said(fixture, u"draftAttachment.0"_s, "name"), u"Pasted text.txt"_s);
    QTRY_COMPARE(said(fixture, u"draftAttachment.0"_s, "detail"), u"0 tokens"_s); // the fake counts alike
    QVERIFY(fixture.driver().click(u"draftAttachment.0.inline"_s));
    QVERIFY(attached(fixture, 0));
    QCOMPARE(said(fixture, u"composer"_s), u"short"_s + text);
    QCOMPARE(fixture.window().activeFocusItem()->objectName(), u"composer"_s);
}

void TestWindowAttach::aTextIsSentAndKept()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto *attachments = fixture.app().chat().attachments();
    attachments->addFile(QUrl::fromLocalFile(file(u"notes.txt"_s, "Quokkas smile.\n")));
    QVERIFY(attached(fixture, 1));
    QVERIFY(fixture.ask(u"Who smiles?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QCOMPARE(attachments->count(), 0);
    const QString sent = u"Attached file: notes.txt\n```\nQuokkas smile.\n```\n\nWho smiles?"_s;
    const auto content = [&] {
        return m_server->requests.last()[u"messages"_s].toArray().first()[u"content"_s].toString();
    };
    QCOMPARE(content(), sent);
    QCOMPARE(said(fixture, u"attachment.0.0"_s, "name"), u"notes.txt"_s);
    // Another wording keeps it, and so does another sitting.
    fixture.app().chat().edit(0, u"Who?"_s);
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QTRY_COMPARE(content(), u"Attached file: notes.txt\n```\nQuokkas smile.\n```\n\nWho?"_s);
    const QString chat = fixture.app().chat().currentId();
    fixture.app().chat().newChat();
    fixture.app().chat().openChat(chat);
    QCOMPARE(said(fixture, u"attachment.0.0"_s, "name"), u"notes.txt"_s);
    fixture.app().chat().setConversationFilter(u"wombats"_s);
    QTRY_COMPARE(fixture.app().chat().conversations()->rowCount(), 0);
    fixture.app().chat().setConversationFilter(u"quokkas"_s);
    QTRY_COMPARE(fixture.app().chat().conversations()->rowCount(), 1);
}

void TestWindowAttach::anImageIsSentToAModelThatSees()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    QGuiApplication::clipboard()->setImage(QImage(picture(u"sky.png"_s, {320, 200})));
    paste(fixture);
    QVERIFY(attached(fixture, 1));
    QVERIFY(said(fixture, u"draftAttachment.0"_s, "detail").startsWith(u"320 × 200"_s));
    QVERIFY(fixture.driver().click(u"sendButton"_s)); // without a word
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    const QJsonArray parts =
        m_server->requests.last()[u"messages"_s].toArray().first()[u"content"_s].toArray();
    QCOMPARE(parts.size(), 1);
    const QString url = parts[0][u"image_url"_s][u"url"_s].toString();
    QVERIFY(url.startsWith(u"data:image/png;base64,"_s));
    const QImage sent = QImage::fromData(QByteArray::fromBase64(url.section(u',', 1).toLatin1()));
    QCOMPARE(sent.size(), QSize(320, 200));
    QCOMPARE(said(fixture, u"attachment.0.0"_s, "name"), u"Pasted image.png"_s);
    QCOMPARE(fixture.app().chat().currentTitle(), u"Pasted image.png"_s);
}

void TestWindowAttach::anImageIsRefusedByAModelThatDoesNot()
{
    makeEngine(false);
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    QGuiApplication::clipboard()->setImage(QImage(picture(u"sky.png"_s, {320, 200})));
    paste(fixture);
    QTRY_VERIFY(said(fixture, u"attachRefusal"_s).contains(u"mmproj"_s));
    QVERIFY(said(fixture, u"attachRefusal"_s).startsWith(u"Snug Starter sees no images"_s));
    QVERIFY(attached(fixture, 0));
    QVERIFY(fixture.driver().click(u"dismissRefusal"_s));
    QTRY_VERIFY(fixture.driver().find(u"attachRefusal"_s) == nullptr);
    QCOMPARE(m_server->requests.size(), 0);
}

// The image was taken while nobody was there to refuse it.
void TestWindowAttach::anImageOfAnEarlierModelIsNotSent()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    fixture.app().chat().attachments()->addFile(QUrl::fromLocalFile(picture(u"sky.png"_s, {32, 20})));
    QVERIFY(attached(fixture, 1));
    QVERIFY(fixture.ask(u"What?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    makeEngine(false);
    QVERIFY(fixture.load(u"blind.gguf"_s));
    QCOMPARE(m_server->requests.size(), 1);
    fixture.app().chat().regenerate();
    QTRY_VERIFY(!fixture.app().chat().busy());
    QCOMPARE(m_server->requests.size(), 1);
    QCOMPARE(fixture.app().chat().problem().kind, u"unsupported"_s);
    QVERIFY2(!fixture.lastText().isEmpty(), "the first answer is there again");
}

void TestWindowAttach::filesAreDropped()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    QMimeData mime;
    mime.setUrls(
        {QUrl::fromLocalFile(file(u"a.txt"_s, "one")), QUrl::fromLocalFile(picture(u"sky.png"_s, {32, 20}))});
    const QPoint place(600, 300);
    QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&fixture.window(), &enter);
    fixture.driver().screenshot(u"attach-drop"_s);
    QDropEvent drop(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&fixture.window(), &drop);
    QVERIFY(attached(fixture, 2));
}

void TestWindowAttach::whatCannotBeReadSaysWhy()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto *attachments = fixture.app().chat().attachments();
    const auto refusal = [&](const QString &path) {
        attachments->addFile(QUrl::fromLocalFile(path));
        return attached(fixture, 0) ? said(fixture, u"attachRefusal"_s) : QString();
    };
    const QString damaged = file(u"broken.png"_s, QByteArray::fromStdString(snug::test::pngHeader(16, 16)));
    QVERIFY(refusal(damaged).contains(u"damaged"_s));
    QVERIFY(refusal(file(u"a.bin"_s, QByteArray("a\0b", 3))).contains(u"a.bin cannot be attached"_s));
    QVERIFY(refusal(m_home->filePath(u"none.txt"_s)).contains(u"none.txt"_s));
    QVERIFY(refusal(file(u"moon.png"_s, QByteArray::fromStdString(snug::test::pngHeader(20'000, 20'000))))
                .contains(u"150 million"_s));
}

void TestWindowAttach::aHugeImageIsScaledDown()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto *attachments = fixture.app().chat().attachments();
    attachments->addFile(QUrl::fromLocalFile(picture(u"wide.png"_s, {12'000, 60})));
    QVERIFY(attached(fixture, 1));
    QCOMPARE(said(fixture, u"draftAttachment.0"_s, "note"), u"Scaled down from 12000 × 60."_s);
    QVERIFY(said(fixture, u"draftAttachment.0"_s, "detail").startsWith(u"4096 × 20"_s));
}

void TestWindowAttach::chipsAreReachedByKeys()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto *attachments = fixture.app().chat().attachments();
    attachments->addFile(QUrl::fromLocalFile(file(u"a.txt"_s, "one")));
    QVERIFY(attached(fixture, 1));
    QVERIFY(fixture.driver().click(u"composer"_s));
    bool reached = false;
    for (int step = 0; step < 80 && !reached; ++step) {
        fixture.driver().key(Qt::Key_Tab);
        reached = fixture.window().activeFocusItem()->objectName() == u"draftAttachment.0"_s;
    }
    QVERIFY(reached);
    fixture.driver().key(Qt::Key_Delete);
    QCOMPARE(attachments->count(), 0);
    QCOMPARE(fixture.window().activeFocusItem()->objectName(), u"composer"_s);
}

void TestWindowAttach::eachConversationHasItsOwn()
{
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    auto &chat = fixture.app().chat();
    QVERIFY(fixture.ask(u"First"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    const QString first = chat.currentId();
    chat.attachments()->addFile(QUrl::fromLocalFile(file(u"a.txt"_s, "one")));
    QVERIFY(attached(fixture, 1));
    chat.newChat();
    QCOMPARE(chat.attachments()->count(), 0);
    chat.openChat(first);
    QCOMPARE(chat.attachments()->count(), 1);
}

void TestWindowAttach::looks_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("scale");
    QTest::newRow("light") << u"light"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("dark") << u"dark"_s << QSize(1280, 800) << 1.0;
    QTest::newRow("narrow") << u"light"_s << QSize(520, 720) << 1.0;
    QTest::newRow("large text") << u"dark"_s << QSize(1280, 900) << 1.5;
}

void TestWindowAttach::looks()
{
    QFETCH(const QString, theme);
    QFETCH(const QSize, size);
    QFETCH(const double, scale);
    WindowFixture fixture({}, snug::test::fakeWorker());
    QVERIFY(begin(fixture));
    fixture.app().settings().setTheme(theme);
    fixture.app().settings().setTextScale(scale);
    fixture.window().resize(size);
    auto *attachments = fixture.app().chat().attachments();
    const auto add = [&] {
        attachments->addFile(QUrl::fromLocalFile(picture(u"evening over the bay.jpg"_s, {1200, 800})));
        attachments->addFile(
            QUrl::fromLocalFile(file(u"quarterly-report-draft-with-a-long-name.md"_s, "# Report\n")));
    };
    add();
    QVERIFY(attached(fixture, 2));
    m_server->pieces = {u"A red sun over a calm bay."_s};
    QVERIFY(fixture.ask(u"What does the picture show?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    add();
    QGuiApplication::clipboard()->setText(u"All cats. "_s.repeated(500));
    paste(fixture);
    QVERIFY(attached(fixture, 3));
    attachments->addFile(QUrl::fromLocalFile(file(u"a.bin"_s, QByteArray("a\0b", 3))));
    QVERIFY(fixture.driver().waitFor(u"attachRefusal"_s));
    for (const QString &name : {u"attachment.0.0"_s, u"attachment.0.1"_s, u"draftAttachment.0"_s,
                                u"draftAttachment.2.remove"_s, u"attachButton"_s, u"sendButton"_s}) {
        const QQuickItem *item = fixture.driver().waitFor(name);
        QVERIFY2(item != nullptr, qPrintable(name));
        const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
        QVERIFY2(QRectF(QPointF(0, 0), fixture.window().size()).contains(place), qPrintable(name));
    }
    QTest::qWait(300); // thumbnails
    fixture.driver().screenshot(u"attach-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

// Answered by chance weights, but by the real engine, through a projector that it found beside the model.
void TestWindowAttach::aRealEngineSeesAnImage()
{
    m_engine.reset();
    const QString starter = snug::test::dataFile(u"models/starter/snug-starter-Q8_0.gguf"_s);
    if (starter.isEmpty() || !QFile::exists(snug::test::program(u"snug-cli"_s)))
        QSKIP("The model or snug-cli is not here; set SNUG_TEST_DATA.");
    const QString model = m_home->filePath(u"starter.gguf"_s);
    QVERIFY(QFile::copy(starter, model));
    QVERIFY(snug::test::writeTinyProjector(starter.toStdString(),
                                           m_home->filePath(u"mmproj-tiny.gguf"_s).toStdString()));
    WindowFixture fixture;
    QVERIFY(fixture.open() && fixture.load(model));
    QVERIFY(fixture.app().engine().badgeWhy().contains(u"mmproj-tiny.gguf"_s));
    fixture.driver().key(Qt::Key_3, Qt::ControlModifier);
    fixture.app().chat().setMaxTokens(16);
    fixture.app().chat().attachments()->addFile(QUrl::fromLocalFile(picture(u"sky.png"_s, {64, 64})));
    QVERIFY(attached(fixture, 1));
    const auto tokens = [&] {
        return said(fixture, u"draftAttachment.0"_s, "detail")
            .section(u" · "_s, 1)
            .section(u' ', 0, 0)
            .toInt();
    };
    QTRY_VERIFY_WITH_TIMEOUT(tokens() >= 4 && tokens() < 40, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.app().chat().contextUsed() > tokens(), 20'000);
    QVERIFY(fixture.ask(u"What is this?"_s));
    QVERIFY(fixture.waitForAnswer(u"done"_s));
    QVERIFY(!fixture.lastText().isEmpty());
    QVERIFY(!fixture.app().chat().problem().present);
}

QTEST_MAIN(TestWindowAttach)
#include "tst_window_attach.moc"
