// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_fit.h"

#include "tests/support/fake_fit_model.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <utility>

namespace snug::test {
namespace {

using nlohmann::json;

class Conversation {
public:
    Conversation(const std::string &manner, std::string log) : m_manner(manner), m_log(std::move(log)) {}

    int run()
    {
        if (is("gone") || is("offline")) {
            say({{"event", "error"},
                 {"kind", is("gone") ? "not_found" : "network"},
                 {"message", is("gone") ? "The Hub has no such model." : "The Hub does not answer."},
                 {"detail", json::object()},
                 {"hint", is("gone") ? "Search for it again." : "Look at the network and try again."}});
            return 1;
        }
        if (is("loading"))
            say({{"event", "progress"},
                 {"stage", "reading the header"},
                 {"done", 786432},
                 {"total", 1048576},
                 {"unit", "bytes"},
                 {"rate", 0},
                 {"eta_s", -1}});
        if (!is("mute") && !is("loading"))
            say(fakeReady(m_manner));
        std::string line;
        std::int64_t answered = 0;
        while (std::getline(std::cin, line)) {
            if (!m_log.empty())
                std::ofstream(m_log, std::ios::app) << "asked " + line + '\n';
            answer(json::parse(line, nullptr, false));
            ++answered;
        }
        say({{"event", "result"}, {"answered", answered}});
        return 0;
    }

private:
    [[nodiscard]] bool is(const char *word) const { return m_manner.is(word); }

    static void say(const json &event)
    {
        const std::string line = event.dump() + '\n';
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
    }

    void dieIfThatIsTheManner() const
    {
        if (is("dies"))
            std::abort();
        const std::string path = m_manner.fileOf("dies");
        if (!path.empty() && !std::ifstream(path)) {
            std::ofstream(path) << "died once";
            std::abort();
        }
    }

    // What a first look at a repository tells.
    [[nodiscard]] json levelsThatAreThere(const json &question) const
    {
        json there = json::array();
        json all = fakeLevels(m_manner, question);
        for (json &level : all) {
            if (level["exists"].get<bool>())
                there.push_back(std::move(level));
        }
        return there;
    }

    void answer(const json &question)
    {
        dieIfThatIsTheManner();
        const int id = question.value("id", 0);
        if (is("hostile")) {
            sayNonsense(id);
            return;
        }
        if (question.value("context", 0) > 1'000'000) {
            refuse(id, "A context of that many tokens makes no sense for this model.",
                   "Ask for at most 1 000 000.");
            return;
        }
        if (!fakeKnowsMachine(question)) {
            refuse(id, "There is no machine of that name.", "Describe it by its memory.");
            return;
        }
        if (is("preliminary") && !std::exchange(m_hasWholeHeader, true))
            say({{"event", "fit"},
                 {"id", id},
                 {"preliminary", true},
                 {"levels", levelsThatAreThere(question)}});
        say({{"event", "fit"},
             {"id", id},
             {"preliminary", false},
             {"context", question.value("context", 16384)},
             {"kv_type", question.value("kv_type", "f16")},
             {"exact", false},
             {"own_draft", is("own_draft")},
             {"devices", fakeDevices(m_manner, question)},
             {"levels", fakeLevels(m_manner, question)},
             {"advice", adviceFor(question.value("workload", "chat"))},
             {"suggestions", suggestions()},
             {"hopeless", is("huge") ? "Even the smallest level needs more memory than there is." : ""}});
        if (question.value("machine", "").empty())
            answerExactly(id, question);
        say({{"event", "answered"}, {"id", id}});
    }

    static void refuse(int id, const char *message, const char *hint)
    {
        say({{"event", "refused"},
             {"id", id},
             {"error",
              {{"kind", "invalid_argument"},
               {"message", message},
               {"detail", json::object()},
               {"hint", hint}}}});
    }

    void answerExactly(int id, const json &question) const
    {
        for (const json &wanted : question.value("levels", json::array())) {
            if (question.value("mmproj", "").find("broken") != std::string::npos) {
                refuse(id, "The file broken-mmproj.gguf is damaged.", "Download it again.");
                continue;
            }
            if (question.value("flash_attn", "auto") == "off" && question.value("kv_type", "f16") != "f16") {
                refuse(id, "A KV cache of that type needs flash attention.", "Switch flash attention on.");
                continue;
            }
            if (is("slow"))
                std::this_thread::sleep_for(std::chrono::milliseconds(60));
            if (json level = fakeLevel(m_manner, question, wanted.get<std::string>()); !level.is_null())
                say({{"event", "level"}, {"id", id}, {"level", std::move(level)}});
        }
        say({{"event", "suggestions"},
             {"id", id},
             {"level", "Q4_K_M"},
             {"suggestions", suggestions()},
             {"hopeless", is("huge") ? "Even the smallest level needs more memory than there is." : ""}});
    }

    static json adviceFor(const std::string &workload)
    {
        const bool code = workload == "code";
        const bool maths = workload == "maths";
        const bool high = workload == "high_stakes";
        return {{"workload", workload},
                {"level", high    ? "BF16"
                          : maths ? "Q8_0"
                          : code  ? "Q5_K_M"
                                  : "Q4_K_M"},
                {"text", high    ? "Where an error is expensive, the original precision is worth its memory."
                         : maths ? "For mathematics, 8 bits are worth it."
                         : code  ? "For code, 5 to 6 bits are worth it."
                                 : "For chat, 4 bits are enough."},
                {"source", "Quantization and task quality, table 2"},
                {"notes", {"Rare facts suffer first."}}};
    }

    [[nodiscard]] json suggestions() const
    {
        if (is("huge"))
            return json::array({{{"kind", "advice"}, {"text", "A smaller model would run."}, {"cost", ""}}});
        return {{{"kind", "kv_type"},
                 {"text", "With the KV cache at q8_0, 36\u202f864 tokens fit."},
                 {"cost", "Answers hardly change; prompts are read a little more slowly."},
                 {"context", 36864},
                 {"kv_type", "q8_0"}},
                {{"kind", "level"},
                 {"text", "Q5_K_M fits whole with 8\u202f192 tokens."},
                 {"cost", "Half the context, about 36 tokens/s."},
                 {"level", "Q5_K_M"},
                 {"context", 8192}}};
    }

    static void sayNonsense(int id)
    {
        const std::string endless(100'000, 'x');
        json levels = json::array({{{"level", 7}, {"verdict", json::array()}},
                                   "no level",
                                   {{"level", "Q4_K_M"},
                                    {"label", endless},
                                    {"exists", true},
                                    {"file_bytes", -5},
                                    {"verdict", "splendid"},
                                    {"gpu_layers", 1e300},
                                    {"layers", -3},
                                    {"memory", {{{"weights", -1e18}, {"total", 1e300}}, 5}},
                                    {"speed", {{"generation_tps", -4}, {"uncertainty", 99}}},
                                    {"quality", {{"figure", "good"}}},
                                    {"notes", {endless, 5, json::object()}}}});
        for (int i = 0; i < 900; ++i)
            levels.push_back({{"level", "L" + std::to_string(i)}, {"exists", true}});
        say({{"event", "fit"},
             {"id", id},
             {"context", "many"},
             {"levels", levels},
             {"advice", {1, 2}},
             {"suggestions", {{{"text", endless}, {"context", -9e18}, {"gpu_layers", 1e200}}, 4}}});
        say({{"event", "level"}, {"id", id}, {"level", {{"level", "never heard of"}}}});
        say({{"event", "level"}, {"id", "seven"}, {"level", 3}});
        say({{"event", "surprise"}, {"id", id}});
        say({{"event", "answered"}, {"id", id}});
    }

    FakeManner m_manner;
    std::string m_log;
    bool m_hasWholeHeader = false;
};

} // namespace

int followFit(const std::string &manner, const std::string &log)
{
    return Conversation(manner, log).run();
}

} // namespace snug::test
