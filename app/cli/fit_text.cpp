// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_text.h"

#include "app/cli/terminal_text.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace snug::cli {
namespace {

using nlohmann::json;

std::string text(const json &value)
{
    return value.is_string() ? terminalLine(value.get<std::string>()) : std::string();
}

std::string bytes(const json &value)
{
    return value.is_number_integer() ? formatBytes(value.get<std::int64_t>()) : std::string("unknown");
}

std::string verdictText(const json &level)
{
    const auto verdict = level["verdict"].get<std::string>();
    if (verdict == "gpu")
        return "fits on the GPU";
    if (verdict == "partial")
        return fmt::format("fits partly, {} of {} layers on the GPU", level["gpu_layers"].get<int>(),
                           level["layers"].get<int>());
    if (verdict == "cpu")
        return "runs on the CPU, because " + text(level["cpu_reason"]);
    return verdict == "no" ? "does not fit" : "unknown";
}

std::string verdictWord(const json &level)
{
    const auto verdict = level["verdict"].get<std::string>();
    if (verdict == "gpu")
        return "on the GPU";
    if (verdict == "partial")
        return fmt::format("partly on the GPU, {} of {} layers", level["gpu_layers"].get<int>(),
                           level["layers"].get<int>());
    if (verdict == "cpu")
        return "on the CPU";
    return verdict == "no" ? "does not fit" : "unknown";
}

// " on RTX 4090"; nothing for this computer.
std::string on(const json &result)
{
    const auto machine = text(result["machine"]);
    return machine.empty() ? machine : " on " + machine;
}

// "Architecture llama, 1 235 814 432 parameters, 2.30 GiB; 146 tensors: 113 F16, 33 F32": what is known of a
// model whose memory is not.
void printFacts(const json &model)
{
    fmt::print("Architecture {}",
               model["architecture"].is_string() ? text(model["architecture"]) : "unknown");
    if (model["parameters"].is_number_integer())
        fmt::print(", {} parameters", formatCount(model["parameters"].get<std::int64_t>()));
    const auto tensors = model["tensors"]["count"].get<std::int64_t>();
    fmt::print(", {}; {} {}", bytes(model["file_bytes"]), formatCount(tensors),
               tensors == 1 ? "tensor" : "tensors");
    const char *separator = ": ";
    for (const auto &[type, count] : model["tensors"]["by_type"].items())
        fmt::print("{}{} {}", std::exchange(separator, ", "), formatCount(count.get<std::int64_t>()),
                   terminalLine(type));
    fmt::print("\n");
}

void printMemory(const json &level)
{
    constexpr const char *kRow = "{:<10}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n";
    fmt::print(fmt::runtime(kRow), "Device", "weights", "KV cache", "compute", "overhead", "together",
               "free");
    for (const json &entry : level["memory"])
        fmt::print(fmt::runtime(kRow), entry["device"].get<std::string>(), bytes(entry["weights"]),
                   bytes(entry["kv_cache"]), bytes(entry["compute"]), bytes(entry["overhead"]),
                   bytes(entry["total"]), bytes(entry["free"]));
    for (const json &entry : level["memory"]) {
        if (entry.contains("overhead_source"))
            fmt::print("  overhead on {}: {}\n", text(entry["device"]), text(entry["overhead_source"]));
    }
}

// Only what there is.
void printCompanions(const json &level)
{
    for (const auto &[key, name] : {std::pair{"projector", "projector"}, std::pair{"draft", "draft model"},
                                    std::pair{"lora", "adapters"}}) {
        for (const json &entry : level["memory"]) {
            if (entry[key].get<std::int64_t>() > 0)
                fmt::print("  {} on {}: {}\n", name, entry["device"].get<std::string>(), bytes(entry[key]));
        }
    }
}

void printLevel(const json &result, const json &level)
{
    const auto largest = level["max_context"].get<std::int64_t>();
    fmt::print("{} {}{}: {}\n", text(result["model"]["name"]), text(level["label"]), on(result),
               verdictText(level));
    if (level["memory"].empty()) {
        printFacts(result["model"]);
    } else {
        fmt::print("Context {} ({}), KV cache {}\n\n", formatCount(result["context"].get<std::int64_t>()),
                   largest == 0 ? "none fits" : "up to " + formatCount(largest), text(result["kv_type"]));
        printMemory(level);
        printCompanions(level);
    }
    if (const json &found = level["speed"]; found.is_object())
        fmt::print("\nAbout {:.3g} tokens/s, \u00b1{:.0f} %; prompts {:.3g}, \u00b1{:.0f} % ({})\n",
                   found["generation_tps"].get<double>(), 100 * found["uncertainty"].get<double>(),
                   found["prompt_tps"].get<double>(), 100 * found["prompt_uncertainty"].get<double>(),
                   text(found["source"]));
    for (const json &note : level["notes"])
        fmt::print("\nNote: {}\n", text(note));
}

// What is peculiar to a level, whatever it runs on.
std::vector<std::string> peculiarities(const json &level)
{
    std::vector<std::string> sentences;
    if (const auto fallbacks = text(level["fallbacks"]); !fallbacks.empty())
        sentences.push_back(fallbacks);
    if (level["imatrix"] == "required" && !level["exists"].get<bool>())
        sentences.emplace_back("This level needs an importance matrix.");
    return sentences;
}

// Each sentence once, after the levels that it is about.
void printNotes(const std::vector<json> &levels)
{
    std::vector<std::pair<std::string, std::string>> levelsByNote;
    for (const json &level : levels) {
        for (const std::string &note : peculiarities(level)) {
            const auto name = text(level["label"]);
            const auto known = std::find_if(levelsByNote.begin(), levelsByNote.end(),
                                            [&note](const auto &pair) { return pair.first == note; });
            if (known == levelsByNote.end())
                levelsByNote.emplace_back(note, name);
            else
                known->second += ", " + name;
        }
    }
    for (const auto &[note, names] : levelsByNote)
        fmt::print("\n{}: {}\n", names, note);
}

std::string bits(const json &level)
{
    const json &value = level["bits_per_weight"];
    return value.is_number() ? fmt::format("{:.2f}", value.get<double>()) : std::string();
}

std::string speed(const json &level)
{
    const json &found = level["speed"];
    return found.is_object() ? fmt::format("{:.3g}", found["generation_tps"].get<double>()) : std::string();
}

// Levels that can be told roughly, but not made.
void printGuessed(const json &result)
{
    printFacts(result["model"]);
    for (const json &level : result["levels"]) {
        if (level["file_bytes"].is_number())
            fmt::print("{} would take about {}: {}\n", text(level["label"]), bytes(level["file_bytes"]),
                       verdictWord(level));
    }
    for (const json &warning : result["model"]["warnings"])
        fmt::print("\n{}\n", text(warning));
}

void printTable(const std::vector<json> &levels)
{
    constexpr const char *kRow = "{:<13}{:<6}{:>12}{:>18}{:>8}{:>10}  {}\n";
    fmt::print(fmt::runtime(kRow), "Level", "", "size", "bytes", "bits", "tokens/s", "here");
    for (const json &level : levels)
        fmt::print(fmt::runtime(kRow), text(level["label"]), level["exists"].get<bool>() ? "there" : "make",
                   bytes(level["file_bytes"]),
                   level["file_bytes"].is_number() ? formatCount(level["file_bytes"].get<std::int64_t>())
                                                   : std::string(),
                   bits(level), speed(level),
                   (level["exact"].get<bool>() ? "" : "roughly ") + verdictWord(level));
    printNotes(levels);
}

void printAdvice(const json &result)
{
    for (const json &note : result["notes"])
        fmt::print("\nNote: {}\n", text(note));
    if (const auto hopeless = text(result["hopeless"]); !hopeless.empty())
        fmt::print("\n{}\n", hopeless);
    for (const json &suggestion : result["suggestions"])
        fmt::print("\n{}: {} {}\n", suggestion["exact"].get<bool>() ? "Or" : "Or, roughly",
                   text(suggestion["text"]), text(suggestion["cost"]));
    if (result["suggestions_complete"] == false)
        fmt::print("\nThere may be further ways: not all of them could be tried.\n");
    if (result["advice"].is_object())
        fmt::print("\n{}\n", text(result["advice"]["text"]));
}

} // namespace

void printFit(const json &result)
{
    const bool isNamed = result["repository"].is_string();
    std::vector<json> rows;
    std::string obstacle;
    const json &levels = result["levels"];
    const bool isFile = result["repository"].is_null() && !text(result["chosen"]).empty();
    for (const json &level : levels) {
        const bool isShownAbove = isFile && &level == &levels.front();
        if (!text(level["obstacle"]).empty())
            obstacle = text(level["obstacle"]);
        else if (!isShownAbove)
            rows.push_back(level);
    }
    if (isFile)
        printLevel(result, levels.front());
    else
        fmt::print("{}{}\nContext {}, KV cache {}\n",
                   text(isNamed ? result["repository"] : result["model"]["name"]), on(result),
                   formatCount(result["context"].get<std::int64_t>()), text(result["kv_type"]));
    const bool isGuessed = rows.empty() && !isFile && result["source"] == "safetensors";
    if (isGuessed) {
        printGuessed(result);
    } else if (!rows.empty()) {
        fmt::print("\n{}\n", isFile ? "Levels that could be made of it" : "Levels");
        printTable(rows);
    } else if (!obstacle.empty()) {
        fmt::print("\nNo other level can be made. {}\n", obstacle);
    }
    printAdvice(result);
}

} // namespace snug::cli
