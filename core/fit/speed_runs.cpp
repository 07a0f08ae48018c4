// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/speed_runs.h"

#include "core/base/median.h"
#include "core/fit/record_list.h"

#include <algorithm>
#include <cmath>

namespace snug::fit {
namespace {

using nlohmann::json;

constexpr std::size_t kMostRuns = 400;
constexpr int kMostOfAKind = 40;
constexpr std::size_t kMostKey = 2000;
constexpr const char *kList = "runs";
constexpr double kWorstRatio = 50; // a run that was stopped, or a clock that jumped

// So many runs weigh as much as what was believed before.
constexpr double kBelief = 2;

bool isSound(double ratio)
{
    return ratio == 0 || (std::isfinite(ratio) && ratio <= kWorstRatio && ratio >= 1 / kWorstRatio);
}

bool isSound(const SpeedRun &run)
{
    return !run.devices.empty() && run.devices.size() <= kMostKey && isSound(run.promptRatio) &&
           isSound(run.tokenRatio) && (run.promptRatio > 0 || run.tokenRatio > 0);
}

json runJson(const SpeedRun &run)
{
    return {{"devices", run.devices},
            {"type", static_cast<int>(run.type)},
            {"source", static_cast<int>(run.source)},
            {"measured_at", run.measuredAt},
            {"at", run.at},
            {"prompt_ratio", run.promptRatio},
            {"token_ratio", run.tokenRatio}};
}

std::int64_t integer(const json &object, const char *field)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

double number(const json &object, const char *field)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_number() ? found->get<double>() : -1;
}

bool readRun(const json &object, SpeedRun &run)
{
    if (!object.is_object())
        return false;
    const auto devices = object.find("devices");
    const std::int64_t type = integer(object, "type");
    const std::int64_t source = integer(object, "source");
    if (devices == object.end() || !devices->is_string() || type < 0 || type > UINT32_MAX ||
        gguf::tensorTypeFromId(static_cast<std::uint32_t>(type)) == nullptr || source < 0 ||
        source > static_cast<int>(SpeedSource::Stated))
        return false;
    run.devices = devices->get<std::string>();
    run.type = static_cast<gguf::TensorType>(type);
    run.source = static_cast<SpeedSource>(source);
    run.measuredAt = integer(object, "measured_at");
    run.at = integer(object, "at");
    run.promptRatio = number(object, "prompt_ratio");
    run.tokenRatio = number(object, "token_ratio");
    return run.measuredAt >= 0 && run.at >= 0 && isSound(run);
}

// Drawn from `before` towards what so many runs say.
double drawn(double before, const std::vector<double> &runs)
{
    const auto count = static_cast<double>(runs.size());
    return before + (median(runs) - before) * count / (count + kBelief);
}

// The logarithms of one of the two ratios.
struct Ratios {
    std::vector<double> all;
    std::vector<double> ofType;

    void add(double ratio, bool sameType)
    {
        if (ratio <= 0)
            return;
        all.push_back(std::log(ratio));
        if (sameType)
            ofType.push_back(all.back());
    }
    [[nodiscard]] double correction() const { return drawn(drawn(0, all), ofType); }
    // Half of the runs are nearer; two of three are within 1.48 times that.
    [[nodiscard]] double spread() const
    {
        constexpr double kNormal = 1.4826;
        const auto &runs = ofType.empty() ? all : ofType;
        std::vector<double> distances;
        for (const double run : runs)
            distances.push_back(std::abs(run - correction()));
        return kNormal * median(distances);
    }
    [[nodiscard]] double uncertainty(double prior) const
    {
        constexpr double kLeast = 0.05; // no two runs are alike
        const auto runs = static_cast<double>(all.size());
        return (kBelief * prior + runs * std::max(kLeast, spread())) / (kBelief + runs);
    }
};

} // namespace

std::string devicesKey(const Allocation &allocation, std::span<const DeviceSpeed> speeds)
{
    std::string key;
    for (const DeviceMemory &memory : allocation.memory) {
        const auto speed = std::find_if(speeds.begin(), speeds.end(), [&](const DeviceSpeed &known) {
            return known.device == memory.device;
        });
        if (memory.layers <= 0 || speed == speeds.end())
            continue;
        key += key.empty() ? "" : " + ";
        key += speed->name + " (" + speed->driver + "; " + speed->engine + "; " +
               std::to_string(speed->threads) + ")";
    }
    return key.substr(0, kMostKey);
}

std::filesystem::path speedRunsFile(const Paths &paths)
{
    return paths.data / "speed_runs.json";
}

std::vector<SpeedRun> readSpeedRuns(const std::filesystem::path &file)
{
    std::vector<SpeedRun> runs;
    for (const json &entry : readRecords(file, kList)) {
        if (SpeedRun run; runs.size() < kMostRuns && readRun(entry, run))
            runs.push_back(run);
    }
    return runs;
}

Result<void> rememberSpeedRun(const std::filesystem::path &file, const SpeedRun &run)
{
    if (!isSound(run))
        return {};
    std::vector<SpeedRun> runs = readSpeedRuns(file);
    runs.push_back(run);
    auto tooMany = std::count_if(runs.begin(), runs.end(),
                                 [&](const SpeedRun &old) { return old.devices == run.devices; }) -
                   kMostOfAKind;
    std::erase_if(runs, [&](const SpeedRun &old) { return old.devices == run.devices && tooMany-- > 0; });
    if (runs.size() > kMostRuns)
        runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kMostRuns));
    std::vector<json> records;
    for (const SpeedRun &entry : runs)
        records.push_back(runJson(entry));
    return writeRecords(file, kList, std::move(records));
}

Lesson learn(std::span<const SpeedRun> runs, const std::string &devices, gguf::TensorType type,
             const RawSpeed &raw)
{
    Ratios prompts;
    Ratios tokens;
    Lesson lesson;
    for (const SpeedRun &run : runs) {
        // A device that was measured again is predicted from other figures.
        if (run.devices != devices || run.source != raw.source || run.measuredAt != raw.measuredAt)
            continue;
        prompts.add(run.promptRatio, run.type == type);
        tokens.add(run.tokenRatio, run.type == type);
        ++lesson.runs;
    }
    lesson.promptFactor = std::exp(prompts.correction());
    lesson.tokenFactor = std::exp(tokens.correction());
    const double prior = priorUncertainty(raw.source);
    lesson.promptUncertainty = prompts.uncertainty(prior);
    lesson.tokenUncertainty = tokens.uncertainty(prior);
    return lesson;
}

} // namespace snug::fit
