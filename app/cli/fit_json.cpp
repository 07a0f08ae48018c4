// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_json.h"

#include "app/cli/memory_json.h"
#include "core/fit/machine.h"
#include "core/quant/advice_table.h"

namespace snug::cli {
namespace {

using nlohmann::json;

template <class T> json orNull(const std::optional<T> &value)
{
    return value ? json(*value) : json();
}

std::optional<double> figureOf(const quant::Level &level)
{
    return level.quality.plain ? level.quality.plain : level.quality.withImatrix;
}

json qualityJson(const quant::Level *level)
{
    if (level == nullptr || !figureOf(*level))
        return {};
    return {{"figure", *figureOf(*level)},
            {"with_imatrix", orNull(level->quality.withImatrix)},
            {"measured", false},
            {"word", quant::qualityWord(*figureOf(*level))},
            {"source", quant::kQualitySource}};
}

// The catalogue speaks of models whose shape fits.
quant::ImatrixUse imatrixUse(const fit::LevelRow &row)
{
    if (row.needsImatrix)
        return quant::ImatrixUse::Required;
    const quant::ImatrixUse usual = row.level == nullptr ? quant::ImatrixUse::NotUsed : row.level->imatrix;
    return usual == quant::ImatrixUse::Required ? quant::ImatrixUse::Helps : usual;
}

json notesOf(const fit::LevelRow &row, const fit::FitAnswer &answer)
{
    json notes = answer.notes;
    if (!row.fallbacks.empty())
        notes.push_back(row.fallbacks);
    if (row.exists && row.plan)
        notes.push_back("Which types it holds was told by its name and its size, not read from it.");
    if (row.needsImatrix)
        notes.push_back("This level needs an importance matrix.");
    return notes;
}

} // namespace

json levelJson(const fit::LevelRow &row, const fit::FitAnswer &answer, Exactness exactness)
{
    json entry = {{"level", row.level == nullptr ? json(row.label) : json(row.level->name)},
                  {"label", row.label},
                  {"exists", row.exists},
                  {"can_be_made", !row.exists && row.obstacle.empty()},
                  {"exact", exactness == Exactness::Exact},
                  {"file_bytes", orNull(row.fileBytes)},
                  {"file_bytes_exact", row.fileBytesExact},
                  {"bits_per_weight", orNull(row.bitsPerWeight)},
                  {"verdict", fit::verdictName(answer.verdict)},
                  {"gpu_layers", answer.allocation.gpuLayers},
                  {"layers", answer.allocation.layers},
                  {"max_context", answer.maxContext},
                  {"cpu_reason", answer.cpuReason},
                  {"memory", memoryJson(answer.allocation)},
                  {"buffers", buffersJson(answer.allocation)},
                  {"quality", qualityJson(row.level)},
                  {"imatrix", quant::imatrixUseName(imatrixUse(row))},
                  {"fallbacks", row.fallbacks},
                  {"notes", notesOf(row, answer)},
                  {"obstacle", row.obstacle}};
    if (row.level != nullptr) {
        entry["cliff"] = quant::isCliff(row.level->name);
        entry["family"] = quant::familyName(row.level->family);
        entry["description"] = row.level->sentence;
    }
    return entry;
}

json machinesJson()
{
    json list = json::array();
    for (const fit::MachineChoice &choice : fit::machineChoices())
        list.push_back({{"name", choice.name},
                        {"group", choice.group},
                        {"memory_bytes", choice.memoryBytes},
                        {"bandwidth", choice.bandwidth}});
    return list;
}

json devicesJson(std::span<const fit::Device> devices)
{
    json list = json::array();
    for (const fit::Device &device : devices)
        list.push_back(fit::toJson(device));
    return list;
}

} // namespace snug::cli
