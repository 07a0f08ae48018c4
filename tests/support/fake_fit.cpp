// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_fit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

namespace snug::test {
namespace {

using nlohmann::json;

constexpr double kGib = 1024.0 * 1024.0 * 1024.0;
constexpr int kLayers = 36;

struct FakeLevel {
    const char *name;
    double gib;
    double bits;
    double divergence; // below 0: nobody published one
    bool usual;        // of a usual repository of GGUF files
    const char *imatrix = "not_used";
};

constexpr FakeLevel kFakeLevels[] = {
    {"F32", 30.5, 32.0, -1, false},
    {"BF16", 15.3, 16.0, 0.0, true},
    {"F16", 15.3, 16.0, 0.0, false},
    {"Q8_0", 8.11, 8.5, 0.00136, true},
    {"Q6_K", 6.26, 6.56, 0.00545, true, "helps"},
    {"Q5_1", 5.75, 6.03, 0.0114, false},
    {"Q5_K_M", 5.45, 5.71, 0.0108, true, "helps"},
    {"Q5_K_S", 5.33, 5.58, 0.0135, false, "helps"},
    {"Q5_0", 5.33, 5.58, 0.0166, false},
    {"Q4_1", 4.89, 5.12, 0.0719, false},
    {"Q4_K_M", 4.68, 4.90, 0.0313, true, "helps"},
    {"Q4_K_S", 4.47, 4.69, 0.0431, false, "helps"},
    {"Q4_0", 4.45, 4.66, 0.0719, false},
    {"IQ4_NL", 4.46, 4.68, 0.0373, false, "helps"},
    {"MXFP4_MOE", 4.40, 4.60, -1, false},
    {"NVFP4", 4.60, 4.80, -1, false},
    {"IQ4_XS", 4.25, 4.45, 0.0363, true, "helps"},
    {"Q3_K_L", 4.12, 4.32, 0.0896, false, "helps"},
    {"Q3_K_M", 3.84, 4.02, 0.102, true, "helps"},
    {"IQ3_M", 3.63, 3.80, 0.108, false, "helps"},
    {"IQ3_S", 3.53, 3.70, 0.121, false, "helps"},
    {"Q3_K_S", 3.51, 3.68, 0.172, false, "helps"},
    {"IQ3_XS", 3.38, 3.54, 0.147, false, "helps"},
    {"Q3_K", 3.84, 4.02, 0.102, false, "helps"},
    {"Q2_K", 3.06, 3.20, 0.445, true, "helps"},
    {"IQ3_XXS", 3.14, 3.29, 0.214, false, "required"},
    {"Q2_K_S", 2.86, 3.00, 0.614, false, "required"},
    {"IQ2_M", 2.84, 2.97, 0.326, false, "helps"},
    {"IQ2_S", 2.65, 2.78, 0.498, false, "helps"},
    {"IQ2_XS", 2.51, 2.63, 0.602, false, "required"},
    {"IQ2_XXS", 2.31, 2.42, 0.895, false, "required"},
    {"IQ1_M", 2.08, 2.18, 1.62, false, "required"},
    {"TQ2_0", 2.30, 2.40, -1, false},
    {"IQ1_S", 1.95, 2.05, 2.2, false, "required"},
    {"TQ1_0", 2.02, 2.11, -1, false},
    {"Q1_0", 1.60, 1.70, -1, false},
};

struct FakeMachine {
    std::string name;
    std::string group;
    double total = 0; // GiB; 0: no GPU
    double free = 0;
    double bandwidth = 0; // GiB/s
};

const FakeMachine kMachines[] = {
    {"RTX 3060 12 GB", "NVIDIA GeForce", 12.0, 11.4, 335}, {"RTX 4090", "NVIDIA GeForce", 24.0, 23.4, 939},
    {"RTX 5070 Ti", "NVIDIA GeForce", 16.0, 15.4, 834},    {"Apple M3 Max, 64 GB", "Apple", 48.0, 46.0, 373},
    {"Laptop without a GPU, 16 GB", "Other", 0, 0, 0},
};

std::int64_t bytes(double gib)
{
    return static_cast<std::int64_t>(gib * kGib);
}

class Conversation {
public:
    Conversation(const std::string &manner, std::string log) : m_log(std::move(log))
    {
        std::string word;
        for (const char c : manner + ",") {
            if (c != ',') {
                word += c;
                continue;
            }
            m_manner.push_back(std::exchange(word, {}));
        }
    }

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
            sayReady();
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
    [[nodiscard]] bool is(const char *word) const
    {
        return std::find(m_manner.begin(), m_manner.end(), word) != m_manner.end();
    }

    static void say(const json &event)
    {
        const std::string line = event.dump() + '\n';
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
    }

    void sayReady() const
    {
        json machines = json::array();
        for (const FakeMachine &machine : kMachines)
            machines.push_back({{"name", machine.name},
                                {"group", machine.group},
                                {"memory_bytes", bytes(machine.total)},
                                {"bandwidth", machine.bandwidth * kGib}});
        say({{"event", "ready"},
             {"model",
              {{"name", "Qwen3 8B"},
               {"architecture", "qwen3"},
               {"maker", "Qwen"},
               {"license", "apache-2.0"},
               {"parameters", 8190735360},
               {"layers", kLayers},
               {"context_length", 40960},
               {"expert_count", is("experts") ? json(128) : json()}}},
             {"repository", "Qwen/Qwen3-8B-GGUF"},
             {"source", is("checkpoint") ? "safetensors" : "gguf"},
             {"context", 16384},
             {"devices", devices(here())},
             {"machines", machines}});
    }

    [[nodiscard]] FakeMachine here() const
    {
        if (is("cpu"))
            return {"", "", 0, 0, 0};
        return {"NVIDIA GeForce RTX 4060", "", 8.0, 7.6, 231};
    }

    // A person's own is "NAME=24GiB,1008GB/s".
    [[nodiscard]] FakeMachine machineNamed(const std::string &name) const
    {
        if (name.empty())
            return here();
        for (const FakeMachine &machine : kMachines) {
            if (machine.name == name)
                return machine;
        }
        const auto equals = name.find('=');
        const double memory = std::atof(name.c_str() + equals + 1);
        return {name.substr(0, equals), "", memory, memory * 0.97, 800};
    }

    static json devices(const FakeMachine &machine)
    {
        json list = json::array({{{"id", "CPU"},
                                  {"backend", "CPU"},
                                  {"kind", "cpu"},
                                  {"name", "AMD Ryzen 7 7700"},
                                  {"total_bytes", bytes(31.1)},
                                  {"free_bytes", bytes(26.4)},
                                  {"memory_source", "/proc/meminfo"}}});
        if (machine.total > 0)
            list.push_back({{"id", "CUDA0"},
                            {"backend", "CUDA"},
                            {"kind", "gpu"},
                            {"name", machine.name},
                            {"total_bytes", bytes(machine.total)},
                            {"free_bytes", bytes(machine.free)},
                            {"memory_source", "the driver"}});
        return list;
    }

    struct Need {
        double weights = 0; // of all layers
        double cache = 0;
        double table = 0.33; // stays in main memory
        double compute = 0.30;
        double overhead = 0.25;

        [[nodiscard]] double onGpu(int layers) const
        {
            return layers == 0 ? 0 : (weights + cache) * layers / kLayers + compute + overhead;
        }
    };

    [[nodiscard]] static double cachePerToken(const std::string &type)
    {
        const double share = type == "q8_0" ? 0.53125 : type == "q4_0" ? 0.28125 : 1.0;
        return 144.0 * 1024.0 / kGib * share;
    }

    [[nodiscard]] Need needOf(const FakeLevel &level, const json &question) const
    {
        const double factor = is("huge") ? 40 : 1;
        Need need;
        need.weights = level.gib * factor - need.table;
        need.cache = cachePerToken(question.value("kv_type", "f16")) * question.value("context", 16384) *
                     question.value("parallel", 1);
        return need;
    }

    [[nodiscard]] json levelFor(const FakeLevel &level, const json &question, bool exact) const
    {
        const FakeMachine machine = machineNamed(question.value("machine", ""));
        const Need need = needOf(level, question);
        int wanted = question.value("gpu_layers", -1);
        wanted = wanted < 0 ? kLayers : std::min(wanted, kLayers);
        while (wanted > 0 && need.onGpu(wanted) > machine.free)
            --wanted;
        const double share = static_cast<double>(wanted) / kLayers;
        const double host =
            need.table + (need.weights + need.cache) * (1 - share) + (wanted == 0 ? 0.3 : 0.1);
        const bool fits = host < 26.4;
        const char *verdict = !fits ? "no" : wanted == kLayers ? "gpu" : wanted > 0 ? "partial" : "cpu";
        const double seconds = need.weights * share / (std::max(1.0, machine.bandwidth) * 0.77) +
                               need.weights * (1 - share) / 45.0 + need.cache * 0.1 / 200.0;
        const double room = machine.free - need.weights - need.compute - need.overhead;
        const auto largest = static_cast<std::int64_t>(
            room / cachePerToken(question.value("kv_type", "f16")) / question.value("parallel", 1) / 256);
        const bool exists = !is("checkpoint") && level.usual && std::string(level.name) != "IQ4_XS" &&
                            std::string(level.name) != "Q3_K_M" && std::string(level.name) != "Q2_K";
        const bool strange = std::string(level.name) == "NVFP4" || std::string(level.name) == "Q1_0";
        json notes = json::array();
        if (std::string(level.imatrix) == "required")
            notes.push_back("This level needs an importance matrix.");
        return {{"level", level.name},
                {"label", level.name},
                {"exists", exists},
                {"can_be_made", !exists && !strange},
                {"exact", exact},
                {"file_bytes", bytes(level.gib * (is("huge") ? 40 : 1))},
                {"file_bytes_exact", true},
                {"bits_per_weight", level.bits},
                {"verdict", verdict},
                {"gpu_layers", wanted},
                {"layers", kLayers},
                {"max_context", largest > 0 ? std::min<std::int64_t>(largest * 256, 40960) : 0},
                {"cpu_reason", wanted == 0 ? "this computer has no GPU that the engine can use" : ""},
                {"memory", memory(need, machine, share, host)},
                {"speed", fits ? json{{"prompt_tps", 900 * (0.1 + share)},
                                      {"generation_tps", 1 / seconds},
                                      {"uncertainty", exact ? 0.1 : 0.2},
                                      {"source", "Each token reads all the weights once: " +
                                                     std::to_string(bytes(need.weights)) + " bytes."}}
                               : json()},
                {"quality", level.divergence >= 0
                                ? json{{"figure", level.divergence},
                                       {"with_imatrix", level.divergence * 0.9},
                                       {"measured", std::string(level.name) == "Q6_K"},
                                       {"source", "llama.cpp tools/perplexity/README.md: Llama 3 8B, "
                                                  "Wikitext-2, mean KL divergence from F16"}}
                                : json()},
                {"family", level.name[0] == 'I' ? "i" : "k"},
                {"imatrix", level.imatrix},
                {"cliff", level.bits < 3.6},
                {"description", "4-bit blocks with scales of their own scale; the usual choice."},
                {"notes", notes},
                {"obstacle", strange ? "llama.cpp's quantizer makes no files of this level." : ""}};
    }

    [[nodiscard]] static json memory(const Need &need, const FakeMachine &machine, double share, double host)
    {
        json list = json::array();
        const auto entry = [&list](const char *id, const char *backend, const std::string &name,
                                   double weights, double cache, double compute, double overhead, double free,
                                   double total) {
            list.push_back({{"device", id},
                            {"backend", backend},
                            {"name", name},
                            {"weights", bytes(weights)},
                            {"kv_cache", bytes(cache)},
                            {"compute", bytes(compute)},
                            {"overhead", bytes(overhead)},
                            {"total", bytes(weights) + bytes(cache) + bytes(compute) + bytes(overhead)},
                            {"free", bytes(free)},
                            {"device_bytes", bytes(total)}});
        };
        const double cache = need.cache * (1 - share);
        const double compute = share < 1 ? 0.1 : 0.0;
        entry("CPU", "CPU", "AMD Ryzen 7 7700", std::max(0.0, host - cache - compute), cache, compute, 0,
              26.4, 31.1);
        if (machine.total > 0)
            entry("CUDA0", "CUDA", machine.name, need.weights * share, need.cache * share,
                  share > 0 ? need.compute : 0, share > 0 ? need.overhead : 0, machine.free, machine.total);
        return list;
    }

    [[nodiscard]] std::vector<const FakeLevel *> levels() const
    {
        std::vector<const FakeLevel *> list;
        for (const FakeLevel &level : kFakeLevels) {
            if (is("one") ? std::string(level.name) == "Q4_K_M"
                          : is("many") || is("checkpoint") || level.usual)
                list.push_back(&level);
        }
        return list;
    }

    void dieIfThatIsTheManner() const
    {
        if (is("dies"))
            std::abort();
        for (const std::string &word : m_manner) {
            if (!word.starts_with("dies="))
                continue;
            const std::string path = word.substr(5);
            if (!std::ifstream(path)) {
                std::ofstream(path) << "died once";
                std::abort();
            }
        }
    }

    void answer(const json &question) const
    {
        dieIfThatIsTheManner();
        const int id = question.value("id", 0);
        if (is("hostile")) {
            sayNonsense(id);
            return;
        }
        if (question.value("context", 0) > 1'000'000) {
            say({{"event", "refused"},
                 {"id", id},
                 {"error",
                  {{"kind", "invalid_argument"},
                   {"message", "A context of that many tokens makes no sense for this model."},
                   {"detail", json::object()},
                   {"hint", "Ask for at most 1 000 000."}}}});
            return;
        }
        json rough = json::array();
        for (const FakeLevel *level : levels())
            rough.push_back(levelFor(*level, question, false));
        say({{"event", "fit"},
             {"id", id},
             {"context", question.value("context", 16384)},
             {"kv_type", question.value("kv_type", "f16")},
             {"exact", false},
             {"devices", devices(machineNamed(question.value("machine", "")))},
             {"levels", rough},
             {"advice", adviceFor(question.value("workload", "chat"))},
             {"suggestions", suggestions()}});
        if (question.value("machine", "").empty())
            answerExactly(id, question);
        say({{"event", "answered"}, {"id", id}});
    }

    void answerExactly(int id, const json &question) const
    {
        for (const json &wanted : question.value("levels", json::array())) {
            const auto *const end = std::end(kFakeLevels);
            const auto *const found =
                std::find_if(std::begin(kFakeLevels), end,
                             [&wanted](const FakeLevel &level) { return wanted == level.name; });
            if (is("slow"))
                std::this_thread::sleep_for(std::chrono::milliseconds(60));
            if (found != end)
                say({{"event", "level"}, {"id", id}, {"level", levelFor(*found, question, true)}});
        }
        say({{"event", "suggestions"}, {"id", id}, {"level", "Q4_K_M"}, {"suggestions", suggestions()}});
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

    static json suggestions()
    {
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

    std::vector<std::string> m_manner;
    std::string m_log;
};

} // namespace

int followFit(const std::string &manner, const std::string &log)
{
    return Conversation(manner, log).run();
}

} // namespace snug::test
