// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/device.h"

namespace snug::fit {
namespace {

template <class T> T field(const nlohmann::json &json, const char *name)
{
    const auto found = json.find(name);
    if (found == json.end())
        return {};
    if constexpr (std::is_same_v<T, std::string>)
        return found->is_string() ? found->get<std::string>() : std::string();
    else
        return found->is_number_integer() ? found->get<T>() : T{};
}

} // namespace

nlohmann::json toJson(const Device &device)
{
    return {{"id", device.id},
            {"backend", device.backend},
            {"kind", device.kind},
            {"name", device.name},
            {"total_bytes", device.totalBytes},
            {"free_bytes", device.freeBytes},
            {"memory_source", device.memorySource},
            {"driver", device.driver},
            {"bus_id", device.busId},
            {"software", device.software},
            {"features", device.features}};
}

Device deviceFromJson(const nlohmann::json &json)
{
    Device device{field<std::string>(json, "id"),
                  field<std::string>(json, "backend"),
                  field<std::string>(json, "kind"),
                  field<std::string>(json, "name"),
                  field<std::int64_t>(json, "total_bytes"),
                  field<std::int64_t>(json, "free_bytes"),
                  field<std::string>(json, "memory_source"),
                  field<std::string>(json, "driver"),
                  field<std::string>(json, "bus_id"),
                  false,
                  {}};
    const auto software = json.find("software");
    device.software = software != json.end() && software->is_boolean() && software->get<bool>();
    const auto features = json.find("features");
    if (features != json.end() && features->is_array()) {
        for (const auto &feature : *features) {
            if (feature.is_string())
                device.features.push_back(feature.get<std::string>());
        }
    }
    return device;
}

nlohmann::json toJson(const DeviceMemory &memory)
{
    nlohmann::json json = {{"device", memory.device},     {"backend", memory.backend},
                           {"name", memory.name},         {"weights", memory.weights},
                           {"kv_cache", memory.kvCache},  {"compute", memory.compute},
                           {"overhead", memory.overhead}, {"projector", memory.projector},
                           {"draft", memory.draft},       {"lora", memory.lora},
                           {"reserve", memory.reserve},   {"total", memory.used()},
                           {"free", memory.freeBytes},    {"device_bytes", memory.totalBytes},
                           {"layers", memory.layers},     {"shares_host", memory.sharesHost}};
    if (!memory.overheadSource.empty())
        json["overhead_source"] = memory.overheadSource;
    return json;
}

} // namespace snug::fit
