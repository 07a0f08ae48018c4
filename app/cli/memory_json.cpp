// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/memory_json.h"

namespace snug::cli {

using nlohmann::json;

json memoryJson(const fit::Allocation &allocation)
{
    json list = json::array();
    for (const auto &entry : allocation.memory)
        list.push_back(fit::toJson(entry));
    return list;
}

json buffersJson(const fit::Allocation &allocation)
{
    json list = json::array();
    for (const auto &buffer : allocation.buffers)
        list.push_back({{"type", buffer.type},
                        {"device", buffer.device},
                        {"weights", buffer.weights},
                        {"kv_cache", buffer.kvCache},
                        {"compute", buffer.compute}});
    return list;
}

} // namespace snug::cli
