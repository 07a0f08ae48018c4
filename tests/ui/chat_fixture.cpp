// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace snug::test {

ChatFixture::Setup::Setup(const QTemporaryDir &home)
    : settings(home.filePath(u"settings.json"_s).toStdString())
    , engine(fakeWorker(), settings)
    , chat(engine, settings, chat::ConversationStore::open(home.filePath(u"chats.sqlite"_s).toStdString()))
{
}

QVariant ChatFixture::Setup::cell(int row, const char *role)
{
    QAbstractItemModel *model = chat.messages();
    return model->index(row, 0).data(model->roleNames().key(role, -1));
}

QString ChatFixture::Setup::lastState()
{
    return cell(chat.messages()->rowCount() - 1, "state").toString();
}

void ChatFixture::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FakeChatServer>();
    QFile ready(m_home->filePath(u"ready"_s));
    QVERIFY(ready.open(QIODevice::WriteOnly));
    ready.write(
        R"({"event":"ready","url":")" + m_server->url().toUtf8() +
        R"(","model":{"name":"Snug Starter","level":"Q8_0"},"context":4096,"gpu_layers":0,"layers":9})" +
        "\n");
    ready.close();
    m_engine = std::make_unique<FakeChild>("serve", "serve:" + ready.fileName().toUtf8());
}

void ChatFixture::cleanup()
{
    m_engine.reset();
    m_server.reset();
}

void ChatFixture::load(Setup &setup)
{
    setup.engine.load(u"starter.gguf"_s);
    QTRY_COMPARE(setup.engine.state(), u"ready"_s);
}

void ChatFixture::ask(Setup &setup, const QString &question)
{
    setup.chat.send(question);
    QVERIFY(setup.chat.busy());
    QTRY_VERIFY(!setup.chat.busy());
}

} // namespace snug::test
