// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/kept_loads.h"
#include "ui/viewmodels/load_settings.h"
#include "ui/viewmodels/settings_file.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;
using nlohmann::json;
using snug::ui::differences;
using snug::ui::fitQuestion;
using snug::ui::KeptLoads;
using snug::ui::LoadSettings;
using snug::ui::loadSettingsFrom;
using snug::ui::serveArguments;
using snug::ui::SettingsFile;

namespace {

LoadSettings everything()
{
    LoadSettings settings;
    settings.context = 8192;
    settings.gpuLayers = 12;
    settings.kvType = u"q8_0"_s;
    settings.kvTypeV = u"q5_1"_s;
    settings.flashAttention = u"on"_s;
    settings.draft = u"/models/draft: small.gguf"_s;
    settings.draftTokens = 5;
    settings.loras = {{u"/models/a:1.gguf"_s, 0.5, true}, {u"/models/b.gguf"_s, 2, false}};
    settings.chatTemplate = u"/templates/mine.jinja"_s;
    return settings;
}

} // namespace

class LoadSettingsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void becomesTheArgumentsOfServe()
    {
        QCOMPARE(serveArguments({}), QStringList());
        QCOMPARE(serveArguments(everything()),
                 (QStringList{u"--ctx"_s,           u"8192"_s,
                              u"--gpu-layers"_s,    u"12"_s,
                              u"--kv-type"_s,       u"q8_0"_s,
                              u"--kv-type-v"_s,     u"q5_1"_s,
                              u"--flash-attn"_s,    u"on"_s,
                              u"--draft"_s,         u"/models/draft: small.gguf"_s,
                              u"--draft-max"_s,     u"5"_s,
                              u"--lora"_s,          u"/models/a:1.gguf:0.5"_s,
                              u"--lora"_s,          u"/models/b.gguf:0"_s,
                              u"--chat-template"_s, u"/templates/mine.jinja"_s}));
    }

    void becomesAQuestionOfFit()
    {
        const QJsonObject question = fitQuestion(everything(), u"Q4_K_M"_s);
        QCOMPARE(question["context"_L1].toInt(), 8192);
        QCOMPARE(question["flash_attn"_L1].toString(), u"on"_s);
        QCOMPARE(question["kv_type_v"_L1].toString(), u"q5_1"_s);
        QCOMPARE(question["loras"_L1].toArray().size(), 2);
        QCOMPARE(question["levels"_L1].toArray(), QJsonArray{u"Q4_K_M"_s});
        // The worker has a context of its own for those who ask for none.
        QVERIFY(!fitQuestion({}, u"F16"_s).contains("context"_L1));
    }

    void isKeptAsItIs()
    {
        QVERIFY(toJson(LoadSettings()) == json::object());
        QCOMPARE(loadSettingsFrom(toJson(everything())), everything());
    }

    void whatMakesNoSenseBecomesTheDefault_data()
    {
        QTest::addColumn<QByteArray>("kept");
        QTest::newRow("no object") << QByteArray("[1, 2]");
        QTest::newRow("other types") << QByteArray(
            R"({"context":"many","gpu_layers":{},"kv_type":5,"draft":[],)"
            R"("loras":"a","chat_template":null,"flash_attn":true})");
        QTest::newRow("out of range") << QByteArray(R"({"context":-7,"gpu_layers":-2,"draft_max":-1})");
        QTest::newRow("enormous") << QByteArray(R"({"context":18446744073709551615,"gpu_layers":1e300,)"
                                                R"("draft_max":99999})");
        QTest::newRow("unknown names")
            << QByteArray(R"({"kv_type":"q99","kv_type_v":"--help","flash_attn":"?"})");
        QTest::newRow("paths that are options")
            << QByteArray(R"({"draft":"--port","chat_template":"relative.jinja",)"
                          R"("loras":[{"path":"--x"},{"path":7},5,{}]})");
        QTest::newRow("a path with an end in it") << QByteArray(R"({"draft":"/a\u0000b"})");
        QTest::newRow("an endless path") << "{\"draft\":\"/" + QByteArray(5000, 'x') + "\"}";
    }
    void whatMakesNoSenseBecomesTheDefault()
    {
        QFETCH(const QByteArray, kept);
        const json parsed = json::parse(kept.begin(), kept.end());
        QCOMPARE(loadSettingsFrom(parsed), LoadSettings());
    }

    void adaptersAreFewAndDifferentAndScaledWithReason()
    {
        json many = {{"loras", json::array()}};
        for (int i = 0; i < 40; ++i)
            many["loras"].push_back({{"path", "/a" + std::to_string(i / 2) + ".gguf"}, {"scale", 1e9}});
        const LoadSettings settings = loadSettingsFrom(many);
        QCOMPARE(settings.loras.size(), std::size_t{4}); // of the first eight entries, each file once
        QCOMPARE(settings.loras.front().scale, LoadSettings::kMostScale);
    }

    void differencesAreNamed()
    {
        QCOMPARE(differences(everything(), everything()), QStringList());
        QCOMPARE(differences({}, everything()).size(), 7);
        LoadSettings other = everything();
        other.loras[1].scale = 1; // it is off
        QCOMPARE(differences(everything(), other), QStringList());
        other.loras[0].scale = 1;
        QCOMPARE(differences(everything(), other), QStringList{u"scale of LoRA adapters"_s});
        other.loras.clear();
        QCOMPARE(differences(everything(), other), QStringList{u"LoRA adapters"_s});
    }

    void eachModelHasItsOwn()
    {
        const QTemporaryDir home;
        const auto file = home.filePath(u"settings.json"_s).toStdString();
        {
            SettingsFile settings(file);
            KeptLoads loads(settings);
            LoadSettings usual;
            usual.context = 4096;
            loads.keep({}, usual);
            loads.keep(u"/a.gguf"_s, everything());
        }
        SettingsFile settings(file);
        KeptLoads loads(settings);
        QCOMPARE(loads.of(u"/a.gguf"_s), everything());
        QCOMPARE(loads.of(u"/b.gguf"_s).context, 4096);
        // What is usual needs no entry, the defaults beside it do.
        loads.keep(u"/a.gguf"_s, loads.of(u"/b.gguf"_s));
        QVERIFY(settings.value("engine", "loads").is_null());
        loads.keep(u"/a.gguf"_s, {});
        QCOMPARE(loads.of(u"/a.gguf"_s).context, 0);
    }

    void onlyTheNewestModelsAreKept()
    {
        const QTemporaryDir home;
        SettingsFile settings(home.filePath(u"settings.json"_s).toStdString());
        settings.set("engine", "loads", json::array({"nonsense", {{"path", 5}}, json::array()}));
        KeptLoads loads(settings);
        QCOMPARE(loads.of(u"/0.gguf"_s), LoadSettings());
        for (std::size_t i = 0; i <= KeptLoads::kMostModels; ++i)
            loads.keep(u"/%1.gguf"_s.arg(i), everything());
        QCOMPARE(settings.value("engine", "loads").size(), KeptLoads::kMostModels);
        QCOMPARE(loads.of(u"/0.gguf"_s), LoadSettings());
        QCOMPARE(loads.of(u"/%1.gguf"_s.arg(KeptLoads::kMostModels)), everything());
    }
};

QTEST_GUILESS_MAIN(LoadSettingsTest)
#include "tst_load_settings.moc"
