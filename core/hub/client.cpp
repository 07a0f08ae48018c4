// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/client.h"

#include "core/hub/json.h"
#include "core/hub/safe_path.h"

#include <fmt/format.h>

namespace snug::hub {
namespace {

constexpr std::size_t kMaxSearchPages = 200;
constexpr std::size_t kMaxTreePages = 200;

Result<void> checkRevision(std::string_view revision)
{
    if (isRevision(revision))
        return {};
    return fail(ErrorKind::InvalidArgument, "\"" + shownText(revision) + "\" is no branch, tag or commit.",
                {}, "Leave the revision out to get the main one.");
}

std::string modelTarget(const RepoId &id, std::string_view revision)
{
    std::string target = "api/models/" + id.text();
    if (!revision.empty())
        target += "/revision/" + http::percentEncode(revision);
    char separator = '?';
    for (const char *key :
         {"cardData", "disabled", "downloads", "gated", "gguf", "lastModified", "library_name", "likes",
          "pipeline_tag", "private", "safetensors", "sha", "tags"}) {
        target += fmt::format("{}expand={}", separator, key);
        separator = '&';
    }
    return target;
}

} // namespace

Result<SearchPage> Client::search(const SearchQuery &query, const std::stop_token &stop) const
{
    SNUG_TRY(const std::string target, searchTarget(query));
    SNUG_TRY(http::Url url, m_wire.at(target));
    return searchAt(Pages(std::move(url), kMaxSearchPages), stop);
}

Result<SearchPage> Client::searchNext(const SearchPage &page, const std::stop_token &stop) const
{
    if (!page.next)
        return fail(ErrorKind::InvalidArgument, "There is no further page of results.");
    return searchAt(*page.next, stop);
}

Result<SearchPage> Client::searchAt(Pages pages, const std::stop_token &stop) const
{
    SNUG_TRY(const ApiAnswer answer, m_wire.api(pages.current(), m_wire.asked({}), stop));
    SNUG_TRY(SearchPage page, parseSearchPage(answer.body));
    if (auto more = pages.advance(answer.link); !more)
        page.ended = std::move(more).error();
    else if (*more)
        page.next = std::move(pages);
    return page;
}

Result<Repository> Client::repository(const RepoId &id, std::string_view revision,
                                      const std::stop_token &stop) const
{
    if (!revision.empty()) {
        if (auto checked = checkRevision(revision); !checked)
            return tl::make_unexpected(std::move(checked).error());
    }
    SNUG_TRY(const http::Url url, m_wire.at(modelTarget(id, revision)));
    SNUG_TRY(const ApiAnswer answer, m_wire.api(url, m_wire.asked(id.text(), std::string(revision)), stop));
    auto model = parseModelRow(answer.body);
    auto commit = textOf(answer.body, "sha");
    if (!model || !commit || !isCommit(*commit) || (isCommit(revision) && *commit != revision))
        return fail(ErrorKind::Protocol,
                    "The server's answer about " + id.text() + " lacks its name or its commit.", {},
                    "Check the address of the Hub.");
    std::optional<RepoId> alias;
    if (model->id != id)
        alias = id;
    return Repository{*std::move(model), *std::move(commit), std::move(alias)};
}

Result<Listing> Client::files(const RepoId &id, std::string_view commit, const std::stop_token &stop) const
{
    if (auto checked = checkRevision(commit); !checked)
        return tl::make_unexpected(std::move(checked).error());
    SNUG_TRY(http::Url url, m_wire.at(fmt::format("api/models/{}/tree/{}?recursive=true&expand=false",
                                                  id.text(), http::percentEncode(commit))));
    const Asked asked = m_wire.asked(id.text(), std::string(commit));
    Pages pages(std::move(url), kMaxTreePages);
    ListingBuilder listing;
    for (bool more = true; more;) {
        SNUG_TRY(const ApiAnswer answer, m_wire.api(pages.current(), asked, stop));
        if (auto added = listing.add(answer.body); !added)
            return tl::make_unexpected(std::move(added).error());
        // A list that breaks off would be taken for a model without its last parts.
        SNUG_TRY(more, pages.advance(answer.link));
    }
    return listing.take();
}

Result<Card> Client::card(const RepoId &id, std::string_view commit, const std::stop_token &stop) const
{
    Ask ask;
    ask.compressed = true;
    ask.enoughBytes = kMaxCardBytes + 1; // one more tells that there is more
    SNUG_TRY(const Found found, findFile(m_wire, id, commit, "README.md", ask, stop));
    return cardOf(found.reply.body);
}

Result<Location> Client::resolve(const RepoId &id, std::string_view commit, std::string_view path,
                                 const std::stop_token &stop) const
{
    Ask ask;
    ask.headers = {{"Range", "bytes=0-0"}, {"Accept-Encoding", "identity"}};
    ask.enoughBytes = 1;
    SNUG_TRY(Found found, findFile(m_wire, id, commit, path, ask, stop));
    return std::move(found.location);
}

std::vector<http::Header> Client::headersFor(const Location &location) const
{
    const ClientOptions &options = m_wire.options();
    std::vector<http::Header> headers = {{"User-Agent", options.userAgent}};
    const std::string_view secret =
        location.keepToken && options.token ? options.token->secretFor(location.url) : std::string_view();
    if (!secret.empty())
        headers.push_back({"Authorization", "Bearer " + std::string(secret)});
    return headers;
}

} // namespace snug::hub
