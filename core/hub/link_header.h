// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/url.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::hub {

// The address with rel="next" of a Link header (RFC 8288); nullopt if there is none.
[[nodiscard]] std::optional<std::string> nextLink(std::string_view header);

// Walks the pages of a list, and is not led astray: only within the origin of the first page, no page twice,
// a limited number. A value.
class Pages {
public:
    Pages(http::Url first, std::size_t limit) : m_limit(limit) { m_visited.push_back(std::move(first)); }

    [[nodiscard]] const http::Url &current() const { return m_visited.back(); }

    // Goes on to what the `Link` header of the current page names. False: that was the last page. Fails with
    // Protocol, detail reason: other_origin, loop, no_address; or TooLarge.
    [[nodiscard]] Result<bool> advance(std::string_view linkHeader);

private:
    std::vector<http::Url> m_visited;
    std::size_t m_limit;
};

} // namespace snug::hub
