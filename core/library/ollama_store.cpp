// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/library/cache_layout.h"
#include "core/library/store_folders.h"

#include <nlohmann/json.hpp>

namespace snug::library {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::int64_t kMostManifestBytes = 1 << 20;
constexpr std::string_view kModelLayer = "application/vnd.ollama.image.model";
constexpr std::string_view kDigestPrefix = "sha256:";
constexpr std::string_view kUsualHost = "registry.ollama.ai";
constexpr std::string_view kUsualNamespace = "library";
constexpr std::size_t kSegments = 4; // HOST/NAMESPACE/MODEL/TAG

struct ModelLayer {
    std::string sha256;
    std::int64_t bytes = 0;
};

std::optional<ModelLayer> modelLayer(const json &layer)
{
    if (!layer.is_object() || layer.value("mediaType", json()) != kModelLayer)
        return std::nullopt;
    const json digest = layer.value("digest", json());
    const json size = layer.value("size", json());
    if (!digest.is_string() || !size.is_number_integer() || size < 0 ||
        (size.is_number_unsigned() && !std::in_range<std::int64_t>(size.get<std::uint64_t>())))
        return std::nullopt;
    const auto &text = digest.get_ref<const std::string &>();
    // Nothing but a hash may become part of a path.
    if (!text.starts_with(kDigestPrefix) || !isSha256(std::string_view(text).substr(kDigestPrefix.size())))
        return std::nullopt;
    return ModelLayer{text.substr(kDigestPrefix.size()), size.get<std::int64_t>()};
}

std::optional<ModelLayer> readManifest(const fs::path &file)
{
    const auto text = readSmallFile(file, kMostManifestBytes);
    const json manifest = text ? json::parse(*text, nullptr, false) : json();
    if (!manifest.is_object() || !manifest.contains("layers") || !manifest["layers"].is_array())
        return std::nullopt;
    for (const json &layer : manifest["layers"])
        if (auto model = modelLayer(layer))
            return model;
    return std::nullopt;
}

std::string modelName(const std::vector<std::string> &segments)
{
    std::string name = segments[2] + ":" + segments[3];
    const bool usualHost = segments[0] == kUsualHost;
    if (!usualHost || segments[1] != kUsualNamespace)
        name = segments[1] + "/" + name;
    return usualHost ? name : segments[0] + "/" + name;
}

// Reads one models folder.
class OllamaReader {
public:
    OllamaReader(const StoreRequest &request, const std::stop_token &stop, StoreListing &listing)
        : m_request(request), m_stop(stop), m_listing(listing)
    {
    }

    void read(const fs::path &models)
    {
        m_listing.folders.push_back(models);
        m_models = models;
        visit(models / "manifests", {});
    }

private:
    void visit(const fs::path &folder, const std::vector<std::string> &above)
    {
        std::error_code error;
        fs::directory_iterator entries(folder, error);
        for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
            m_listing.stopped = m_listing.stopped || m_stop.stop_requested();
            m_listing.limited = m_listing.limited || ++m_entries > m_request.entries;
            if (m_listing.stopped || m_listing.limited)
                return;
            std::vector<std::string> segments = above;
            segments.push_back(toUtf8(entries->path().filename()));
            std::error_code ignored;
            const fs::file_type type = entries->symlink_status(ignored).type();
            if (segments.size() < kSegments && type == fs::file_type::directory)
                visit(entries->path(), segments);
            else if (segments.size() == kSegments && type == fs::file_type::regular)
                add(entries->path(), segments);
            else
                ++m_listing.ignored;
        }
    }

    void add(const fs::path &manifest, const std::vector<std::string> &segments)
    {
        const auto layer = readManifest(manifest);
        std::string name = modelName(segments);
        if (!layer || !isShowable(name)) {
            ++m_listing.ignored;
            return;
        }
        const fs::path blob = m_models / "blobs" / fromUtf8("sha256-" + layer->sha256);
        std::error_code error;
        const bool regular = fs::symlink_status(blob, error).type() == fs::file_type::regular;
        if (!regular || fs::file_size(blob, error) != static_cast<std::uintmax_t>(layer->bytes)) {
            ++m_listing.ignored;
            return;
        }
        m_listing.models.push_back({Store::Ollama, std::move(name), blob, layer->bytes, layer->sha256});
    }

    const StoreRequest &m_request;
    const std::stop_token &m_stop;
    StoreListing &m_listing;
    fs::path m_models;
    std::int64_t m_entries = 0;
};

} // namespace

StoreListing readOllama(const StoreRequest &request, const std::stop_token &stop)
{
    const fs::path chosen = fromUtf8(request.environment("OLLAMA_MODELS"));
    std::vector<fs::path> candidates = {chosen};
    if (chosen.empty())
        candidates = {request.home / ".ollama" / "models", request.ollamaService};
    StoreListing listing;
    for (const fs::path &folder : existingFolders(candidates))
        OllamaReader(request, stop, listing).read(folder);
    sortByName(listing.models);
    return listing;
}

} // namespace snug::library
