// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/context_edge.h"

#include <QTest>

#include <algorithm>

using namespace snug;
using namespace snug::chat;

namespace {

// A letter is a token, and a message costs three more.
std::int64_t lettersOf(std::span<const ChatMessage> messages)
{
    std::int64_t sum = 0;
    for (const ChatMessage &message : messages)
        sum += static_cast<std::int64_t>(message.text.size()) + 3;
    return sum;
}

std::string letters(std::size_t count)
{
    return std::string(count, 'x');
}

// A system prompt of 10 tokens, then turns of 40, then a question of 20.
std::vector<ChatMessage> conversation(int turns)
{
    std::vector<ChatMessage> messages = {{Role::System, letters(7)}};
    for (int i = 0; i < turns; ++i) {
        messages.push_back({Role::User, letters(17)});
        messages.push_back({Role::Assistant, letters(17)});
    }
    messages.push_back({Role::User, letters(17)});
    return messages;
}

struct Counted {
    int calls = 0;
    CountTokens count = [this](std::span<const ChatMessage> messages) -> Result<std::int64_t> {
        ++calls;
        return lettersOf(messages);
    };
};

const char *why(const Result<EdgePlan> &plan)
{
    return plan ? "" : plan.error().message.c_str();
}

} // namespace

class TestContextEdge : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatFitsIsSentAsItIs_data()
    {
        QTest::addColumn<int>("choice");
        QTest::newRow("stop") << static_cast<int>(AtEdge::Stop);
        QTest::newRow("drop") << static_cast<int>(AtEdge::DropOldest);
        QTest::newRow("summarise") << static_cast<int>(AtEdge::Summarise);
    }
    void whatFitsIsSentAsItIs()
    {
        QFETCH(int, choice);
        const auto messages = conversation(3);
        Counted counted;
        const auto plan = planAtEdge({messages, {}, 200, 50, static_cast<AtEdge>(choice)}, counted.count);
        QVERIFY2(plan, why(plan));
        QVERIFY(plan->sent == messages);
        QCOMPARE(plan->tokens, std::int64_t{150});
        QVERIFY(!plan->moved({}));
        QVERIFY(plan->toSummarise.empty());
        QCOMPARE(counted.calls, 1);
    }

    void stoppingLeavesOneToken()
    {
        const auto messages = conversation(3); // 150
        Counted counted;
        QVERIFY(planAtEdge({messages, {}, 151, 100, AtEdge::Stop}, counted.count));
        const auto plan = planAtEdge({messages, {}, 150, 100, AtEdge::Stop}, counted.count);
        QVERIFY(!plan);
        QCOMPARE(plan.error().kind, ErrorKind::TooLarge);
        QVERIFY(plan.error().message.find("150") != std::string::npos);
        QVERIFY(!plan.error().hint.empty());
    }

    void theOldestTurnsAreLeftOut()
    {
        const auto messages = conversation(10); // 10 + 400 + 20
        Counted counted;
        const auto plan = planAtEdge({messages, {}, 400, 80, AtEdge::DropOldest}, counted.count);
        QVERIFY2(plan, why(plan));
        // Three quarters of 320: the system prompt, the question and five turns.
        QCOMPARE(plan->tokens, std::int64_t{230});
        QCOMPARE(plan->cut.messages, std::size_t{10});
        QVERIFY(plan->sent.front() == messages.front());
        QVERIFY(plan->sent.back() == messages.back());
        QCOMPARE(plan->sent.size(), std::size_t{12});
        QCOMPARE(plan->sent[1].role, Role::User);
        QVERIFY(plan->toSummarise.empty());
        QVERIFY2(counted.calls <= 6, "few questions to the server");
    }

    // Or the engine would read everything anew at every question.
    void aCutStaysForTheNextQuestions()
    {
        auto messages = conversation(10);
        Counted counted;
        const auto first = planAtEdge({messages, {}, 400, 80, AtEdge::DropOldest}, counted.count);
        QVERIFY(first);
        messages.push_back({Role::Assistant, letters(17)});
        messages.push_back({Role::User, letters(17)});
        counted.calls = 0;
        const auto second = planAtEdge({messages, first->cut, 400, 80, AtEdge::DropOldest}, counted.count);
        QVERIFY(second);
        QVERIFY(!second->moved(first->cut));
        QCOMPARE(second->tokens, std::int64_t{270});
        QCOMPARE(counted.calls, 1);
    }

    void systemPromptAndLastQuestionAlwaysStay_data()
    {
        QTest::addColumn<int>("choice");
        QTest::newRow("drop") << static_cast<int>(AtEdge::DropOldest);
        QTest::newRow("summarise") << static_cast<int>(AtEdge::Summarise);
    }
    void systemPromptAndLastQuestionAlwaysStay()
    {
        QFETCH(int, choice);
        for (std::size_t size = 20; size < 200; size += 20) {
            auto messages = conversation(4);
            messages.back().text = letters(size);
            const EdgeQuestion question{messages, {}, 140, 20, static_cast<AtEdge>(choice)};
            Counted counted;
            const auto plan = planAtEdge(question, counted.count);
            const std::int64_t least = 10 + static_cast<std::int64_t>(size) + 3;
            if (!plan) {
                QCOMPARE(plan.error().kind, ErrorKind::TooLarge);
                QVERIFY(least > 140 - 20 - 15);
                continue;
            }
            QVERIFY(plan->sent.front() == messages.front());
            QVERIFY(plan->sent.back() == messages.back());
            QVERIFY(plan->tokens <= 120);
        }
    }

    void aSummaryIsAskedOfWhatIsLeftOut()
    {
        const auto messages = conversation(10);
        Counted counted;
        const auto plan = planAtEdge({messages, {}, 1000, 640, AtEdge::Summarise}, counted.count);
        QVERIFY2(plan, why(plan));
        // 430 > 360; 45 for the summary; three quarters of 315.
        QCOMPARE(plan->summaryTokens, std::int64_t{45});
        QCOMPARE(plan->cut.messages, std::size_t{10});
        // The same beginning as what was sent before, so that the engine still knows it.
        QCOMPARE(plan->toSummarise.size(), std::size_t{12});
        for (std::size_t i = 0; i < 11; ++i)
            QVERIFY(plan->toSummarise[i] == messages[i]);
        QCOMPARE(plan->toSummarise.back().role, Role::User);

        ContextCut cut = plan->cut;
        cut.summary = "They said x.";
        const auto sent = sentWith(messages, cut);
        QCOMPARE(sent.size(), std::size_t{12});
        QVERIFY(sent.front().text.starts_with(messages.front().text));
        QVERIFY(sent.front().text.ends_with("They said x."));
        QVERIFY(lettersOf(sent) <= 360 + 60);
    }

    void aSummaryCoversTheOneBefore()
    {
        const auto messages = conversation(10);
        const ContextCut before{8, "Earlier they said y."};
        Counted counted;
        const auto plan = planAtEdge({messages, before, 600, 360, AtEdge::Summarise}, counted.count);
        QVERIFY2(plan, why(plan));
        QVERIFY(plan->moved(before));
        QVERIFY(plan->toSummarise.front().text.find("Earlier they said y.") != std::string::npos);
        // From the old cut on, up to the new one.
        QCOMPARE(plan->toSummarise.size(), 1 + (plan->cut.messages - 8) + 1);
    }

    // A conversation that was pasted in may be longer than any context.
    void whatIsTooLongToBeSummedUpLosesItsBeginning()
    {
        const auto messages = conversation(50);
        Counted counted;
        const auto plan = planAtEdge({messages, {}, 400, 80, AtEdge::Summarise}, counted.count);
        QVERIFY2(plan, why(plan));
        QVERIFY(!plan->toSummarise.empty());
        QVERIFY(lettersOf(plan->toSummarise) + plan->summaryTokens <= 400);
        QVERIFY(plan->toSummarise[plan->toSummarise.size() - 2] == messages[plan->cut.messages]);
    }

    void aSummaryNeedsNoSystemPrompt()
    {
        const std::vector<ChatMessage> messages = {
            {Role::User, "a"}, {Role::Assistant, "b"}, {Role::User, "c"}};
        const auto sent = sentWith(messages, {2, "ab"});
        QCOMPARE(sent.size(), std::size_t{2});
        QCOMPARE(sent.front().role, Role::System);
        QVERIFY(sent.front().text.ends_with("ab"));
        QVERIFY(sent.back() == messages.back());
    }

    void moreContextNeverSendsLess()
    {
        const auto messages = conversation(30);
        std::size_t before = 0;
        for (std::int64_t limit = 60; limit < 1800; limit += 10) {
            Counted counted;
            const auto plan = planAtEdge({messages, {}, limit, limit / 4, AtEdge::DropOldest}, counted.count);
            if (!plan)
                continue;
            QVERIFY(plan->tokens <= limit - limit / 4);
            QCOMPARE(plan->tokens, lettersOf(plan->sent));
            QVERIFY(plan->sent.size() >= before);
            before = plan->sent.size();
        }
        QCOMPARE(before, messages.size());
    }

    void anErrorOfTheServerIsTold()
    {
        const auto messages = conversation(2);
        const CountTokens count = [](std::span<const ChatMessage>) -> Result<std::int64_t> {
            return fail(ErrorKind::Network, "gone");
        };
        const auto plan = planAtEdge({messages, {}, 10, 2, AtEdge::DropOldest}, count);
        QVERIFY(!plan);
        QCOMPARE(plan.error().kind, ErrorKind::Network);
    }

    void oneQuestionThatIsTooLongIsAnError()
    {
        const std::vector<ChatMessage> messages = {{Role::User, letters(500)}};
        for (const AtEdge choice : {AtEdge::Stop, AtEdge::DropOldest, AtEdge::Summarise}) {
            Counted counted;
            const auto plan = planAtEdge({messages, {}, 100, 20, choice}, counted.count);
            QVERIFY(!plan);
            QCOMPARE(plan.error().kind, ErrorKind::TooLarge);
        }
    }

    void choicesHaveNames()
    {
        QCOMPARE(atEdgeNames().size(), std::size_t{3});
        QVERIFY(atEdgeFromName("drop") == AtEdge::DropOldest);
        QVERIFY(atEdgeFromName("summarise") == AtEdge::Summarise);
        QVERIFY(atEdgeFromName("stop") == AtEdge::Stop);
    }
};

QTEST_GUILESS_MAIN(TestContextEdge)
#include "tst_context_edge.moc"
