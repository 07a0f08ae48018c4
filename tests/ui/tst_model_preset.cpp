// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/chat_fixture.h"

#include <QTest>

using namespace Qt::StringLiterals;

// The preset that goes with a model: when it is applied, when it is not, and what is said of it.
class ModelPresetTest final : public snug::test::ChatFixture {
    Q_OBJECT

private Q_SLOTS:
    void comesWithItsModel();
    void settingsOfOnesOwnStay();
    void leavesWithItsModel();
    void isThereForTheFirstQuestionAfterAStart();
    void aDeletedPresetIsForgotten();
    void aDamagedMarkIsPassedOver();

private:
    // Temperature 0.1 and a grammar, marked for the loaded model.
    static void mark(Setup &setup);
    void reload(Setup &setup, const QByteArray &model = "Snug Starter");
};

void ModelPresetTest::mark(Setup &setup)
{
    setup.chat.setTemperature(0.1);
    setup.chat.setGrammar(u"root ::= \"yes\""_s);
    QCOMPARE(setup.chat.modelPreset()->actionText(), QString());
    setup.chat.saved()->savePreset(u"Exact"_s, true);
    QCOMPARE(setup.chat.modelPreset()->actionText(), u"Use “Exact” with this model"_s);
    QCOMPARE(setup.chat.modelPreset()->text(), QString());
    setup.chat.modelPreset()->act();
    QCOMPARE(setup.chat.modelPreset()->text(), u"“Exact” is used whenever Snug Starter is loaded."_s);
}

void ModelPresetTest::reload(Setup &setup, const QByteArray &model)
{
    setup.engine.unload();
    QTRY_COMPARE(setup.engine.state(), u"none"_s);
    QFile ready(m_home->filePath(u"ready"_s));
    QVERIFY(ready.open(QIODevice::WriteOnly));
    ready.write(R"({"event":"ready","url":")" + m_server->url().toUtf8() + R"(","model":{"name":")" + model +
                R"("},"context":4096})" + "\n");
    ready.close();
    load(setup);
}

void ModelPresetTest::comesWithItsModel()
{
    Setup setup(*m_home);
    load(setup);
    mark(setup);
    setup.chat.resetSettings();
    reload(setup);
    QCOMPARE(setup.chat.temperature(), 0.1);
    QCOMPARE(setup.chat.grammar(), u"root ::= \"yes\""_s);
    QVERIFY(setup.chat.modelPreset()->text().contains(u"is used whenever"));
    // No longer.
    setup.chat.modelPreset()->act();
    QCOMPARE(setup.chat.modelPreset()->text(), QString());
    setup.chat.resetSettings();
    reload(setup);
    QCOMPARE(setup.chat.temperature(), 0.8);
}

void ModelPresetTest::settingsOfOnesOwnStay()
{
    Setup setup(*m_home);
    load(setup);
    mark(setup);
    setup.chat.setTemperature(0.5);
    reload(setup);
    QCOMPARE(setup.chat.temperature(), 0.5);
    QCOMPARE(setup.chat.modelPreset()->text(),
             u"“Exact” goes with Snug Starter, but these settings are your own."_s);
    QCOMPARE(setup.chat.modelPreset()->actionText(), u"Use “Exact”"_s);
    setup.chat.modelPreset()->act();
    QCOMPARE(setup.chat.temperature(), 0.1);
}

void ModelPresetTest::leavesWithItsModel()
{
    Setup setup(*m_home);
    load(setup);
    mark(setup);
    reload(setup, "Another");
    QCOMPARE(setup.chat.temperature(), 0.8);
    QCOMPARE(setup.chat.grammar(), QString());
    QCOMPARE(setup.chat.modelPreset()->text(), QString());
    reload(setup);
    QCOMPARE(setup.chat.temperature(), 0.1);
    setup.chat.setTopK(7); // one's own from here on
    reload(setup, "Another");
    QCOMPARE(setup.chat.temperature(), 0.1);
    QCOMPARE(setup.chat.topK(), 7);
}

void ModelPresetTest::isThereForTheFirstQuestionAfterAStart()
{
    {
        Setup setup(*m_home);
        load(setup);
        mark(setup);
        setup.chat.resetSettings();
    }
    Setup setup(*m_home);
    ask(setup, u"Hi"_s); // loads the model first
    QCOMPARE(m_server->requests.size(), 1);
    QCOMPARE(m_server->requests[0]["temperature"_L1].toDouble(), 0.1);
    const QVariantList facts = setup.cell(1, "facts").toList();
    QVERIFY(std::any_of(facts.begin(), facts.end(), [](const QVariant &fact) {
        return fact.toMap()[u"value"_s].toString().contains(u"temperature 0.1");
    }));
}

void ModelPresetTest::aDeletedPresetIsForgotten()
{
    Setup setup(*m_home);
    load(setup);
    mark(setup);
    QAbstractItemModel *presets = setup.chat.saved()->presets();
    setup.chat.saved()->removePreset(
        presets->index(0, 0).data(presets->roleNames().key("presetId")).toString());
    QCOMPARE(setup.chat.modelPreset()->text(), QString());
    setup.chat.resetSettings();
    reload(setup);
    QCOMPARE(setup.chat.temperature(), 0.8);
}

void ModelPresetTest::aDamagedMarkIsPassedOver()
{
    Setup setup(*m_home);
    for (const nlohmann::json &marks :
         {nlohmann::json(5), nlohmann::json{{"Snug Starter", "one"}}, nlohmann::json{{"Snug Starter", 1e300}},
          nlohmann::json{{"Snug Starter", 99}}}) {
        setup.settings.set("presets", "of_models", marks);
        setup.settings.set("presets", "brought", marks);
        reload(setup);
        QCOMPARE(setup.chat.temperature(), 0.8);
        QCOMPARE(setup.chat.modelPreset()->text(), QString());
    }
}

QTEST_MAIN(ModelPresetTest)
#include "tst_model_preset.moc"
