// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/advice.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace snug;
using namespace snug::quant;
using json = nlohmann::json;

namespace snug::embedded {
extern const std::string_view adviceTable;
}

namespace {

constexpr std::int64_t kEightBillion = 8'000'000'000;

json embeddedTable()
{
    return json::parse(embedded::adviceTable);
}

// All usual levels of a model; those up to `most` bits a weight fit.
std::vector<AdviceOffer> offersThatFitUpTo(double most)
{
    std::vector<AdviceOffer> offers;
    for (const Level &level : levels()) {
        const bool fits = level.bitsPerWeight <= most;
        offers.push_back({std::string(level.name), fits, static_cast<std::int64_t>(level.bitsPerWeight * 1e9),
                          std::nullopt, level.quality.plain, ""});
    }
    return offers;
}

AdviceOffer &named(std::vector<AdviceOffer> &offers, std::string_view level)
{
    return *std::find_if(offers.begin(), offers.end(),
                         [level](const AdviceOffer &offer) { return offer.level == level; });
}

bool says(const std::string &text, const char *part)
{
    return text.find(part) != std::string::npos;
}

bool notes(const Advice &advice, const char *part)
{
    return std::any_of(advice.notes.begin(), advice.notes.end(),
                       [part](const std::string &note) { return says(note, part); });
}

const AdviceRule &rule(std::string_view id)
{
    const auto &rules = adviceTable().rules;
    return *std::find_if(rules.begin(), rules.end(), [id](const AdviceRule &one) { return one.id == id; });
}

} // namespace

class TestAdvice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTableIsRead()
    {
        const auto table = parseAdvice(embedded::adviceTable);
        QVERIFY2(table, table ? "" : table.error().message.c_str());
        QVERIFY(*table == adviceTable());
        QCOMPARE(table->rules.size(), std::size_t{10});
    }

    void everyRuleHasASentenceAndASource_data()
    {
        QTest::addColumn<QString>("id");
        for (const AdviceRule &one : adviceTable().rules)
            QTest::newRow(one.id.c_str()) << QString::fromStdString(one.id);
    }

    void everyRuleHasASentenceAndASource()
    {
        QFETCH(QString, id);
        const AdviceRule &one = rule(id.toStdString());
        QVERIFY(one.sentence.ends_with('.'));
        QVERIFY(one.source.title.size() > 20);
        QVERIFY(one.source.address.starts_with("https://"));
        const bool conditional = one.bitsAtLeast || one.bitsAtMost || one.parametersBelow;
        QCOMPARE(conditional, one.kind != RuleKind::Level);
    }

    void everyWorkloadHasItsBits_data()
    {
        QTest::addColumn<QString>("workload");
        QTest::addColumn<int>("low");
        QTest::addColumn<int>("high");
        QTest::newRow("chat") << "chat" << 4 << 4;
        QTest::newRow("code") << "code" << 5 << 6;
        QTest::newRow("maths") << "maths" << 8 << 8;
        QTest::newRow("high_stakes") << "high_stakes" << 16 << 16;
    }

    void everyWorkloadHasItsBits()
    {
        QFETCH(QString, workload);
        QFETCH(int, low);
        QFETCH(int, high);
        const AdviceRule &one = rule(workload.toStdString());
        QVERIFY(one.kind == RuleKind::Level);
        QCOMPARE(one.lowBits, low);
        QCOMPARE(one.highBits, high);
        QCOMPARE(workloadName(*one.workload), std::string_view(one.id));
    }

    // The smallest rung that a rule names keeps to the loss that the rule allows, by the published table.
    void boundsAgreeWithThePublishedTable()
    {
        for (const AdviceRule &one : adviceTable().rules) {
            if (one.kind != RuleKind::Level)
                continue;
            for (const Rung &rung : adviceTable().ladder) {
                const Level *best = levelFromName(rung.levels.front());
                if (rung.bits == one.lowBits && best->quality.plain)
                    QVERIFY2(*best->quality.plain <= one.divergence, rung.levels.front().c_str());
                if (rung.bits + 1 == one.lowBits && best->quality.plain)
                    QVERIFY2(*best->quality.plain > one.divergence, rung.levels.front().c_str());
            }
        }
    }

    void theLadderHoldsEveryLevelForOrdinaryModels()
    {
        const std::set<std::string_view> special = {"TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "MXFP4_MOE", "NVFP4"};
        for (const Level &level : levels()) {
            QCOMPARE(bitsOf(level.name).has_value(), !special.contains(level.name));
            if (!bitsOf(level.name))
                QVERIFY(!isCliff(level.name));
        }
    }

    void threeBitsAndBelowAreACliff_data()
    {
        QTest::addColumn<QString>("level");
        QTest::addColumn<bool>("cliff");
        for (const char *level :
             {"IQ1_S", "IQ2_XXS", "Q2_K", "IQ3_XXS", "Q3_K_S", "Q3_K_M", "Q3_K_L", "IQ3_M"})
            QTest::newRow(level) << level << true;
        for (const char *level :
             {"IQ4_XS", "Q4_0", "Q4_K_M", "Q5_0", "Q8_0", "BF16", "TQ1_0", "MXFP4_MOE", "no"})
            QTest::newRow(level) << level << false;
    }

    void threeBitsAndBelowAreACliff()
    {
        QFETCH(QString, level);
        QFETCH(bool, cliff);
        QCOMPARE(isCliff(level.toStdString()), cliff);
    }

    // As ui/03-model shows them.
    void lossesHaveWords_data()
    {
        QTest::addColumn<double>("loss");
        QTest::addColumn<QString>("word");
        QTest::newRow("BF16") << 0.0 << "same";
        QTest::newRow("Q8_0") << 0.001355 << "same";
        QTest::newRow("Q6_K") << 0.005452 << "same";
        QTest::newRow("Q5_K_M") << 0.010762 << "very close";
        QTest::newRow("Q4_K_M") << 0.031273 << "very close";
        QTest::newRow("IQ4_XS") << 0.036334 << "very close";
        QTest::newRow("Q4_0") << 0.071940 << "close";
        QTest::newRow("Q3_K_M") << 0.101913 << "acceptable";
        QTest::newRow("Q2_K") << 0.445132 << "damaged";
        QTest::newRow("at a bound") << 0.05 << "very close";
        QTest::newRow("beyond it") << 0.0501 << "close";
    }

    void lossesHaveWords()
    {
        QFETCH(double, loss);
        QFETCH(QString, word);
        QCOMPARE(std::string(qualityWord(loss)), word.toStdString());
        QVERIFY(says(qualityText(loss), word.toUtf8().constData()));
    }

    void everyPublishedFigureLiesOffTheBounds()
    {
        // A word that changes with the last digit of a figure would be no help.
        for (const Level &level : levels()) {
            for (const QualityWord &word : adviceTable().words) {
                if (word.upTo && level.quality.plain)
                    QVERIFY(std::abs(*level.quality.plain / *word.upTo - 1) > 0.015);
            }
        }
        QVERIFY(adviceTable().wordsReason.size() > 50);
    }

    void advisesWhatTheRuleNamesWhereItFits_data()
    {
        QTest::addColumn<QString>("workload");
        QTest::addColumn<double>("billions");
        QTest::addColumn<double>("most"); // bits a weight that fit
        QTest::addColumn<QString>("level");
        QTest::addColumn<bool>("fits");
        QTest::newRow("chat") << "chat" << 8.0 << 99.0 << "Q4_K_M" << true;
        QTest::newRow("chat, just too small") << "chat" << 8.0 << 4.7 << "Q4_K_S" << true;
        QTest::newRow("chat on little") << "chat" << 8.0 << 4.2 << "Q3_K_M" << true;
        QTest::newRow("chat on nearly nothing") << "chat" << 8.0 << 2.9 << "IQ2_S" << true;
        QTest::newRow("chat, nothing fits") << "chat" << 8.0 << 1.0 << "Q4_K_M" << false;
        QTest::newRow("code") << "code" << 8.0 << 99.0 << "Q6_K" << true;
        QTest::newRow("code without room for 6") << "code" << 8.0 << 6.1 << "Q5_K_M" << true;
        QTest::newRow("code without room for 5") << "code" << 8.0 << 5.2 << "Q4_K_M" << true;
        QTest::newRow("maths") << "maths" << 8.0 << 99.0 << "Q8_0" << true;
        QTest::newRow("maths without room") << "maths" << 8.0 << 7.0 << "Q6_K" << true;
        QTest::newRow("high stakes") << "high_stakes" << 8.0 << 99.0 << "BF16" << true;
        QTest::newRow("high stakes without room") << "high_stakes" << 8.0 << 9.0 << "Q8_0" << true;
        QTest::newRow("small chat") << "chat" << 1.5 << 99.0 << "Q5_K_M" << true;
        QTest::newRow("small code") << "code" << 1.5 << 99.0 << "Q8_0" << true;
        QTest::newRow("small code with less room") << "code" << 1.5 << 7.0 << "Q6_K" << true;
        QTest::newRow("small maths") << "maths" << 1.5 << 99.0 << "BF16" << true;
        QTest::newRow("small high stakes") << "high_stakes" << 1.5 << 99.0 << "BF16" << true;
        QTest::newRow("3 B is not under 3 B") << "chat" << 3.0 << 99.0 << "Q4_K_M" << true;
        QTest::newRow("of an unknown size") << "chat" << 0.0 << 99.0 << "Q4_K_M" << true;
    }

    void advisesWhatTheRuleNamesWhereItFits()
    {
        QFETCH(QString, workload);
        QFETCH(double, billions);
        QFETCH(double, most);
        QFETCH(QString, level);
        QFETCH(bool, fits);
        const auto work = workloadFromName(workload.toStdString());
        QVERIFY(work);
        auto offers = offersThatFitUpTo(most);
        const Advice advice = advise(*work, static_cast<std::int64_t>(billions * 1e9), offers);
        QCOMPARE(QString::fromStdString(advice.level), level);
        QCOMPARE(advice.fits, fits);
        QVERIFY(advice.text.starts_with(rule(workload.toStdString()).sentence));
        QVERIFY(says(advice.text, level.toUtf8().constData()));
        QCOMPARE(notes(advice, "3 B parameters"), billions > 0 && billions < 3);
        QCOMPARE(notes(advice, "falls steeply"), isCliff(advice.level));
        QCOMPARE(notes(advice, "Rare facts"), *bitsOf(advice.level) <= 4);
        QCOMPARE(notes(advice, "bigger model at 4 bits"), *bitsOf(advice.level) >= 16);
    }

    void whatDoesNotFitMayRunAnotherWay()
    {
        auto offers = offersThatFitUpTo(5.2);
        named(offers, "Q5_K_M").otherwise = "Q5_K_M runs fully on the GPU at 8192 tokens.";
        const Advice advice = advise(Workload::Code, kEightBillion, offers);
        QCOMPARE(advice.level, std::string("Q5_K_M"));
        QVERIFY(!advice.fits);
        QVERIFY(says(advice.text, "Q5_K_M runs fully on the GPU at 8192 tokens."));
        QVERIFY(notes(advice, "Q4_K_M fits as it is."));
        QVERIFY(notes(advice, "published for Llama 3 8B"));
    }

    void aMeasuredFigureOverrulesTheRuleDownwards()
    {
        auto offers = offersThatFitUpTo(5.2);
        named(offers, "Q4_K_M").measured = 0.012;
        const Advice advice = advise(Workload::Code, kEightBillion, offers);
        QCOMPARE(advice.level, std::string("Q4_K_M"));
        QVERIFY(advice.fits);
        QVERIFY(says(advice.text, "Measured for this model"));
        QVERIFY(says(advice.text, "0.012"));
        QVERIFY(!says(advice.text, "published"));
    }

    void aMeasuredFigureOverrulesTheRuleUpwards()
    {
        auto offers = offersThatFitUpTo(99);
        named(offers, "Q4_K_M").measured = 0.09;
        for (const char *level : {"Q4_K_S", "IQ4_XS", "IQ4_NL", "Q4_0", "Q4_1"})
            named(offers, level).measured = 0.2;
        const Advice advice = advise(Workload::Chat, kEightBillion, offers);
        QCOMPARE(advice.level, std::string("Q5_K_M"));
        QVERIFY(notes(advice, "Q4_K_M would be the rule"));
        QVERIFY(notes(advice, "0.090 against 0.050"));
    }

    void aSmallerLevelThatMeasuredWellIsMentioned()
    {
        auto offers = offersThatFitUpTo(99);
        named(offers, "Q4_K_M").measured = 0.012;
        const Advice advice = advise(Workload::Code, kEightBillion, offers);
        QCOMPARE(advice.level, std::string("Q6_K"));
        QVERIFY(notes(advice, "Q4_K_M (4.56 GiB) is enough for this work as well"));
    }

    void measuredFiguresOfASmallModelNeedNoStep()
    {
        auto offers = offersThatFitUpTo(5.0);
        named(offers, "Q4_K_M").measured = 0.02;
        QCOMPARE(advise(Workload::Chat, 1'000'000'000, offers).level, std::string("Q4_K_M"));
        QVERIFY(advise(Workload::Chat, 1'000'000'000, offers).fits);
    }

    void withoutAUsualLevelNothingIsAdvised()
    {
        std::vector<AdviceOffer> offers = {{"MXFP4_MOE", true, 1, {}, {}, ""},
                                           {"nonsense", true, 1, {}, {}, ""}};
        for (const Workload workload : kWorkloads) {
            const Advice advice = advise(workload, kEightBillion, offers);
            QVERIFY(advice.level.empty());
            QVERIFY(says(advice.text, "No such level is on offer"));
            QVERIFY(!advise(workload, kEightBillion, {}).fits);
        }
    }

    void onlyOneLevelOnOffer()
    {
        std::vector<AdviceOffer> offers = {{"Q4_K_M", true, 1, {}, 0.031, ""}};
        const Advice advice = advise(Workload::Maths, kEightBillion, offers);
        QCOMPARE(advice.level, std::string("Q4_K_M"));
        QVERIFY(says(advice.text, "No such level is on offer; Q4_K_M is the best that fits."));
        QVERIFY(says(advice.text, "very close to the original (KL divergence 0.031)"));
    }

    void becomesJson()
    {
        const json advice = toJson(advise(Workload::HighStakes, kEightBillion, offersThatFitUpTo(99)));
        QCOMPARE(advice["workload"].get<std::string>(), std::string("high_stakes"));
        QCOMPARE(advice["level"].get<std::string>(), std::string("BF16"));
        QVERIFY(advice["text"].is_string() && advice["source"].is_string() && advice["notes"].is_array());
        QVERIFY(advice["fits"].get<bool>());
        QVERIFY(advice["source_address"].get<std::string>().starts_with("https://"));
    }

    void aWrongTableIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, auto change) {
            json table = embeddedTable();
            change(table);
            QTest::newRow(name) << QByteArray::fromStdString(table.dump());
        };
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a list") << QByteArray("[]");
        row("another schema", [](json &t) { t["schema"] = 2; });
        row("an unknown field", [](json &t) { t["more"] = 1; });
        row("no ladder", [](json &t) { t.erase("ladder"); });
        row("a ladder that falls", [](json &t) { t["ladder"][0]["bits"] = 9; });
        row("an unknown level", [](json &t) { t["ladder"][0]["levels"][0] = "Q9_K"; });
        row("a level twice", [](json &t) { t["ladder"][0]["levels"][0] = "Q8_0"; });
        row("an empty rung", [](json &t) { t["ladder"][0]["levels"] = json::array(); });
        row("words that fall", [](json &t) { t["quality"]["words"][1]["up_to"] = 0.001; });
        row("a last word with a bound", [](json &t) { t["quality"]["words"][4]["up_to"] = 9; });
        row("a bound that is text", [](json &t) { t["quality"]["words"][0]["up_to"] = "0.01"; });
        row("a bound in the middle missing", [](json &t) { t["quality"]["words"][1].erase("up_to"); });
        row("no source", [](json &t) { t["rules"][0].erase("source"); });
        row("an unknown source", [](json &t) { t["rules"][0]["source"] = "hearsay"; });
        row("a source without a title", [](json &t) { t["sources"]["k_bit"].erase("title"); });
        row("a source without https", [](json &t) { t["sources"]["k_bit"]["address"] = "http://a"; });
        row("an unknown workload", [](json &t) { t["rules"][0]["workload"] = "poetry"; });
        row("a level for any workload", [](json &t) { t["rules"][0]["workload"] = "any"; });
        row("a workload without a rule", [](json &t) { t["rules"].erase(0); });
        row("a workload with two", [](json &t) { t["rules"][1]["workload"] = "chat"; });
        row("a rule twice", [](json &t) { t["rules"].push_back(t["rules"][5]); });
        row("an unknown kind", [](json &t) { t["rules"][0]["kind"] = "order"; });
        row("an unknown condition", [](json &t) { t["rules"][5]["when"]["moon"] = 1; });
        row("an unknown family", [](json &t) { t["rules"][5]["when"]["families"][0] = "x"; });
        row("bits off the ladder", [](json &t) { t["rules"][0]["bits"][0] = 7; });
        row("bits the wrong way round", [](json &t) { t["rules"][1]["bits"] = {6, 5}; });
        row("three bits", [](json &t) { t["rules"][1]["bits"] = {4, 5, 6}; });
        row("negative bits", [](json &t) { t["rules"][5]["when"]["bits_at_most"] = -1; });
        row("huge bits", [](json &t) { t["rules"][5]["when"]["bits_at_most"] = 1e30; });
        row("a negative divergence", [](json &t) { t["rules"][0]["divergence"] = -1; });
        row("an empty sentence", [](json &t) { t["rules"][0]["sentence"] = ""; });
        row("rules that are text", [](json &t) { t["rules"] = "none"; });
    }

    void aWrongTableIsRefused()
    {
        QFETCH(QByteArray, text);
        const auto table = parseAdvice({text.constData(), static_cast<std::size_t>(text.size())});
        QVERIFY(!table);
        QCOMPARE(table.error().kind, ErrorKind::Corrupt);
        QVERIFY(table.error().message.starts_with("The table of advice is wrong: "));
    }
};

QTEST_GUILESS_MAIN(TestAdvice)
#include "tst_advice.moc"
