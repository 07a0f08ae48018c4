// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/library/cache_layout.h"
#include "core/library/store_folders.h"
#include "core/model/split_files.h"

#include <algorithm>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostYamlBytes = 256 << 10;
constexpr int kMostDepth = 6; // of a model's identifier

// Absolute, or below the data folder; empty if it leads elsewhere.
fs::path modelPath(const fs::path &data, std::string value)
{
    if (!isShowable(value))
        return {};
    const fs::path path = fromUtf8(value);
    if (path.is_absolute())
        return path;
    std::replace(value.begin(), value.end(), '\\', '/'); // as Jan writes it on Windows
    return isContainedPath(value) ? data / fromUtf8(value) : fs::path();
}

// All parts; nullopt if one is missing.
std::optional<std::int64_t> bytesOf(const fs::path &path)
{
    const auto shard = parseSplitName(toUtf8(path.filename()));
    const std::int64_t count = shard ? shard->count : 1;
    std::int64_t bytes = 0;
    for (std::int64_t part = 1; part <= count; ++part) {
        const fs::path file = shard ? splitPartPath(path, part, count).value_or(fs::path()) : path;
        std::error_code error;
        if (!fs::is_regular_file(file, error))
            return std::nullopt;
        const std::uintmax_t size = fs::file_size(file, error);
        if (error)
            return std::nullopt;
        bytes += static_cast<std::int64_t>(size);
    }
    return bytes;
}

std::optional<StoredModel> readModel(const fs::path &yamlFile, const fs::path &data, std::string name)
{
    const auto text = readSmallFile(yamlFile, kMostYamlBytes);
    if (!text)
        return std::nullopt;
    auto values = topLevelYaml(*text);
    const fs::path path = modelPath(data, values["model_path"]);
    const auto bytes = path.extension() == ".gguf" ? bytesOf(path) : std::nullopt;
    if (!bytes || !isShowable(name))
        return std::nullopt;
    const std::string &hash = values["model_sha256"];
    return StoredModel{Store::Jan, std::move(name), path, *bytes, isSha256(hash) ? hash : std::string()};
}

// Looks for model.yml below llamacpp/models.
class JanReader {
public:
    JanReader(const StoreRequest &request, const std::stop_token &stop, StoreListing &listing)
        : m_request(request), m_stop(stop), m_listing(listing)
    {
    }

    void read(const fs::path &data)
    {
        m_data = data;
        visit(data / "llamacpp" / "models", {}, 0);
    }

private:
    void visit(const fs::path &folder, const std::string &name, int depth)
    {
        std::error_code error;
        if (!name.empty() && fs::exists(folder / "model.yml", error)) {
            if (auto model = readModel(folder / "model.yml", m_data, name))
                m_listing.models.push_back(*std::move(model));
            else
                ++m_listing.ignored;
        }
        fs::directory_iterator entries(folder, error);
        for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
            m_listing.stopped = m_listing.stopped || m_stop.stop_requested();
            m_listing.limited = m_listing.limited || ++m_entries > m_request.entries;
            if (m_listing.stopped || m_listing.limited)
                return;
            std::error_code ignored;
            if (entries->symlink_status(ignored).type() == fs::file_type::directory && depth < kMostDepth)
                visit(entries->path(), (name.empty() ? "" : name + "/") + toUtf8(entries->path().filename()),
                      depth + 1);
        }
    }

    const StoreRequest &m_request;
    const std::stop_token &m_stop;
    StoreListing &m_listing;
    fs::path m_data;
    std::int64_t m_entries = 0;
};

std::vector<fs::path> dataFolders(const StoreRequest &request)
{
    if (fs::path chosen = fromUtf8(request.environment("JAN_DATA_FOLDER")); !chosen.empty())
        return existingFolders({chosen});
    const fs::path home = userDataFolder(request) / "Jan";
    std::vector<fs::path> candidates;
    for (const fs::path &folder : {home, userConfigFolder(request) / "Jan"})
        candidates.push_back(pathSetting(folder / "settings.json", "data_folder").value_or(fs::path()));
    candidates.push_back(home / "data");
    candidates.push_back(request.home / "jan"); // of older versions
    return existingFolders(candidates);
}

} // namespace

StoreListing readJan(const StoreRequest &request, const std::stop_token &stop)
{
    StoreListing listing;
    for (const fs::path &data : dataFolders(request)) {
        std::error_code error;
        JanReader(request, stop, listing).read(data);
        if (fs::is_directory(data / "models", error))
            addGgufBelow(data / "models", Store::Jan, request, stop, listing);
        if (std::find(listing.folders.begin(), listing.folders.end(), data / "models") ==
            listing.folders.end())
            listing.folders.push_back(data);
    }
    sortByName(listing.models);
    return listing;
}

} // namespace snug::library
