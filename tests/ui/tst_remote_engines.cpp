// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"
#include "ui/viewmodels/remote_engines_view_model.h"
#include "ui/viewmodels/text.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::ui::EngineSession;
using snug::ui::RemoteEnginesViewModel;

namespace {

const QString kKey = u"sk-very-secret"_s;

} // namespace

// Servers in place of a child, where no keychain answers (there is no session bus).
class TestRemoteEngines final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void addsOneAndTalksToIt();
    void aWrongKeyIsTold();
    void whatCannotBeAdded_data();
    void whatCannotBeAdded();
    void comesBackAfterARestart();
    void theModelIsGone();
    void theServerIsGone();
    void cancelsAConnectionAtOnce();
    void aFormThatIsClosedAsksNoMore();
    void takesTurnsWithAFile();
    void changesTheOneInUse();
    void removingForgetsTheKey();
    void breaksInTheMiddleOfAnAnswer();
    void knownServersGetTheirOwnFields();

private:
    struct Remote : Setup {
        explicit Remote(const QTemporaryDir &home)
            : Setup(home), remotes(settings, engine, home.filePath(u"keys"_s).toStdString())
        {
        }
        [[nodiscard]] QVariant at(int row, const char *role)
        {
            QAbstractItemModel *model = remotes.model();
            return model->index(row, 0).data(model->roleNames().key(role, -1));
        }
        RemoteEnginesViewModel remotes;
    };

    void check(Remote &remote, const QString &key = {});
    QString add(Remote &remote, const QString &name, const QString &key = {});
    static void use(Remote &remote, const QString &path);
    [[nodiscard]] QByteArray keysFile() const;
};

void TestRemoteEngines::check(Remote &remote, const QString &key)
{
    remote.remotes.check(m_server->url(), key);
    QTRY_VERIFY(!remote.remotes.checking());
}

QString TestRemoteEngines::add(Remote &remote, const QString &name, const QString &key)
{
    QSignalSpy saved(&remote.remotes, &RemoteEnginesViewModel::saved);
    remote.remotes.save({}, name, m_server->url(), u"fake/Model-7B"_s, key);
    if (!QTest::qWaitFor([&] { return !saved.isEmpty(); }))
        return {};
    return saved.constFirst().constFirst().toString();
}

void TestRemoteEngines::use(Remote &remote, const QString &path)
{
    remote.engine.load(path);
    QTRY_COMPARE(remote.engine.state(), u"ready"_s);
}

QByteArray TestRemoteEngines::keysFile() const
{
    QFile file(m_home->filePath(u"keys"_s));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestRemoteEngines::addsOneAndTalksToIt()
{
    m_server->wantedKey = kKey.toLatin1();
    Remote remote(*m_home);
    check(remote, kKey);
    QVERIFY2(!remote.remotes.problem().present, qPrintable(remote.remotes.problem().message));
    QCOMPARE(remote.remotes.served(), QStringList{u"fake/Model-7B"_s});
    QVERIFY(remote.remotes.servedBy().contains(u"1 model"_s));
    QVERIFY(remote.remotes.warning().isEmpty()); // loopback
    const QString path = add(remote, u"Workstation"_s, kKey);
    QCOMPARE(remote.remotes.count(), 1);
    QCOMPARE(remote.at(0, "name").toString(), u"Workstation"_s);
    QCOMPARE(remote.at(0, "path").toString(), path);
    QVERIFY(!remote.remotes.whyNoKeychain().isEmpty());

    use(remote, path);
    QVERIFY(remote.engine.remote());
    QCOMPARE(remote.engine.modelName(), u"Model-7B"_s);
    QCOMPARE(remote.engine.badgeVerdict(), u"remote"_s);
    QVERIFY(remote.engine.badgeText().contains(u"127.0.0.1"_s));
    QVERIFY(remote.engine.badgeWhy().contains(u"Nothing runs on this computer"_s));
    QVERIFY(remote.engine.statusText().contains(u"Remote"_s));
    QCOMPARE(remote.engine.processId(), 0);
    QCOMPARE(remote.chat.contextSize(), 0); // it does not tell

    ask(remote, u"Hi"_s);
    QCOMPARE(remote.cell(1, "text").toString(), u"Hello, you"_s);
    QCOMPARE(m_server->keys.constLast(), kKey.toLatin1());
    const QJsonObject request = m_server->requests.constLast();
    QCOMPARE(request["model"_L1].toString(), u"fake/Model-7B"_s);
    for (const char *field : {"top_k", "min_p", "repeat_penalty", "return_progress"})
        QVERIFY2(!request.contains(QLatin1String(field)), field);
    QVERIFY(!remote.settings.value("remote", "engines").dump().empty());
    QVERIFY(remote.settings.value("remote", "engines").dump().find("secret") == std::string::npos);
    QVERIFY(keysFile().contains(kKey.toLatin1()));
    QCOMPARE(QFile(m_home->filePath(u"keys"_s)).permissions() &
                 (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
             QFile::Permissions());
}

void TestRemoteEngines::aWrongKeyIsTold()
{
    m_server->wantedKey = kKey.toLatin1();
    Remote remote(*m_home);
    check(remote, u"sk-wrong"_s);
    QCOMPARE(remote.remotes.problem().kind, u"auth"_s);
    QVERIFY(!remote.remotes.problem().details.contains(u"sk-wrong"_s));
    QVERIFY(remote.remotes.served().isEmpty());
    check(remote, kKey);
    QVERIFY(!remote.remotes.problem().present);
}

void TestRemoteEngines::whatCannotBeAdded_data()
{
    QTest::addColumn<QString>("address");
    QTest::newRow("nothing") << u" "_s;
    QTest::newRow("another protocol") << u"ftp://example.org"_s;
    QTest::newRow("a password in it") << u"http://me:you@127.0.0.1:1"_s;
}

void TestRemoteEngines::whatCannotBeAdded()
{
    QFETCH(const QString, address);
    Remote remote(*m_home);
    remote.remotes.check(address, {});
    QVERIFY(!remote.remotes.checking());
    QCOMPARE(remote.remotes.problem().kind, u"invalid_argument"_s);
    remote.remotes.save({}, u"name"_s, address, u"m"_s, kKey);
    QCOMPARE(remote.remotes.count(), 0);
    QVERIFY(!QFile::exists(m_home->filePath(u"keys"_s)));
}

void TestRemoteEngines::comesBackAfterARestart()
{
    m_server->wantedKey = kKey.toLatin1();
    {
        Remote remote(*m_home);
        use(remote, add(remote, u"Workstation"_s, kKey));
    }
    Remote remote(*m_home);
    QCOMPARE(remote.remotes.count(), 1);
    QCOMPARE(remote.engine.state(), u"none"_s);
    QVERIFY(remote.chat.canSend());
    ask(remote, u"Hi"_s); // connects first
    QCOMPARE(remote.cell(1, "text").toString(), u"Hello, you"_s);
    QVERIFY(remote.engine.remote());
    remote.engine.unload();
    QCOMPARE(remote.engine.state(), u"none"_s);
    QVERIFY(remote.engine.endpoint().apiKey.isEmpty());
}

void TestRemoteEngines::theModelIsGone()
{
    Remote remote(*m_home);
    const QString path = add(remote, {});
    QVERIFY(remote.at(0, "name").toString().startsWith(u"127.0.0.1"_s));
    m_server->models = R"({"data":[{"id":"another"}]})";
    remote.engine.load(path);
    QTRY_COMPARE(remote.engine.state(), u"failed"_s);
    QCOMPARE(remote.engine.problem().kind, u"not_found"_s);
    QVERIFY(remote.engine.problem().message.contains(u"fake/Model-7B"_s));
    m_server->models = R"({"data":[{"id":"another"},{"id":"fake/Model-7B"}]})";
    remote.engine.reload();
    QTRY_COMPARE(remote.engine.state(), u"ready"_s);
}

void TestRemoteEngines::theServerIsGone()
{
    Remote remote(*m_home);
    const QString path = add(remote, u"Gone"_s);
    m_server.reset();
    remote.chat.setDraft(u"kept"_s);
    remote.engine.load(path);
    QTRY_COMPARE(remote.engine.state(), u"failed"_s);
    QCOMPARE(remote.engine.problem().kind, u"network"_s);
    QCOMPARE(remote.chat.draft(), u"kept"_s);
}

void TestRemoteEngines::cancelsAConnectionAtOnce()
{
    Remote remote(*m_home);
    const QString path = add(remote, u"Slow"_s);
    m_server->silent = true;
    remote.engine.load(path);
    QCOMPARE(remote.engine.state(), u"loading"_s);
    QVERIFY(!remote.engine.loadTitle().isEmpty());
    QTest::qWait(100);
    QElapsedTimer clock;
    clock.start();
    remote.engine.cancelLoad();
    QCOMPARE(remote.engine.state(), u"none"_s);
    QVERIFY(clock.elapsed() < 50);
    // An answer that is late belongs to nobody.
    m_server->silent = false;
    remote.engine.load(path);
    QTRY_COMPARE(remote.engine.state(), u"ready"_s);
}

void TestRemoteEngines::aFormThatIsClosedAsksNoMore()
{
    m_server->silent = true;
    Remote remote(*m_home);
    remote.remotes.check(m_server->url(), {});
    QVERIFY(remote.remotes.checking());
    QTest::qWait(50);
    remote.remotes.beginForm();
    QVERIFY(!remote.remotes.checking());
    QTest::qWait(200);
    QVERIFY(!remote.remotes.problem().present);
}

void TestRemoteEngines::takesTurnsWithAFile()
{
    Remote remote(*m_home);
    const QString path = add(remote, u"Workstation"_s);
    use(remote, path);
    load(remote);
    QVERIFY(!remote.engine.remote());
    QCOMPARE(remote.engine.modelName(), u"Snug Starter"_s);
    QVERIFY(remote.engine.processId() != 0);
    ask(remote, u"Hi"_s);
    QVERIFY(!m_server->requests.constLast().contains(u"model"_s));
    QVERIFY(m_server->requests.constLast().contains(u"top_k"_s));
    use(remote, path);
    QVERIFY(remote.engine.remote());
    QCOMPARE(remote.engine.processId(), 0);
    ask(remote, u"Hi"_s);
    QCOMPARE(m_server->requests.constLast()["model"_L1].toString(), u"fake/Model-7B"_s);
}

void TestRemoteEngines::changesTheOneInUse()
{
    m_server->models = R"({"data":[{"id":"fake/Model-7B"},{"id":"fake/Model-70B"}]})";
    Remote remote(*m_home);
    const QString path = add(remote, u"Workstation"_s);
    use(remote, path);
    const QString id = remote.at(0, "engineId").toString();
    remote.remotes.save(id, u"Big"_s, m_server->url(), u"fake/Model-70B"_s, {});
    QTRY_COMPARE(remote.engine.modelName(), u"Model-70B"_s);
    QCOMPARE(remote.remotes.count(), 1);
    QCOMPARE(remote.at(0, "name").toString(), u"Big"_s);
    QCOMPARE(remote.at(0, "path").toString(), path);
}

void TestRemoteEngines::removingForgetsTheKey()
{
    Remote remote(*m_home);
    const QString first = add(remote, u"One"_s, kKey);
    add(remote, u"Two"_s); // of the same origin
    use(remote, first);
    remote.remotes.remove(remote.at(0, "engineId").toString());
    QCOMPARE(remote.engine.state(), u"none"_s);
    QCOMPARE(remote.remotes.count(), 1);
    QTest::qWait(100);
    QVERIFY(keysFile().contains(kKey.toLatin1()));
    remote.remotes.remove(remote.at(0, "engineId").toString());
    QTRY_VERIFY(!keysFile().contains(kKey.toLatin1()));
    remote.engine.load(first);
    QTRY_COMPARE(remote.engine.state(), u"failed"_s);
    QVERIFY(remote.engine.problem().message.contains(u"removed"_s));
}

void TestRemoteEngines::breaksInTheMiddleOfAnAnswer()
{
    m_server->holdAfter = 2;
    Remote remote(*m_home);
    use(remote, add(remote, u"Workstation"_s));
    remote.chat.send(u"Hi"_s);
    QTRY_COMPARE(remote.cell(1, "text").toString(), u"Hello, "_s);
    m_server->breakConnections();
    QTRY_VERIFY(!remote.chat.busy());
    QCOMPARE(remote.lastState(), u"interrupted"_s);
    QCOMPARE(remote.cell(1, "text").toString(), u"Hello, "_s);
    QTRY_VERIFY(remote.chat.problem().present);
    QCOMPARE(remote.chat.problem().kind, u"network"_s);
    m_server->holdAfter = -1;
    remote.chat.regenerate();
    QTRY_VERIFY(!remote.chat.busy());
    QCOMPARE(remote.cell(1, "text").toString(), u"Hello, you"_s);
}

void TestRemoteEngines::knownServersGetTheirOwnFields()
{
    m_server->models = R"({"data":[{"id":"fake/Model-7B","owned_by":"vllm","max_model_len":8192}]})";
    Remote remote(*m_home);
    check(remote);
    QVERIFY(remote.remotes.servedBy().contains(u"vLLM"_s));
    use(remote, add(remote, u"Workstation"_s));
    QCOMPARE(remote.chat.contextSize(), 8192);
    ask(remote, u"Hi"_s);
    const QJsonObject request = m_server->requests.constLast();
    QVERIFY(request.contains(u"repetition_penalty"_s) && request.contains(u"min_p"_s));
    QVERIFY(!request.contains(u"repeat_penalty"_s));
    QCOMPARE(remote.chat.contextUsed(), 10); // 7 of the prompt and 3 written
}

QTEST_GUILESS_MAIN(TestRemoteEngines)

#include "tst_remote_engines.moc"
