// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_levels.h"

#include "app/cli/terminal_text.h"
#include "backends/llama/device_kind.h"
#include "core/base/units.h"
#include "core/fit/rough_fit.h"
#include "core/quant/level_offers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace snug::cli {
namespace {

using nlohmann::json;

std::vector<fit::Device> devicesOf(const std::vector<fit::DeviceMemory> &memory)
{
    std::vector<fit::Device> devices;
    for (const fit::DeviceMemory &entry : memory) {
        fit::Device device;
        device.id = entry.device;
        device.backend = entry.backend;
        device.kind = entry.backend == "CPU" ? "cpu" : entry.sharesHost ? "igpu" : "gpu";
        device.name = entry.name;
        device.totalBytes = entry.totalBytes;
        device.freeBytes = entry.freeBytes;
        device.software = llama::isSoftwareRenderer(entry.name);
        devices.push_back(std::move(device));
    }
    return devices;
}

json qualityJson(const quant::Quality &quality)
{
    const auto figure = [](const std::optional<double> &divergence) {
        return divergence ? json(*divergence) : json();
    };
    if (!quality.plain && !quality.withImatrix)
        return {};
    return {{"figure", figure(quality.plain ? quality.plain : quality.withImatrix)},
            {"with_imatrix", figure(quality.withImatrix)},
            {"source", quant::kQualitySource}};
}

// The catalogue speaks of models whose shape fits.
quant::ImatrixUse imatrixUse(const quant::LevelOffer &offer)
{
    if (offer.needsImatrix)
        return quant::ImatrixUse::Required;
    return offer.level->imatrix == quant::ImatrixUse::Required ? quant::ImatrixUse::Helps
                                                               : offer.level->imatrix;
}

json entryOf(const quant::LevelOffer &offer, std::span<const fit::Device> devices)
{
    const quant::Level &level = *offer.level;
    json notes = json::array();
    for (const std::string &note : {offer.obstacle, offer.fallbacks}) {
        if (!note.empty())
            notes.push_back(note);
    }
    if (offer.needsImatrix)
        notes.push_back("This level needs an importance matrix.");
    const bool sized = offer.size.fileBytes > 0;
    const auto verdict = fit::roughFit(offer.size.tensorBytes, devices).verdict;
    return {{"level", level.name},
            {"exists", false},
            {"can_be_made", offer.obstacle.empty()},
            {"exact", false},
            {"file_bytes", sized ? json(offer.size.fileBytes) : json()},
            {"bits_per_weight", sized ? json(offer.bitsPerWeight) : json()},
            {"verdict", fit::verdictName(verdict)},
            {"family", quant::familyName(level.family)},
            {"imatrix", quant::imatrixUseName(imatrixUse(offer))},
            {"quality", qualityJson(level.quality)},
            {"description", level.sentence},
            {"notes", std::move(notes)}};
}

std::string verdictWord(const std::string &verdict)
{
    if (verdict == "gpu")
        return "on the GPU";
    if (verdict == "partial")
        return "partly on the GPU";
    if (verdict == "cpu")
        return "on the CPU";
    return verdict == "no" ? "does not fit" : "unknown";
}

// Of those that can be made.
std::vector<json> largestFirst(const json &levels)
{
    std::vector<json> rows;
    std::copy_if(levels.begin(), levels.end(), std::back_inserter(rows),
                 [](const json &level) { return level["can_be_made"].get<bool>(); });
    std::stable_sort(rows.begin(), rows.end(), [](const json &a, const json &b) {
        return a["file_bytes"].get<std::int64_t>() > b["file_bytes"].get<std::int64_t>();
    });
    return rows;
}

// Each sentence once, after the levels that it is about.
void printNotes(const json &levels)
{
    std::vector<std::pair<std::string, std::string>> levelsByNote;
    for (const json &level : levels) {
        for (const json &entry : level["notes"]) {
            const auto note = entry.get<std::string>();
            const auto name = level["level"].get<std::string>();
            const auto known = std::find_if(levelsByNote.begin(), levelsByNote.end(),
                                            [&note](const auto &pair) { return pair.first == note; });
            if (known == levelsByNote.end())
                levelsByNote.emplace_back(note, name);
            else
                known->second += ", " + name;
        }
    }
    for (const auto &[note, names] : levelsByNote)
        fmt::print("\n{}: {}\n", names, terminalLine(note));
}

} // namespace

Result<json> makeableLevels(std::span<const gguf::Header> parts, const std::optional<std::string> &own,
                            const std::vector<fit::DeviceMemory> &memory)
{
    SNUG_TRY(const quant::SourceModel model, quant::sourceModel(parts));
    const auto devices = devicesOf(memory);
    json levels = json::array();
    for (const quant::LevelOffer &offer : quant::levelOffers(model)) {
        if (offer.level->name != own)
            levels.push_back(entryOf(offer, devices));
    }
    return levels;
}

void printMakeableLevels(const json &levels)
{
    const auto rows = largestFirst(levels);
    if (rows.empty()) {
        fmt::print("\nNo other level can be made. {}\n",
                   terminalLine(levels[0]["notes"][0].get<std::string>()));
        return;
    }
    constexpr const char *kRow = "{:<11}{:>12}{:>18}{:>8}  {}\n";
    fmt::print("\nLevels that could be made of it\n");
    fmt::print(fmt::runtime(kRow), "Level", "size", "bytes", "bits", "roughly");
    for (const json &level : rows)
        fmt::print(fmt::runtime(kRow), level["level"].get<std::string>(),
                   formatBytes(level["file_bytes"].get<std::int64_t>()),
                   formatCount(level["file_bytes"].get<std::int64_t>()),
                   fmt::format("{:.2f}", level["bits_per_weight"].get<double>()),
                   verdictWord(level["verdict"].get<std::string>()));
    printNotes(levels);
}

} // namespace snug::cli
