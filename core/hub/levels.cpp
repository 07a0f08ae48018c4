// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/levels.h"

#include "core/hub/checkpoints.h"
#include "core/hub/quant_label.h"
#include "core/hub/safe_path.h"
#include "core/model/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <tuple>

namespace snug::hub {
namespace {

constexpr std::string_view kGguf = ".gguf";

// The folder and name of a path, the label that they claim.
struct Place {
    std::string folder;
    std::string name;
};

Place placeOf(const std::string &path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return {{}, path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string withoutEnding(std::string name)
{
    const auto dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

// The name claims it, or else the innermost folder that claims one.
std::string labelOf(const std::string &folder, const std::string &name)
{
    if (const auto label = quantLabel(name))
        return *label;
    std::string_view rest = folder;
    while (!rest.empty()) {
        const auto slash = rest.rfind('/');
        if (const auto label = quantLabel(slash == std::string_view::npos ? rest : rest.substr(slash + 1)))
            return *label;
        rest = rest.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
    return name;
}

std::optional<CompanionKind> companionKind(std::string_view fileName)
{
    const std::string name = pathKey(fileName);
    const std::string stem = withoutEnding(name);
    const bool gguf = name.ends_with(kGguf);
    for (const char *prefix : {"mtp-", "eagle3-", "dflash-", "dspark-"}) {
        if (gguf && name.starts_with(prefix))
            return CompanionKind::DraftHead;
    }
    if (gguf && name.find("mmproj") != std::string::npos)
        return CompanionKind::Projector;
    // "model-imatrix-Q4_K_M.gguf" is a model that was made with one.
    const bool matrix = stem == "imatrix" || stem.ends_with("imatrix") || stem.starts_with("imatrix");
    const bool ending =
        gguf || name.ends_with(".dat") || name.ends_with(".gguf_file") || name.ends_with(".imatrix");
    if (matrix && ending && !quantLabel(name))
        return CompanionKind::ImportanceMatrix;
    return std::nullopt;
}

bool isSmaller(const Level &a, const Level &b)
{
    constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();
    return std::tuple(a.bytes.value_or(kUnknown), std::string_view(a.folder), std::string_view(a.name)) <
           std::tuple(b.bytes.value_or(kUnknown), std::string_view(b.folder), std::string_view(b.name));
}

Level single(const RemoteFile &file)
{
    auto [folder, name] = placeOf(file.path);
    name = withoutEnding(name);
    Level level{labelOf(folder, name), name, folder, {file}, file.bytes, false, true};
    return level;
}

// The parts of split files, by folder, base and number of parts.
using Parts =
    std::map<std::tuple<std::string, std::string, std::int64_t>, std::map<std::int64_t, RemoteFile>>;

Level joined(const Parts::value_type &entry)
{
    const auto &[folder, base, count] = entry.first;
    Level level{labelOf(folder, base), base, folder, {}, std::nullopt, true, false};
    for (const auto &[number, file] : entry.second)
        level.files.push_back(file);
    level.complete = static_cast<std::int64_t>(level.files.size()) == count;
    level.bytes = sumOfBytes(level.files);
    return level;
}

std::size_t sharedFolders(const std::string &a, const std::string &b)
{
    std::size_t shared = 0;
    for (std::size_t i = 0; i <= a.size() && i <= b.size(); ++i) {
        const bool endA = i == a.size() || a[i] == '/';
        const bool endB = i == b.size() || b[i] == '/';
        if (endA && endB && i > 0)
            ++shared;
        if (endA != endB || i == a.size() || a[i] != b[i])
            break;
    }
    return shared;
}

int bitDistance(const Level &a, const Level &b)
{
    return std::abs(labelBits(a.label).value_or(0) - labelBits(b.label).value_or(0));
}

} // namespace

Offer offerOf(const std::vector<RemoteFile> &files)
{
    Offer offer;
    Parts parts;
    for (const RemoteFile &file : files) {
        const auto [folder, name] = placeOf(file.path);
        if (const auto kind = companionKind(name)) {
            offer.companions.push_back({*kind, single(file)});
        } else if (const auto split = parseSplitName(name)) {
            parts[{folder, split->base, split->count}].emplace(split->part, file);
        } else if (name.ends_with(kGguf)) {
            offer.levels.push_back(single(file));
        }
    }
    for (const auto &entry : parts)
        offer.levels.push_back(joined(entry));
    std::sort(offer.levels.begin(), offer.levels.end(), isSmaller);
    std::sort(offer.companions.begin(), offer.companions.end(), [](const Companion &a, const Companion &b) {
        return a.level.files.front().path < b.level.files.front().path;
    });
    offer.checkpoints = checkpointsOf(files);
    return offer;
}

const Companion *projectorFor(const Level &level, const Offer &offer)
{
    const Companion *best = nullptr;
    for (const Companion &companion : offer.companions) {
        if (companion.kind != CompanionKind::Projector)
            continue;
        const auto rank = [&level](const Companion &one) {
            const std::string &folder = one.level.folder;
            // One in a folder of its own belongs to what is there.
            const bool elsewhere = !folder.empty() && !(level.folder + "/").starts_with(folder + "/");
            return std::tuple(elsewhere, -static_cast<std::int64_t>(sharedFolders(level.folder, folder)),
                              bitDistance(level, one.level));
        };
        if (best == nullptr || rank(companion) < rank(*best))
            best = &companion;
    }
    return best;
}

} // namespace snug::hub
