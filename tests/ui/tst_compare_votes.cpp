// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/compare_fixture.h"

#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using snug::ui::CompareColumn;
using snug::ui::CompareTally;
using snug::ui::CompareViewModel;
using snug::ui::SettingsFile;

// What nobody may see before a vote, what is counted, and what becomes of the answer that was liked.
class CompareVotesTest final : public snug::test::CompareFixture {
    Q_OBJECT

private Q_SLOTS:
    void blindShowsNothingBeforeTheVote();
    void theSourceOfChanceSetsTheOrder();
    void aTieAndARevealWithoutAVote();
    void aFailedColumnCannotWin();
    void theTallyIsKeptAndCleared();
    void aModelThatMetItselfCountsOnce();
    void aDamagedTallyIsPassedOver();
    void theChosenAnswerGoesOnAsAChat();
    void withoutAStoreItGoesOnInMemory();
};

void CompareVotesTest::blindShowsNothingBeforeTheVote()
{
    m_first->holdAfter = 1;
    m_second->holdAfter = 1;
    Sitting sitting(*m_home);
    CompareViewModel &compare = sitting.compare;
    compare.setTogether(true);
    compare.setBlind(true);
    sitting.choose({u"one"_s, u"two"_s});
    QVERIFY(!compare.hidden());
    compare.send(u"Hi"_s);
    QVERIFY(compare.hidden());
    const auto secret = [&compare](int at) {
        const CompareColumn *column = compare.column(at);
        const QString shown = column->heading() + column->level() + column->shownPath() + column->figures() +
                              column->stateText() + column->problem().message + column->problem().details;
        return shown.contains(u"one") || shown.contains(u"two") || shown.contains(u'Q') ||
               shown.contains(u"token") || column->loadProgress() >= 0;
    };
    QVERIFY(!secret(0) && !secret(1));
    QTRY_VERIFY(!sitting.answer(0).isEmpty() && !sitting.answer(1).isEmpty());
    QVERIFY(!secret(0) && !secret(1));
    QVERIFY(!compare.canVote());
    compare.vote(compare.column(0)); // too early
    QVERIFY(compare.hidden());
    compare.stop();
    QTRY_VERIFY(compare.canVote());
    QVERIFY(!secret(0) && !secret(1));
    QCOMPARE(compare.column(0)->heading(), u"Model A"_s);
    QCOMPARE(compare.column(1)->heading(), u"Model B"_s);
    compare.continueWith(compare.column(0)); // would tell
    QCOMPARE(sitting.chat.messages()->rowCount(), 0);

    CompareColumn *winner = compare.column(1);
    compare.vote(winner);
    QVERIFY(!compare.hidden() && !compare.canVote());
    QVERIFY(secret(0) && secret(1));
    QCOMPARE(compare.verdict(), u"You chose Model B: it is %1 %2."_s.arg(winner->heading(), winner->level()));
    // What follows is not blind any more; a new comparison is.
    m_first->holdAfter = m_second->holdAfter = -1;
    QVERIFY(sitting.ask(u"More"_s));
    QVERIFY(!compare.hidden());
    compare.startOver();
    QVERIFY(compare.verdict().isEmpty());
    QVERIFY(sitting.ask(u"Anew"_s));
    QVERIFY(compare.hidden());
}

void CompareVotesTest::theSourceOfChanceSetsTheOrder()
{
    const auto order = [this](quint32 seed) {
        Sitting sitting(*m_home, seed);
        sitting.compare.setBlind(true);
        sitting.choose({u"one"_s, u"two"_s, u"none"_s});
        sitting.compare.send(u"Hi"_s);
        QString paths;
        for (int at = 0; at < 3; ++at)
            paths += sitting.compare.column(at)->path() + u' ';
        sitting.compare.stop();
        const bool stopped = QTest::qWaitFor([&] { return !sitting.compare.busy(); });
        sitting.compare.startOver();
        // Where they were chosen they stand again.
        return stopped && sitting.compare.column(2)->path() == u"none" ? paths : QString();
    };
    QSet<QString> seen;
    for (quint32 seed = 1; seed <= 12; ++seed)
        seen.insert(order(seed));
    QVERIFY(!seen.contains(QString()));
    QVERIFY2(seen.size() > 2, qPrintable(QStringList(seen.values()).join(u'|')));
    QCOMPARE(order(7), order(7));
}

void CompareVotesTest::aTieAndARevealWithoutAVote()
{
    Sitting sitting(*m_home);
    CompareViewModel &compare = sitting.compare;
    compare.setBlind(true);
    sitting.choose({u"one"_s, u"two"_s});
    QVERIFY(sitting.ask(u"Hi"_s));
    compare.voteTie();
    QCOMPARE(compare.tally()->count(), 2);
    QCOMPARE(cell(compare.tally()->rows(), 0, "ties").toInt(), 1);
    QCOMPARE(cell(compare.tally()->rows(), 0, "wins").toInt(), 0);
    compare.voteTie(); // once is enough
    compare.startOver();
    QVERIFY(sitting.ask(u"Hi"_s));
    compare.reveal();
    QVERIFY(!compare.hidden());
    compare.vote(compare.column(0)); // too late
    QCOMPARE(cell(compare.tally()->rows(), 0, "votes").toInt(), 1);
    // Without the switch there is nothing to vote about.
    compare.startOver();
    compare.setBlind(false);
    QVERIFY(sitting.ask(u"Hi"_s));
    QVERIFY(!compare.canVote() && !compare.hidden());
}

void CompareVotesTest::aFailedColumnCannotWin()
{
    Sitting sitting(*m_home);
    CompareViewModel &compare = sitting.compare;
    compare.setBlind(true);
    sitting.choose({u"none"_s, u"two"_s});
    QVERIFY(sitting.ask(u"Hi"_s));
    QVERIFY(!compare.canVote());
    const auto failed = compare.column(0)->hasAnswer() ? compare.column(1) : compare.column(0);
    QCOMPARE(failed->problem().message, u"This model could not answer."_s);
    QVERIFY(failed->problem().details.isEmpty());
    compare.vote(failed);
    compare.voteTie();
    QCOMPARE(compare.tally()->count(), 0);
    compare.reveal();
    QCOMPARE(failed->problem().kind, u"out_of_memory"_s);
}

void CompareVotesTest::theTallyIsKeptAndCleared()
{
    {
        Sitting sitting(*m_home);
        sitting.compare.setBlind(true);
        sitting.choose({u"one"_s, u"two"_s});
        for (int round = 0; round < 2; ++round) {
            QVERIFY(sitting.ask(u"Hi"_s));
            CompareColumn *second = sitting.compare.column(0)->path() == u"two" ? sitting.compare.column(0)
                                                                                : sitting.compare.column(1);
            sitting.compare.vote(second);
            sitting.compare.startOver();
        }
    }
    Sitting next(*m_home);
    CompareTally *tally = next.compare.tally();
    QVERIFY(next.compare.blind());
    QCOMPARE(tally->count(), 2);
    QCOMPARE(cell(tally->rows(), 0, "name").toString(), u"Model two"_s);
    QCOMPARE(cell(tally->rows(), 0, "level").toString(), u"Q4_K_M"_s);
    QCOMPARE(cell(tally->rows(), 0, "wins").toInt(), 2);
    QCOMPARE(cell(tally->rows(), 0, "votes").toInt(), 2);
    QCOMPARE(cell(tally->rows(), 1, "wins").toInt(), 0);
    QCOMPARE(cell(tally->rows(), 1, "votes").toInt(), 2);
    tally->clear();
    QCOMPARE(tally->count(), 0);
    QVERIFY(next.settings.value("compare", "tally").is_null());
}

void CompareVotesTest::aModelThatMetItselfCountsOnce()
{
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    CompareTally tally(settings);
    tally.add({{u"A"_s, u"Q8_0"_s}, {u"A"_s, u"Q8_0"_s}, {u"A"_s, u"Q4_0"_s}}, 1);
    QCOMPARE(tally.count(), 2);
    QCOMPARE(cell(tally.rows(), 0, "votes").toInt(), 1);
    QCOMPARE(cell(tally.rows(), 0, "wins").toInt(), 1);
    QCOMPARE(cell(tally.rows(), 1, "wins").toInt(), 0);
}

void CompareVotesTest::aDamagedTallyIsPassedOver()
{
    SettingsFile settings(m_home->filePath(u"settings.json"_s).toStdString());
    settings.set("compare", "tally",
                 nlohmann::json::array({17,
                                        {{"model", 5}},
                                        {{"model", ""}, {"votes", 3}},
                                        {{"model", "A"}, {"level", nullptr}, {"votes", -4}, {"wins", 1e300}},
                                        {{"model", "B"}, {"votes", std::int64_t{1} << 62}}}));
    CompareTally tally(settings);
    QCOMPARE(tally.count(), 2);
    QCOMPARE(cell(tally.rows(), 0, "votes").toInt(), 0);
    QCOMPARE(cell(tally.rows(), 0, "wins").toInt(), 0);
    tally.add({{u"B"_s, {}}, {u"A"_s, {}}}, 0);
    QCOMPARE(cell(tally.rows(), 0, "name").toString(), u"B"_s);
    QVERIFY(cell(tally.rows(), 0, "votes").toInt() > 0);
    settings.set("compare", "tally", "none");
    QCOMPARE(CompareTally(settings).count(), 0);
}

void CompareVotesTest::theChosenAnswerGoesOnAsAChat()
{
    Sitting sitting(*m_home);
    sitting.chat.setDraft(u"Half a thought"_s);
    sitting.chat.setSystemPrompt(u"Be brief."_s);
    sitting.compare.setTogether(true);
    sitting.choose({u"one"_s, u"two"_s});
    QVERIFY(sitting.ask(u"Hi"_s));
    QVERIFY(sitting.ask(u"And then?"_s));
    QSignalSpy continued(&sitting.compare, &CompareViewModel::continued);
    sitting.compare.continueWith(sitting.compare.column(1));
    QTRY_COMPARE(continued.count(), 1);
    // Nothing of the comparison holds memory when the chat loads.
    QVERIFY(!sitting.compare.column(0)->holdsEngine() && !sitting.compare.column(1)->holdsEngine());
    QTRY_COMPARE(sitting.engine.state(), u"ready"_s);
    QCOMPARE(sitting.engine.modelPath(), u"two"_s);
    QCOMPARE(sitting.chat.messages()->rowCount(), 4);
    QCOMPARE(sitting.chat.currentTitle(), u"Hi"_s);
    QCOMPARE(sitting.chat.systemPrompt(), u"Be brief."_s);
    QCOMPARE(sitting.chat.draft(), QString());
    sitting.chat.newChat();
    QCOMPARE(sitting.chat.draft(), u"Half a thought"_s);

    const auto store =
        snug::chat::ConversationStore::open(m_home->filePath(u"chats.sqlite"_s).toStdString(),
                                            &std::chrono::system_clock::now, snug::chat::Opening::Beside);
    QVERIFY(store.has_value());
    const auto list = (*store)->list();
    QVERIFY(list.has_value());
    QCOMPARE(list->size(), std::size_t{1});
    const auto kept = (*store)->load(list->front().id);
    QVERIFY(kept.has_value());
    QCOMPARE(kept->systemPrompt, std::string("Be brief."));
    const snug::chat::Message &answer = kept->messages.back();
    QCOMPARE(answer.text, std::string("Good day"));
    QCOMPARE(answer.model, std::string("Model two"));
    QCOMPARE(answer.level, std::string("Q4_K_M"));
    QCOMPARE(answer.modelHash, std::string("hash of two"));
    QCOMPARE(answer.finishReason, std::string("stop"));
    QCOMPARE(answer.tokens, std::int64_t{2});
    QCOMPARE(answer.promptTokens, std::int64_t{7});
    QCOMPARE(answer.tokensPerSecond, 40.0);
    QVERIFY(answer.firstTokenSeconds >= 0 && answer.promptMs > 0);
    QVERIFY(answer.settings.find("\"seed\":") != std::string::npos);
    QVERIFY(answer.settings.find("\"seed\":-1") == std::string::npos);
}

void CompareVotesTest::withoutAStoreItGoesOnInMemory()
{
    Sitting sitting(*m_home);
    snug::ui::ChatViewModel chat(sitting.engine, sitting.settings,
                                 snug::fail(snug::ErrorKind::Io, "The disk is gone."));
    CompareViewModel compare({[&] {
                                  return std::make_unique<snug::ui::EngineSession>(snug::test::fakeWorker(),
                                                                                   sitting.settings);
                              },
                              [](const QString &path) {
                                  return snug::ui::ModelLabel{path, {}};
                              },
                              {}},
                             chat, sitting.engine, sitting.settings);
    compare.choose(compare.column(0), u"one"_s);
    compare.choose(compare.column(1), u"two"_s);
    compare.send(u"Hi"_s);
    QTRY_VERIFY(!compare.busy());
    QSignalSpy continued(&compare, &CompareViewModel::continued);
    compare.continueWith(compare.column(0));
    QTRY_COMPARE(continued.count(), 1);
    QCOMPARE(cell(chat.messages(), 1, "text").toString(), u"Hello, you"_s);
}

QTEST_MAIN(CompareVotesTest)
#include "tst_compare_votes.moc"
