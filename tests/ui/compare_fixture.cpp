// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/compare_fixture.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

ui::CompareServices services(ui::SettingsFile &settings)
{
    ui::CompareServices made;
    made.makeEngine = [&settings] { return std::make_unique<ui::EngineSession>(fakeWorker(), settings); };
    made.labelOf = [](const QString &path) { return ui::ModelLabel{path, u"F16"_s}; };
    made.hashOf = [](const QString &path) { return u"hash of "_s + path; };
    return made;
}

} // namespace

CompareFixture::Sitting::Sitting(const QTemporaryDir &home, quint32 seed)
    : settings(home.filePath(u"settings.json"_s).toStdString())
    , engine(fakeWorker(), settings)
    , chat(engine, settings, chat::ConversationStore::open(home.filePath(u"chats.sqlite"_s).toStdString()))
    , compare(services(settings), chat, engine, settings, QRandomGenerator(seed))
{
    compare.setShown(true);
}

void CompareFixture::Sitting::choose(const QStringList &models)
{
    while (compare.count() < models.size())
        compare.addColumn();
    for (int at = 0; at < compare.count(); ++at)
        compare.choose(compare.column(at), models.at(at));
}

bool CompareFixture::Sitting::ask(const QString &question)
{
    compare.send(question);
    return compare.busy() && QTest::qWaitFor([this] { return !compare.busy(); });
}

QString CompareFixture::Sitting::answer(int column) const
{
    QAbstractItemModel *messages = compare.column(column)->messages();
    return cell(messages, messages->rowCount() - 1, "text").toString();
}

QVariant CompareFixture::cell(QAbstractItemModel *model, int row, const char *role)
{
    return model->index(row, 0).data(model->roleNames().key(role, -1));
}

void CompareFixture::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_log = std::make_unique<ChildLog>();
    m_first = std::make_unique<FakeChatServer>();
    m_second = std::make_unique<FakeChatServer>();
    m_second->pieces = {u"Good"_s, u" day"_s};
    const auto write = [this](const QString &model, const FakeChatServer &server, const QByteArray &level) {
        QFile ready(m_home->filePath(model));
        QVERIFY(ready.open(QIODevice::WriteOnly));
        ready.write(R"({"event":"ready","url":")" + server.url().toUtf8() + R"(","model":{"name":"Model )" +
                    model.toUtf8() + R"(","level":")" + level +
                    R"("},"context":4096,"gpu_layers":0,"layers":9})" + "\n");
    };
    write(u"one"_s, *m_first, "Q8_0");
    write(u"two"_s, *m_second, "Q4_K_M");
    m_engines = std::make_unique<FakeChild>("serve", "models:" + m_home->path().toUtf8());
}

void CompareFixture::cleanup()
{
    m_engines.reset();
    m_log.reset();
}

} // namespace snug::test
