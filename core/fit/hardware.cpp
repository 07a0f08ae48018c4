// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/hardware.h"

#include "core/fit/hardware_names.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace snug::embedded {
extern const std::string_view hardwareProfiles;
}

namespace snug::fit {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

constexpr std::int64_t kGiB = std::int64_t{1} << 30;
constexpr std::int64_t kMostMemory = 4096; // GiB, of one entry
constexpr double kMostBandwidth = 100'000; // GB/s
constexpr double kMostTeraflops = 100'000;
constexpr std::size_t kMostText = 200;

tl::unexpected<Error> wrong(std::string_view entry, const char *what)
{
    return fail(ErrorKind::Corrupt, std::string("The list of hardware profiles is damaged: ") + what,
                {{"reason", "bad_profile"}, {"entry", std::string(entry)}}, "Install Snug again.");
}

std::optional<std::string> text(const json &entry, const char *field)
{
    const auto found = entry.find(field);
    if (found == entry.end() || !found->is_string())
        return std::nullopt;
    auto value = found->get<std::string>();
    return value.empty() || value.size() > kMostText ? std::nullopt : std::optional(std::move(value));
}

std::optional<double> figure(const json &entry, const char *field, double most)
{
    const auto found = entry.find(field);
    if (found == entry.end() || !found->is_number())
        return std::nullopt;
    const auto value = found->get<double>();
    return std::isfinite(value) && value > 0 && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<ProfileKind> kindFrom(std::string_view name)
{
    if (name == "gpu")
        return ProfileKind::Gpu;
    if (name == "igpu")
        return ProfileKind::SharedGpu;
    return name == "cpu" ? std::optional(ProfileKind::Cpu) : std::nullopt;
}

std::vector<std::int64_t> sizesOf(const json &entry)
{
    std::vector<std::int64_t> sizes;
    const auto found = entry.find("memory_gib");
    if (found == entry.end() || !found->is_array())
        return {};
    for (const json &size : *found) {
        if (!size.is_number_integer() || size < 1 || size > kMostMemory)
            return {};
        const std::int64_t bytes = size.get<std::int64_t>() * kGiB;
        if (!sizes.empty() && bytes <= sizes.back())
            return {};
        sizes.push_back(bytes);
    }
    return sizes;
}

bool onlyKnownFields(const json &entry)
{
    static const std::set<std::string> known = {"name",        "aliases",    "group",
                                                "kind",        "memory_gib", "bandwidth_gbs",
                                                "fp16_tflops", "unified",    "source"};
    return std::all_of(entry.items().begin(), entry.items().end(),
                       [](const auto &field) { return known.contains(field.key()); });
}

bool readAliases(const json &entry, std::vector<std::string> &aliases)
{
    const auto found = entry.find("aliases");
    if (found == entry.end() || !found->is_array())
        return false;
    for (const json &alias : *found) {
        if (!alias.is_string() || alias.get_ref<const std::string &>().size() > kMostText)
            return false;
        aliases.push_back(alias.get<std::string>());
    }
    return true;
}

Result<HardwareProfile> profileFrom(const json &entry)
{
    const auto name = entry.is_object() ? text(entry, "name") : std::nullopt;
    if (!name)
        return wrong("", "an entry has no name.");
    HardwareProfile profile;
    profile.name = *name;
    const auto kind = kindFrom(text(entry, "kind").value_or(""));
    const auto unified = entry.find("unified");
    const bool sharedFlag = unified != entry.end() && unified->is_boolean() && unified->get<bool>();
    if (!onlyKnownFields(entry) || !kind || unified == entry.end() ||
        sharedFlag != (*kind == ProfileKind::SharedGpu) || !readAliases(entry, profile.aliases))
        return wrong(*name, "an entry has a field that makes no sense.");
    profile.kind = *kind;
    profile.memoryBytes = sizesOf(entry);
    const auto bandwidth = figure(entry, "bandwidth_gbs", kMostBandwidth);
    if (profile.memoryBytes.empty() || !bandwidth)
        return wrong(*name, "an entry has no memory or no bandwidth.");
    profile.bandwidth = *bandwidth * 1e9;
    if (entry.contains("fp16_tflops")) {
        const auto teraflops = figure(entry, "fp16_tflops", kMostTeraflops);
        if (!teraflops)
            return wrong(*name, "an entry has an absurd speed.");
        profile.fp16Flops = *teraflops * 1e12;
    }
    const auto group = text(entry, "group");
    const auto source = text(entry, "source");
    if (!group || !source)
        return wrong(*name, "an entry does not say where it is from.");
    profile.group = *group;
    profile.source = *source;
    return profile;
}

bool startsAt(const Words &words, std::size_t at, const Words &part)
{
    return at + part.size() <= words.size() &&
           std::equal(part.begin(), part.end(), words.begin() + static_cast<std::ptrdiff_t>(at));
}

// `part` occurs in `words`, and what follows does not make another model of it.
bool namesIt(const Words &words, const Words &part)
{
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::size_t end = at + part.size();
        if (startsAt(words, at, part) && (end == words.size() || !isVariantWord(words[end])))
            return true;
    }
    return false;
}

Words withoutSizes(Words words)
{
    std::erase_if(words, [](const std::string &word) { return isSizeWord(word); });
    return words;
}

// Drivers keep a little of a card's memory for themselves.
bool hasSizeLike(const HardwareProfile &profile, std::int64_t bytes)
{
    return std::any_of(profile.memoryBytes.begin(), profile.memoryBytes.end(), [&](std::int64_t size) {
        return bytes > size - size / 8 && bytes < size + size / 16;
    });
}

std::vector<std::string> namesOf(const HardwareProfile &profile)
{
    std::vector<std::string> names = profile.aliases;
    names.insert(names.begin(), profile.name);
    return names;
}

} // namespace

Result<std::vector<HardwareProfile>> parseHardware(std::string_view source)
{
    const json list = json::parse(source, nullptr, false);
    if (!list.is_object() || !list.contains("profiles") || !list["profiles"].is_array() ||
        list.value("schema", json()) != 1)
        return wrong("", "it is no list.");
    std::vector<HardwareProfile> profiles;
    std::set<Words> names;
    for (const json &entry : list["profiles"]) {
        SNUG_TRY(HardwareProfile profile, profileFrom(entry));
        for (const std::string &name : namesOf(profile)) {
            const Words words = hardwareWords(name);
            if (words.empty() || !names.insert(words).second)
                return wrong(profile.name, "a name occurs twice.");
        }
        profiles.push_back(std::move(profile));
    }
    return profiles;
}

std::span<const HardwareProfile> hardwareProfiles()
{
    // Empty for a damaged list, which the unit test would have seen.
    static const std::vector<HardwareProfile> profiles =
        parseHardware(embedded::hardwareProfiles).value_or(std::vector<HardwareProfile>());
    return profiles;
}

const HardwareProfile *findProfile(std::string_view name)
{
    const Words words = hardwareWords(name);
    for (const HardwareProfile &profile : hardwareProfiles()) {
        for (const std::string &known : namesOf(profile)) {
            if (!words.empty() && hardwareWords(known) == words)
                return &profile;
        }
    }
    return nullptr;
}

const HardwareProfile *profileOf(const Device &device)
{
    const Words words = withoutSizes(hardwareWords(device.name));
    const HardwareProfile *best = nullptr;
    std::size_t bestLength = 0;
    for (const HardwareProfile &profile : hardwareProfiles()) {
        const bool processor = device.kind == "cpu";
        if (processor != (profile.kind == ProfileKind::Cpu) ||
            (profile.kind == ProfileKind::Gpu && !hasSizeLike(profile, device.totalBytes)))
            continue;
        for (const std::string &name : namesOf(profile)) {
            const Words part = withoutSizes(hardwareWords(name));
            if (part.size() > bestLength && namesIt(words, part)) {
                best = &profile;
                bestLength = part.size();
            }
        }
    }
    return best;
}

std::vector<std::string> similarProfiles(std::string_view text, std::size_t most)
{
    const Words words = hardwareWords(text);
    std::vector<std::pair<std::ptrdiff_t, std::string>> found;
    for (const HardwareProfile &profile : hardwareProfiles()) {
        const Words own = hardwareWords(profile.name);
        const auto shared = std::count_if(own.begin(), own.end(), [&](const std::string &word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        });
        if (shared > 0)
            found.emplace_back(shared, profile.name);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    std::vector<std::string> names;
    for (const auto &[shared, name] : found) {
        if (names.size() < most)
            names.push_back(name);
    }
    return names;
}

} // namespace snug::fit
