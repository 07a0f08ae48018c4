// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/markdown_blocks.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/devices_view_model.h"
#include "ui/viewmodels/discover_view_model.h"
#include "ui/viewmodels/repository_view_model.h"
#include "ui/viewmodels/settings_file.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::test::FakeChild;
using snug::test::fakeWorker;
using snug::ui::DevicesViewModel;
using snug::ui::DiscoverViewModel;
using snug::ui::EngineSession;
using snug::ui::RepositoryViewModel;
using snug::ui::SettingsFile;

namespace {

const QByteArray kDevices =
    R"({"event":"result","devices":[{"id":"CUDA0","backend":"CUDA","kind":"gpu","name":"RTX 4060",)"
    R"("total_bytes":8589934592,"free_bytes":8160437862},{"id":"CPU","backend":"CPU","kind":"cpu",)"
    R"("name":"CPU","total_bytes":34359738368,"free_bytes":25769803776}],"unavailable":[]})";
const QByteArray kSearch =
    R"({"event":"result","models":[)"
    R"({"id":"Qwen/Qwen3-8B-GGUF","parameters":8190735360,"pipeline":"text-generation","license":"mit",)"
    R"("downloads":4100000,"likes":900,"gated":"no","last_modified":"2026-07-28T10:00:00Z"},)"
    R"({"id":"big/Huge-405B","parameters":405000000000,"downloads":950,"gated":"manual"},)"
    R"({"id":"odd/unknown","parameters":-5,"downloads":"many","tags":7},)"
    R"({"id":17},{"id":"Qwen/Qwen3-8B-GGUF"}],"next":"https://hub.example/api/models?cursor=x"})";
const QByteArray kFiles =
    R"({"event":"result","id":"Qwen/Qwen3-8B-GGUF","commit":"0123456789abcdef0123456789abcdef01234567",)"
    R"("page":"https://hub.example/Qwen/Qwen3-8B-GGUF","gated":"auto","license":"apache-2.0",)"
    R"("downloads":4100000,)"
    R"("parameters":8190735360,"architecture":"qwen3","context_length":40960,"levels":[)"
    R"({"label":"Q8_0","format":"gguf","bytes":8709518624,"complete":true,"files":[{}]},)"
    R"({"label":"Q6_K","format":"gguf","bytes":6725899552,"complete":false,"files":[{},{}]},)"
    R"({"label":"Q4_K_M","format":"gguf","bytes":5027783968,"complete":true,"files":[{}]},)"
    R"({"label":"BF16","format":"safetensors","bytes":16381470720,"complete":true,"files":[{},{},{}]}],)"
    R"("companions":[{"kind":"projector","path":"mmproj-F16.gguf","bytes":1048576}],)"
    R"("refused":[{"path":"../x","reason":"“../x” leaves the folder."}],)"
    R"("card":"# Title\n![x](https://evil.example/pixel.png)\n<script>1</script>"})";

} // namespace

class TestDiscover : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        m_devicesChild = std::make_unique<FakeChild>("devices", "print:" + file("devices", kDevices));
        m_settings = std::make_unique<SettingsFile>(m_home->filePath(u"settings.json"_s).toStdString());
        m_engine = std::make_unique<EngineSession>(fakeWorker(), *m_settings);
        m_devices = std::make_unique<DevicesViewModel>(fakeWorker(), *m_engine);
        QTRY_COMPARE(m_devices->state(), u"ready"_s);
    }
    void cleanup()
    {
        m_devices.reset();
        m_engine.reset();
        m_settings.reset();
        m_devicesChild.reset();
    }

    void showsWhatWasFoundWithAVerdict()
    {
        const FakeChild child("search", "print:" + file("search", kSearch));
        DiscoverViewModel discover(fakeWorker(), *m_devices);
        const QAbstractItemModelTester tester(discover.model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(discover.state(), u"idle"_s);
        discover.open();
        QCOMPARE(discover.state(), u"loading"_s);
        QTRY_COMPARE(discover.state(), u"ready"_s);
        QCOMPARE(discover.model()->rowCount(), 3);
        QCOMPARE(cell(discover, 0, "name"), u"Qwen3 8B"_s);
        QCOMPARE(cell(discover, 0, "maker"), u"Qwen"_s);
        QCOMPARE(cell(discover, 0, "subtitle"), u"8.2 B · text generation · mit"_s);
        QCOMPARE(cell(discover, 0, "downloadsText"), u"4.1 M"_s);
        QCOMPARE(cell(discover, 0, "verdict"), u"fits"_s);
        QCOMPARE(cell(discover, 0, "verdictText"), u"Fits · Q5_K_M"_s);
        QCOMPARE(cell(discover, 1, "verdict"), u"no"_s);
        QVERIFY(cell(discover, 1, "subtitle").contains(u"access on request"));
        QCOMPARE(cell(discover, 2, "verdict"), u"unknown"_s);
        QVERIFY(discover.hasMore());
        discover.setFittingOnly(true);
        QCOMPARE(discover.model()->rowCount(), 1);
        discover.setFittingOnly(false);
        QCOMPARE(discover.model()->rowCount(), 3);
        // The same page again adds nothing.
        discover.loadMore();
        QTRY_VERIFY(!discover.busy());
        QCOMPARE(discover.model()->rowCount(), 3);
    }

    void whatIsTypedIsNoOption()
    {
        const FakeChild child("search", "echo");
        DiscoverViewModel discover(fakeWorker(), *m_devices);
        discover.setText(u"--next  evil"_s);
        discover.setSize(u"medium"_s);
        QTRY_COMPARE(discover.state(), u"empty"_s); // after the pause of typing
        QVERIFY(!discover.hasMore());
    }

    void tellsWhyItFoundNothing()
    {
        const FakeChild child("search", "error");
        DiscoverViewModel discover(fakeWorker(), *m_devices);
        discover.open();
        QTRY_COMPARE(discover.state(), u"error"_s);
        QCOMPARE(discover.problem().message, u"The file is damaged."_s);
    }

    void keepsOnlyTheLastQuestion()
    {
        auto slow = std::make_unique<FakeChild>("search", "hang");
        DiscoverViewModel discover(fakeWorker(), *m_devices);
        discover.open();
        QVERIFY(discover.busy());
        slow.reset(); // it puts the environment back
        slow = std::make_unique<FakeChild>("search", "print:" + file("search", kSearch));
        discover.search();
        QTRY_COMPARE(discover.state(), u"ready"_s);
        QCOMPARE(discover.model()->rowCount(), 3);
    }

    void opensARepository()
    {
        const FakeChild child("files", "print:" + file("files", kFiles));
        RepositoryViewModel repository(fakeWorker(), *m_devices);
        QCOMPARE(repository.state(), u"none"_s);
        repository.open(u"Qwen/Qwen3-8B-GGUF"_s);
        QCOMPARE(repository.state(), u"loading"_s);
        QTRY_COMPARE(repository.state(), u"ready"_s);
        QVERIFY(repository.facts().startsWith(u"8.2 B · qwen3 · context 40"));
        QCOMPARE(repository.gated(), u"auto"_s);
        QCOMPARE(repository.levels()->rowCount(), 4);
        QCOMPARE(repository.suggested(), u"Q4_K_M"_s); // Q8_0 only partly, Q6_K lacks a part
        QVERIFY(repository.notes().contains(u"mmproj-F16.gguf"));
        QVERIFY(repository.notes().contains(u"leaves the folder"));
        QVERIFY(repository.card().contains(u"Title"));
        for (const snug::chat::MarkdownBlock &block :
             snug::chat::splitMarkdown(repository.card().toStdString()))
            QVERIFY2(block.text.find("![") == std::string::npos, block.text.c_str());
        repository.close();
        QCOMPARE(repository.state(), u"none"_s);
        QCOMPARE(repository.levels()->rowCount(), 0);
    }

    void tellsWhatKeepsARepositoryShut()
    {
        const FakeChild child("files", "error");
        RepositoryViewModel repository(fakeWorker(), *m_devices);
        repository.open(u"a/b"_s);
        QTRY_COMPARE(repository.state(), u"error"_s);
        QVERIFY(repository.suggested().isEmpty());
    }

    void countsAreShort()
    {
        QCOMPARE(snug::ui::shortCount(0), u"0"_s);
        QCOMPARE(snug::ui::shortCount(950), u"950"_s);
        QCOMPARE(snug::ui::shortCount(1000), u"1.0 k"_s);
        QCOMPARE(snug::ui::shortCount(4'100'000), u"4.1 M"_s);
        QCOMPARE(snug::ui::shortCount(999'999'999), u"1.0 B"_s);
        QCOMPARE(snug::ui::shortCount(671'000'000'000), u"671 B"_s);
    }

private:
    QByteArray file(const char *name, const QByteArray &line)
    {
        QFile out(m_home->filePath(QString::fromLatin1(name)));
        if (!out.open(QIODevice::WriteOnly) || out.write(line + "\n") < 0)
            return {};
        return out.fileName().toUtf8();
    }

    static QString cell(DiscoverViewModel &discover, int row, const char *role)
    {
        QAbstractItemModel *model = discover.model();
        return model->index(row, 0).data(model->roleNames().key(role, -1)).toString();
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChild> m_devicesChild;
    std::unique_ptr<SettingsFile> m_settings;
    std::unique_ptr<EngineSession> m_engine;
    std::unique_ptr<DevicesViewModel> m_devices;
};

QTEST_MAIN(TestDiscover)
#include "tst_discover_view_model.moc"
