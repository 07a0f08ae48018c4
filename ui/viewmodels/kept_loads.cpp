// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/kept_loads.h"

#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <algorithm>
#include <utility>

namespace snug::ui {
namespace {

using nlohmann::json;

constexpr auto kGroup = "engine";
constexpr auto kLoads = "loads"; // [{"path", and what toJson(LoadSettings) has}], the newest last

bool isOf(const json &entry, const std::string &path)
{
    const auto found = entry.find("path"); // of what is no object: end()
    return found != entry.end() && *found == path;
}

} // namespace

LoadSettings KeptLoads::usual() const
{
    LoadSettings settings;
    settings.context =
        static_cast<int>(std::clamp<std::int64_t>(m_settings.integer(kGroup, "context", 0), 0, INT32_MAX));
    settings.gpuLayers = static_cast<int>(
        std::clamp<std::int64_t>(m_settings.integer(kGroup, "gpu_layers", -1), -1, INT32_MAX));
    return bounded(std::move(settings));
}

LoadSettings KeptLoads::of(const QString &path) const
{
    const json kept = m_settings.value(kGroup, kLoads);
    if (path.isEmpty() || !kept.is_array())
        return usual();
    const auto found = std::find_if(kept.begin(), kept.end(),
                                    [name = toUtf8(path)](const json &entry) { return isOf(entry, name); });
    return found == kept.end() ? usual() : loadSettingsFrom(*found);
}

void KeptLoads::keep(const QString &path, const LoadSettings &settings)
{
    const LoadSettings within = bounded(settings);
    if (path.isEmpty()) {
        m_settings.set(kGroup, "context", within.context);
        m_settings.set(kGroup, "gpu_layers", within.gpuLayers);
        return;
    }
    json others = json::array();
    const json kept = m_settings.value(kGroup, kLoads);
    const std::string name = toUtf8(path);
    for (const json &entry : kept.is_array() ? kept : json::array()) {
        if (!isOf(entry, name))
            others.push_back(entry);
    }
    if (within != usual()) {
        json entry = toJson(within);
        entry["path"] = name;
        others.push_back(std::move(entry));
    }
    while (others.size() > kMostModels)
        others.erase(others.begin());
    m_settings.set(kGroup, kLoads, others.empty() ? json() : std::move(others));
}

} // namespace snug::ui
