// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/hub/link_header.h"
#include "core/hub/model_row.h"

#include <optional>
#include <string>
#include <vector>

namespace snug::hub {

enum class Format { Any, Gguf, Safetensors };
enum class Sort { Trending, Downloads, Likes, Modified, Created, Parameters };

struct SearchQuery {
    std::string text;   // a part of the name; empty: all
    std::string author; // empty: anybody
    Format format = Format::Gguf;
    std::optional<std::int64_t> parametersMin;
    std::optional<std::int64_t> parametersMax;
    std::string license; // "apache-2.0"; empty: any
    Sort sort = Sort::Trending;
    int limit = 50; // rows of a page, 1 to 500

    bool operator==(const SearchQuery &) const = default;
};

struct SearchPage {
    std::vector<ModelRow> rows;
    int skipped = 0;            // entries that were no usable model
    std::optional<Pages> next;  // for Client::searchNext; absent: this was the last page
    std::optional<Error> ended; // why there is no next page although the server named one
};

// The path and query below the endpoint. Fails with InvalidArgument.
[[nodiscard]] Result<std::string> searchTarget(const SearchQuery &query);

// Rows of an answer; Protocol if it is no list.
[[nodiscard]] Result<SearchPage> parseSearchPage(const nlohmann::json &answer);

} // namespace snug::hub
