// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_fit_model.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace snug::test {
namespace {

using nlohmann::json;

constexpr const char *kLongName =
    "Beacon Instruct 8B 2026 with thinking, tools, pictures and a name that tells "
    "of every step of its training, third revision";
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

json devicesOf(const FakeMachine &machine)
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
    double projector = 0; // beside the layers, where most of them are
    double draft = 0;
    double lora = 0;

    [[nodiscard]] double companions() const { return projector + draft + lora; }

    [[nodiscard]] double onGpu(int layers) const
    {
        return layers == 0 ? 0 : (weights + cache) * layers / kLayers + compute + overhead + companions();
    }
};

double cachePerToken(const std::string &type)
{
    const double share = type == "q8_0" ? 0.53125 : type == "q4_0" ? 0.28125 : 1.0;
    return 144.0 * 1024.0 / kGib * share;
}

FakeMachine here(const FakeManner &manner)
{
    if (manner.is("cpu"))
        return {"", "", 0, 0, 0};
    if (manner.is("names"))
        return {"NVIDIA RTX 6000 Ada Generation of a workstation with a very long name indeed", "", 8.0, 7.6,
                231};
    return {"NVIDIA GeForce RTX 4060", "", 8.0, 7.6, 231};
}

// A person's own is "NAME=24GiB,1008GB/s".
FakeMachine machineNamed(const FakeManner &manner, const std::string &name)
{
    if (name.empty())
        return here(manner);
    for (const FakeMachine &machine : kMachines) {
        if (machine.name == name)
            return machine;
    }
    const auto equals = name.find('=');
    const double memory = std::atof(name.c_str() + equals + 1);
    return {name.substr(0, equals), "", memory, memory * 0.97, 800};
}

Need needOf(const FakeManner &manner, const FakeLevel &level, const json &question)
{
    const double factor = manner.is("huge") ? 40 : 1;
    Need need;
    need.weights = level.gib * factor - need.table;
    need.cache = cachePerToken(question.value("kv_type", "f16")) * question.value("context", 16384) *
                 question.value("parallel", 1);
    need.projector = question.value("mmproj", "").empty() ? 0 : 1.1;
    need.draft = question.value("draft", "").empty() ? 0 : 0.6;
    need.lora = 0.2 * static_cast<double>(question.value("loras", json::array()).size());
    return need;
}

json memoryOf(const Need &need, const FakeMachine &machine, double share, double host)
{
    json list = json::array();
    const auto entry = [&list](const char *id, const char *backend, const std::string &name, double weights,
                               double cache, double compute, double overhead, double free, double total) {
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
    entry("CPU", "CPU", "AMD Ryzen 7 7700",
          std::max(0.0, host - cache - compute - (share > 0 ? 0 : need.companions())), cache, compute, 0,
          26.4, 31.1);
    if (machine.total > 0)
        entry("CUDA0", "CUDA", machine.name, need.weights * share, need.cache * share,
              share > 0 ? need.compute : 0, share > 0 ? need.overhead : 0, machine.free, machine.total);
    // Where most of the layers are.
    json &main = share > 0 ? list.back() : list.front();
    main["projector"] = bytes(need.projector);
    main["draft"] = bytes(need.draft);
    main["lora"] = bytes(need.lora);
    main["total"] = main["total"].get<std::int64_t>() + bytes(need.companions());
    return list;
}

// Nothing, as long as nobody measured.
json speedOf(const FakeManner &manner, const Need &need, double seconds, double share, bool fits, bool exact)
{
    const std::string measured = manner.fileOf("unmeasured");
    if (!fits || (!measured.empty() && !std::ifstream(measured)))
        return {};
    return {{"prompt_tps", 900 * (0.1 + share)},
            {"generation_tps", 1 / seconds},
            {"uncertainty", exact ? 0.1 : 0.2},
            {"prompt_uncertainty", 0.5},
            {"source",
             "Each token reads all the weights once: " + std::to_string(bytes(need.weights)) + " bytes."}};
}

std::string labelOf(const FakeManner &manner, const FakeLevel &level)
{
    return manner.is("names") && std::string(level.name) == "Q4_K_M"
               ? "UD-Q4_K_M-imatrix-with-a-name-that-its-maker-thought-about-for-long"
               : level.name;
}

json levelFor(const FakeManner &manner, const FakeLevel &level, const json &question, bool exact)
{
    const FakeMachine machine = machineNamed(manner, question.value("machine", ""));
    const Need need = needOf(manner, level, question);
    int wanted = question.value("gpu_layers", -1);
    wanted = wanted < 0 ? kLayers : std::min(wanted, kLayers);
    while (wanted > 0 && need.onGpu(wanted) > machine.free)
        --wanted;
    const double share = static_cast<double>(wanted) / kLayers;
    const double host = need.table + (need.weights + need.cache) * (1 - share) +
                        (wanted == 0 ? 0.3 + need.companions() : 0.1);
    const bool fits = host < 26.4;
    const char *verdict = !fits ? "no" : wanted == kLayers ? "gpu" : wanted > 0 ? "partial" : "cpu";
    const double seconds = need.weights * share / (std::max(1.0, machine.bandwidth) * 0.77) +
                           need.weights * (1 - share) / 45.0 + need.cache * 0.1 / 200.0;
    const double room = machine.free - need.weights - need.compute - need.overhead - need.companions();
    const auto largest = static_cast<std::int64_t>(room / cachePerToken(question.value("kv_type", "f16")) /
                                                   question.value("parallel", 1) / 256);
    const bool exists = !manner.is("checkpoint") && level.usual && std::string(level.name) != "IQ4_XS" &&
                        std::string(level.name) != "Q3_K_M" && std::string(level.name) != "Q2_K";
    const bool strange = std::string(level.name) == "NVFP4" || std::string(level.name) == "Q1_0";
    json notes = json::array();
    if (std::string(level.imatrix) == "required")
        notes.push_back("This level needs an importance matrix.");
    return {{"level", level.name},
            {"label", labelOf(manner, level)},
            {"exists", exists},
            {"can_be_made", !exists && !strange},
            {"exact", exact},
            {"file_bytes", bytes(level.gib * (manner.is("huge") ? 40 : 1))},
            {"file_bytes_exact", true},
            {"bits_per_weight", level.bits},
            {"verdict", verdict},
            {"gpu_layers", wanted},
            {"layers", kLayers},
            {"max_context", largest > 0 ? std::min<std::int64_t>(largest * 256, 40960) : 0},
            {"cpu_reason", wanted == 0 ? "this computer has no GPU that the engine can use" : ""},
            {"memory", memoryOf(need, machine, share, host)},
            {"speed", speedOf(manner, need, seconds, share, fits, exact)},
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

} // namespace

FakeManner::FakeManner(const std::string &words)
{
    std::istringstream stream(words);
    for (std::string word; std::getline(stream, word, ',');)
        m_words.push_back(word);
}

bool FakeManner::is(const std::string &word) const
{
    return std::find(m_words.begin(), m_words.end(), word) != m_words.end();
}

std::string FakeManner::fileOf(const std::string &word) const
{
    for (const std::string &entry : m_words) {
        if (entry.starts_with(word + "="))
            return entry.substr(word.size() + 1);
    }
    return {};
}

json fakeReady(const FakeManner &manner)
{
    json machines = json::array();
    for (const FakeMachine &machine : kMachines)
        machines.push_back({{"name", machine.name},
                            {"group", machine.group},
                            {"memory_bytes", bytes(machine.total)},
                            {"bandwidth", machine.bandwidth * kGib}});
    return {{"event", "ready"},
            {"model",
             {{"name", manner.is("names") ? kLongName : "Qwen3 8B"},
              {"architecture", "qwen3"},
              {"maker", manner.is("names")
                            ? "A laboratory for language models at a university with many faculties"
                            : "Qwen"},
              {"license", "apache-2.0"},
              {"format", manner.is("checkpoint") ? "safetensors" : "gguf"},
              {"file_bytes", manner.is("checkpoint") ? json(16381516800) : json(0)},
              {"tensors", {{"count", 399}, {"by_type", {{"BF16", 399}}}}},
              {"chat_template", true},
              {"parameters", 8190735360},
              {"layers", kLayers},
              {"context_length", 40960},
              {"expert_count", manner.is("experts") ? json(128) : json()}}},
            {"repository", "Qwen/Qwen3-8B-GGUF"},
            {"source", manner.is("checkpoint") ? "safetensors" : "gguf"},
            {"context", 16384},
            {"chosen", "Q4_K_M"},
            {"devices", devicesOf(here(manner))},
            {"machines", machines}};
}

json fakeDevices(const FakeManner &manner, const json &question)
{
    return devicesOf(machineNamed(manner, question.value("machine", "")));
}

bool fakeKnowsMachine(const json &question)
{
    const std::string name = question.value("machine", "");
    return name.empty() || name.find('=') != std::string::npos ||
           std::any_of(std::begin(kMachines), std::end(kMachines),
                       [&name](const FakeMachine &machine) { return machine.name == name; });
}

json fakeLevels(const FakeManner &manner, const json &question)
{
    json list = json::array();
    for (const FakeLevel &level : kFakeLevels) {
        const bool listed = manner.is("one") ? std::string(level.name) == "Q4_K_M"
                                             : manner.is("many") || manner.is("checkpoint") || level.usual;
        if (listed)
            list.push_back(levelFor(manner, level, question, false));
    }
    return list;
}

json fakeLevel(const FakeManner &manner, const json &question, const std::string &label)
{
    for (const FakeLevel &level : kFakeLevels) {
        if (labelOf(manner, level) == label)
            return levelFor(manner, level, question, true);
    }
    return {};
}

} // namespace snug::test
