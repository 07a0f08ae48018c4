// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/link_header.h"

#include <algorithm>

namespace snug::hub {
namespace {

// What follows the address of one link: `; rel="next"; title="..."`.
bool isNext(std::string_view parameters)
{
    for (const std::string_view form : {"rel=\"next\"", "rel=next"}) {
        const auto at = parameters.find(form);
        if (at == std::string_view::npos)
            continue;
        const auto end = at + form.size();
        const bool whole = end == parameters.size() || parameters[end] == ';' || parameters[end] == ' ';
        const bool begins = at > 0 && (parameters[at - 1] == ' ' || parameters[at - 1] == ';');
        if (whole && begins)
            return true;
    }
    return false;
}

tl::unexpected<Error> refuse(const char *reason, const char *why, const http::Url &page)
{
    return fail(ErrorKind::Protocol, std::string("The rest of the list cannot be read: ") + why + ".",
                {{"reason", std::string(reason)}, {"server", page.shown()}}, "Check the address of the Hub.");
}

} // namespace

std::optional<std::string> nextLink(std::string_view header)
{
    while (true) {
        const auto open = header.find('<');
        const auto close = header.find('>', open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos)
            return std::nullopt;
        const std::string_view address = header.substr(open + 1, close - open - 1);
        header.remove_prefix(close + 1);
        const std::string_view parameters = header.substr(0, header.find(','));
        if (isNext(parameters))
            return std::string(address);
    }
}

Result<bool> Pages::advance(std::string_view linkHeader)
{
    const auto address = nextLink(linkHeader);
    if (!address)
        return false;
    const auto next = current().resolve(*address);
    if (!next)
        return refuse("no_address", "the server names no address for it", current());
    if (!next->sameOrigin(current()))
        return refuse("other_origin", "the server sends us elsewhere for it", current());
    if (std::find(m_visited.begin(), m_visited.end(), *next) != m_visited.end())
        return refuse("loop", "the server sends us in circles", current());
    if (m_visited.size() >= m_limit)
        return fail(ErrorKind::TooLarge, "The list is too long to be read to its end.",
                    {{"limit", static_cast<std::int64_t>(m_limit)}}, "Search for something narrower.");
    m_visited.push_back(*next);
    return true;
}

} // namespace snug::hub
