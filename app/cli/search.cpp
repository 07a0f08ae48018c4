// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/search.h"

#include "app/cli/hub_access.h"
#include "app/cli/terminal_text.h"
#include "core/base/units.h"
#include "core/model/name_hint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPages = 200;

const std::map<std::string, hub::Format> kFormats = {
    {"any", hub::Format::Any}, {"gguf", hub::Format::Gguf}, {"safetensors", hub::Format::Safetensors}};
const std::map<std::string, hub::Sort> kSorts = {
    {"trending", hub::Sort::Trending}, {"downloads", hub::Sort::Downloads},
    {"likes", hub::Sort::Likes},       {"updated", hub::Sort::Modified},
    {"created", hub::Sort::Created},   {"parameters", hub::Sort::Parameters}};

template <class T> std::vector<std::string> namesOf(const std::map<std::string, T> &map)
{
    std::vector<std::string> names;
    for (const auto &[name, value] : map)
        names.push_back(name);
    return names;
}

Result<std::optional<std::int64_t>> bound(const std::string &text)
{
    if (text.empty())
        return std::optional<std::int64_t>();
    const auto parameters = parametersInName(text);
    if (!parameters)
        return fail(ErrorKind::InvalidArgument, "“" + text + "” is no number of parameters.", {},
                    "Write it as 4B or 700M.");
    return parameters;
}

// Words to look for; of an address that was pasted, the repository that it names.
std::string wanted(const std::vector<std::string> &words, const http::Url &endpoint)
{
    const std::string text = fmt::format("{}", fmt::join(words, " "));
    if (text.find("://") == std::string::npos && !text.starts_with("hf.co/"))
        return text;
    const auto reference = hub::parseReference(text, endpoint);
    return reference ? reference->repo.text() : text;
}

// A page whose address an earlier call told.
Result<hub::SearchPage> pageAt(const HubAccess &hub, const std::string &address, const std::stop_token &stop)
{
    SNUG_TRY(http::Url url, http::Url::parse(address));
    if (!url.sameOrigin(hub.environment.endpoint))
        return fail(ErrorKind::InvalidArgument,
                    "This page is not one of " + hub.environment.endpoint.shown() + ".", {}, "Search again.");
    hub::SearchPage before;
    before.next.emplace(std::move(url), kMostPages);
    return hub.client.searchNext(before, stop);
}

std::string shortFigure(const json &count)
{
    return count.is_number_integer() ? formatCount(count.get<std::int64_t>()) : std::string("–");
}

} // namespace

void SearchVerb::define(CLI::App &app)
{
    app.add_option("WORDS", m_words, "Words of the repository's name, or its address");
    app.add_option("--author", m_author, "User or organisation");
    app.add_option("--license", m_license, "Such as apache-2.0");
    app.add_option("--format", m_format, "What there is to fetch")
        ->check(CLI::IsMember(namesOf(kFormats)))
        ->capture_default_str();
    app.add_option("--sort", m_sort, "Order")->check(CLI::IsMember(namesOf(kSorts)))->capture_default_str();
    app.add_option("--min-parameters", m_least, "Such as 4B");
    app.add_option("--max-parameters", m_most, "Such as 15B");
    app.add_option("--limit", m_limit, "Rows of a page")->check(CLI::Range(1, 500))->capture_default_str();
    app.add_option("--next", m_next, "The page that an earlier call named; other options do not count");
}

Result<json> SearchVerb::run(const VerbContext &context)
{
    SNUG_TRY(const HubAccess hub, openHub());
    hub::SearchQuery query;
    query.text = wanted(m_words, hub.environment.endpoint);
    query.author = m_author;
    query.license = m_license;
    query.format = kFormats.at(m_format);
    query.sort = kSorts.at(m_sort);
    query.limit = m_limit;
    SNUG_TRY(query.parametersMin, bound(m_least));
    SNUG_TRY(query.parametersMax, bound(m_most));
    SNUG_TRY(const hub::SearchPage page,
             m_next.empty() ? hub.client.search(query, context.stop) : pageAt(hub, m_next, context.stop));
    json models = json::array();
    for (const hub::ModelRow &row : page.rows)
        models.push_back(modelJson(row));
    return json{{"models", std::move(models)},
                {"skipped", page.skipped},
                {"next", page.next ? page.next->current().text() : std::string()}};
}

void SearchVerb::print(const json &result, const VerbContext &) const
{
    if (result["models"].empty())
        fmt::print("No model matches.\n");
    for (const json &model : result["models"]) {
        const json &parameters = model["parameters"];
        fmt::print("{:>9} {:>12}  {}\n",
                   parameters.is_number_integer() ? formatParameters(parameters.get<std::int64_t>()) : "–",
                   shortFigure(model["downloads"]), terminalLine(model["id"].get<std::string>()));
    }
    if (const auto next = result["next"].get<std::string>(); !next.empty())
        fmt::print("More: --next '{}'\n", terminalLine(next));
}

} // namespace snug::cli
