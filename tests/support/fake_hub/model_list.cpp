// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/model_list.h"

#include "tests/support/fake_hub/model_view.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <limits>

using nlohmann::json;

namespace snug::test {
namespace {

constexpr auto kDetailSorts = std::to_array<std::string_view>(
    {"createdAt", "downloads", "likes", "lastModified", "likes30d", "trendingScore"});
constexpr auto kGgufApps = std::to_array<std::string_view>({"llama.cpp", "lmstudio", "ollama", "jan"});

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

json detailOf(const FakeRepository &said, std::string_view key)
{
    const auto found = said.details.find(key);
    return found == said.details.end() ? json() : *found;
}

bool hasTag(const FakeRepository &said, std::string_view tag)
{
    const json tags = detailOf(said, "tags");
    return detailOf(said, "library_name") == tag ||
           (tags.is_array() && std::ranges::any_of(tags, [tag](const json &one) { return one == tag; }));
}

// "6B" -> 6'000'000'000.
double parameterCount(const std::string &text)
{
    char *end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    switch (*end) {
    case 'K':
        return value * 1e3;
    case 'M':
        return value * 1e6;
    case 'B':
        return value * 1e9;
    case 'T':
        return value * 1e12;
    default:
        return value;
    }
}

// "min:6B,max:128B", either side alone.
bool insideParameters(const StoredRepository &repository, const std::string &bounds)
{
    const auto bound = [&bounds](const std::string &name, double otherwise) {
        const std::size_t at = bounds.find(name);
        if (at == std::string::npos)
            return otherwise;
        const std::size_t from = at + name.size();
        return parameterCount(bounds.substr(from, bounds.find(',', from) - from));
    };
    const auto parameters = static_cast<double>(parametersOf(repository));
    return parameters >= bound("min:", 0) &&
           parameters <= bound("max:", std::numeric_limits<double>::infinity());
}

bool matches(const StoredRepository &repository, const Request &request)
{
    const FakeRepository &said = repository.said;
    for (const auto &[name, value] : request.query()) {
        if (name == "search" && lowerCase(said.id).find(lowerCase(value)) == std::string::npos)
            return false;
        if (name == "author" && !lowerCase(said.id).starts_with(lowerCase(value) + "/"))
            return false;
        if ((name == "filter" || name == "library") && !hasTag(said, value))
            return false;
        if (name == "pipeline_tag" && detailOf(said, "pipeline_tag") != value)
            return false;
        if (name == "apps" && std::ranges::find(kGgufApps, value) != kGgufApps.end() && !hasTag(said, "gguf"))
            return false;
        if (name == "gated" && (said.gate != FakeRepository::Gate::Open) != (value == "true"))
            return false;
        if (name == "num_parameters" && !insideParameters(repository, value))
            return false;
    }
    return true;
}

std::int64_t mainSize(const StoredRepository &repository)
{
    std::int64_t largest = 0;
    for (const FakeFile &file : repository.commits.at(repository.branches.at("main")))
        largest = std::max(largest, file.body.size());
    return largest;
}

using Order = std::function<bool(const StoredRepository *, const StoredRepository *)>;

// The largest (newest) first, but ids from A.
std::optional<Order> orderBy(const std::string &key)
{
    if (key == "id")
        return [](const auto *a, const auto *b) { return a->said.id < b->said.id; };
    if (key == "mainSize")
        return [](const auto *a, const auto *b) { return mainSize(*a) > mainSize(*b); };
    if (key == "num_parameters")
        return [](const auto *a, const auto *b) { return parametersOf(*a) > parametersOf(*b); };
    if (std::ranges::find(kDetailSorts, key) == kDetailSorts.end())
        return std::nullopt;
    return [key](const auto *a, const auto *b) { return detailOf(a->said, key) > detailOf(b->said, key); };
}

} // namespace

bool mayRead(const FakeRepository &repository, const FakeUser *user)
{
    if (user == nullptr)
        return false;
    const std::string owner = repository.id.substr(0, repository.id.find('/'));
    return repository.readers.contains(user->name) || owner == user->name ||
           std::ranges::find(user->organisations, owner) != user->organisations.end();
}

std::optional<std::vector<const StoredRepository *>>
selectedModels(const RepositoryStore &store, const Request &request, const FakeUser *user)
{
    const auto order = orderBy(request.queryOne("sort").value_or("trendingScore"));
    if (!order)
        return std::nullopt;
    std::vector<const StoredRepository *> chosen;
    for (const auto &[key, repository] : store.all()) {
        if ((!repository.said.isPrivate || mayRead(repository.said, user)) && matches(repository, request))
            chosen.push_back(&repository);
    }
    std::ranges::stable_sort(chosen, *order);
    return chosen;
}

} // namespace snug::test
