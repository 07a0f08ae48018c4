// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/chat_request.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace snug::chat {

// A model as a server offers it.
struct ServedModel {
    std::string id;                 // what a request names it by
    std::int64_t contextTokens = 0; // of one conversation; 0: the server does not tell

    bool operator==(const ServedModel &) const = default;
};

struct ServedModels {
    static constexpr std::size_t kMost = 2000; // as many as are read; the large public servers have hundreds

    Dialect dialect = Dialect::Standard;
    std::vector<ServedModel> models; // in the server's order, each id once

    bool operator==(const ServedModels &) const = default;
};

// From the answer to GET /v1/models: OpenAI's {"data": [{"id", "owned_by"}]}, where llama.cpp, vLLM and
// SGLang name themselves as the owner and tell the context. Entries without a usable id are passed over.
// Fails with Protocol if it is no such list, and with NotFound if it is empty.
[[nodiscard]] Result<ServedModels> servedModelsFrom(const nlohmann::json &reply);

} // namespace snug::chat
