// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/store_folders.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/chat/utf8_stream.h"
#include "core/library/scan.h"
#include "core/model/split_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostSettingsBytes = 4 << 20;

fs::path absoluteOr(const std::string &value, fs::path fallback)
{
    fs::path path = fromUtf8(value);
    return path.is_absolute() ? path : std::move(fallback);
}

std::string unquoted(std::string_view text)
{
    while (text.ends_with(' ') || text.ends_with('\r') || text.ends_with('\t'))
        text.remove_suffix(1);
    while (text.starts_with(' '))
        text.remove_prefix(1);
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '"' && text.front() != '\''))
        return std::string(text);
    const char quote = text.front();
    const std::string_view inner = text.substr(1, text.size() - 2);
    std::string plain;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const bool escaped =
            i + 1 < inner.size() && (inner[i] == quote || (quote == '"' && inner[i] == '\\'));
        plain += inner[escaped ? ++i : i];
    }
    return plain;
}

std::string nameBelow(const fs::path &folder, const FoundModel &model)
{
    const std::string fileName = toUtf8(model.path.filename());
    const auto shard = parseSplitName(fileName);
    const fs::path below = model.path.parent_path().lexically_relative(folder);
    const fs::path last = shard ? fromUtf8(shard->base) : model.path.stem();
    const std::u8string name = (below == "." ? last : below / last).generic_u8string();
    return {name.begin(), name.end()};
}

} // namespace

fs::path userDataFolder(const StoreRequest &request)
{
#if defined(_WIN32)
    return absoluteOr(request.environment("APPDATA"), request.home / "AppData" / "Roaming");
#elif defined(__APPLE__)
    return request.home / "Library" / "Application Support";
#else
    return absoluteOr(request.environment("XDG_DATA_HOME"), request.home / ".local" / "share");
#endif
}

fs::path userConfigFolder(const StoreRequest &request)
{
#if defined(_WIN32) || defined(__APPLE__)
    return userDataFolder(request);
#else
    return absoluteOr(request.environment("XDG_CONFIG_HOME"), request.home / ".config");
#endif
}

std::vector<fs::path> existingFolders(const std::vector<fs::path> &candidates)
{
    std::vector<fs::path> folders;
    for (const fs::path &candidate : candidates) {
        std::error_code error;
        const fs::path canonical = candidate.empty() ? fs::path() : fs::canonical(candidate, error);
        if (!canonical.empty() && !error && fs::is_directory(canonical, error) &&
            std::find(folders.begin(), folders.end(), canonical) == folders.end())
            folders.push_back(canonical);
    }
    return folders;
}

std::optional<fs::path> pathSetting(const fs::path &jsonFile, const char *key)
{
    const auto text = readSmallFile(jsonFile, kMostSettingsBytes);
    if (!text)
        return std::nullopt;
    const auto settings = nlohmann::json::parse(*text, nullptr, false);
    if (!settings.is_object() || !settings.contains(key) || !settings[key].is_string())
        return std::nullopt;
    const auto &value = settings[key].get_ref<const std::string &>();
    fs::path path = isShowable(value) ? fromUtf8(value) : fs::path();
    return path.is_absolute() ? std::optional(std::move(path)) : std::nullopt;
}

std::map<std::string, std::string> topLevelYaml(std::string_view text)
{
    std::map<std::string, std::string> values;
    std::string *folded = nullptr;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t colon = line.find(':');
        if (line.starts_with(' ')) {
            if (folded != nullptr)
                *folded += (folded->empty() ? "" : " ") + unquoted(line);
        } else if (colon != std::string_view::npos && !line.starts_with('#') && !line.starts_with('-')) {
            std::string &value = values[std::string(line.substr(0, colon))];
            value = unquoted(line.substr(colon + 1));
            folded = value == ">-" || value == ">" || value == "|-" || value == "|" ? &value : nullptr;
            if (folded != nullptr)
                folded->clear();
        }
    }
    return values;
}

bool isShowable(std::string_view text)
{
    return chat::validUtf8(text) == text && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

void addGgufBelow(const fs::path &folder, Store store, const StoreRequest &request,
                  const std::stop_token &stop, StoreListing &listing)
{
    ScanRequest where{{folder}, {}};
    where.limits.entries = request.entries;
    const ScanReport report = findModelFiles(where, stop);
    listing.folders.push_back(folder);
    listing.limited = listing.limited || report.limited;
    listing.stopped = listing.stopped || report.stopped;
    for (const FoundModel &model : report.models) {
        std::string name = nameBelow(folder, model);
        if (model.parts == model.expectedParts && isShowable(name))
            listing.models.push_back({store, std::move(name), model.path, model.stamp.bytes, {}});
        else
            ++listing.ignored;
    }
}

void sortByName(std::vector<StoredModel> &models)
{
    std::sort(models.begin(), models.end(), [](const StoredModel &a, const StoredModel &b) {
        return std::tie(a.store, a.name, a.path) < std::tie(b.store, b.name, b.path);
    });
}

} // namespace snug::library
