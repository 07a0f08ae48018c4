// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/search.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::hub {
namespace {

constexpr std::size_t kMaxTextBytes = 200;
constexpr int kMaxLimit = 500;

const char *nameOf(Sort sort)
{
    switch (sort) {
    case Sort::Trending:
        return "trendingScore";
    case Sort::Downloads:
        return "downloads";
    case Sort::Likes:
        return "likes";
    case Sort::Modified:
        return "lastModified";
    case Sort::Created:
        return "createdAt";
    case Sort::Parameters:
        return "num_parameters";
    }
    return "trendingScore";
}

// "6B", "1500M": the units that the parameter takes.
std::string parameterBound(std::int64_t count)
{
    constexpr std::int64_t kBillion = 1'000'000'000;
    constexpr std::int64_t kMillion = 1'000'000;
    if (count % kBillion == 0)
        return fmt::format("{}B", count / kBillion);
    if (count % kMillion == 0)
        return fmt::format("{}M", count / kMillion);
    return std::to_string(count);
}

tl::unexpected<Error> refuse(std::string message)
{
    return fail(ErrorKind::InvalidArgument, std::move(message), {}, "Change the search.");
}

Result<void> check(const SearchQuery &query)
{
    if (std::max({query.text.size(), query.author.size(), query.license.size()}) > kMaxTextBytes)
        return refuse("The search is too long.");
    if (query.limit < 1 || query.limit > kMaxLimit)
        return refuse(fmt::format("A page of results has 1 to {} rows.", kMaxLimit));
    if (query.parametersMin.value_or(0) < 0 || query.parametersMax.value_or(0) < 0 ||
        (query.parametersMin && query.parametersMax && *query.parametersMin > *query.parametersMax))
        return refuse("The smallest number of parameters is larger than the largest.");
    return {};
}

} // namespace

Result<std::string> searchTarget(const SearchQuery &query)
{
    if (auto checked = check(query); !checked)
        return tl::make_unexpected(std::move(checked).error());
    std::string target = fmt::format("api/models?limit={}&sort={}", query.limit, nameOf(query.sort));
    const auto add = [&target](const char *name, const std::string &value) {
        target += fmt::format("&{}={}", name, http::percentEncode(value));
    };
    // Each word by itself: one `search` is one run of characters of the name.
    for (std::size_t begin = 0; (begin = query.text.find_first_not_of(' ', begin)) != std::string::npos;) {
        const std::size_t end = std::min(query.text.find(' ', begin), query.text.size());
        add("search", query.text.substr(begin, end - begin));
        begin = end;
    }
    if (!query.author.empty())
        add("author", query.author);
    if (query.format != Format::Any)
        add("filter", query.format == Format::Gguf ? "gguf" : "safetensors");
    if (!query.license.empty())
        add("filter", "license:" + query.license);
    if (query.parametersMin || query.parametersMax) {
        std::string bounds;
        if (query.parametersMin)
            bounds = "min:" + parameterBound(*query.parametersMin);
        if (query.parametersMax)
            bounds += (bounds.empty() ? "max:" : ",max:") + parameterBound(*query.parametersMax);
        add("num_parameters", bounds);
    }
    // No `gguf`: it holds the chat template, tens of kB a row.
    for (const char *key :
         {"author", "downloads", "likes", "gated", "disabled", "lastModified", "library_name", "pipeline_tag",
          "private", "safetensors", "tags", "trendingScore"})
        add("expand", key);
    return target;
}

Result<SearchPage> parseSearchPage(const nlohmann::json &answer)
{
    if (!answer.is_array())
        return fail(ErrorKind::Protocol, "The server's answer cannot be understood: it is no list of models.",
                    {}, "Check the address of the Hub.");
    SearchPage page;
    for (const nlohmann::json &model : answer) {
        if (auto row = parseModelRow(model))
            page.rows.push_back(*std::move(row));
        else
            ++page.skipped;
    }
    return page;
}

} // namespace snug::hub
