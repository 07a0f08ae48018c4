// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/url.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

// An OpenAI-compatible server that somebody added, and the model to ask there. Its key is not part of it.
struct RemoteEngine {
    std::string id;    // ours, of this list: letters and digits
    std::string name;  // for people
    std::string url;   // as Url::text() has it
    std::string model; // as the server names it

    bool operator==(const RemoteEngine &) const = default;
};

constexpr std::size_t kMostRemoteEngines = 100;

// What a person typed as an address: a scheme may be missing (https, or http for this machine and for
// addresses in numbers), as may "/v1" at the end. Fails with InvalidArgument.
[[nodiscard]] Result<http::Url> serverAddress(std::string_view typed);

// The list as the settings keep it: [{"id", "name", "url", "model"}]. Whatever is no such entry is left out,
// as is what comes after kMostRemoteEngines.
[[nodiscard]] std::vector<RemoteEngine> remoteEnginesFrom(const nlohmann::json &kept);
[[nodiscard]] nlohmann::json toJson(const std::vector<RemoteEngine> &engines);

} // namespace snug::chat
