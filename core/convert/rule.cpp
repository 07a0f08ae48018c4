// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace snug::convert {
namespace {

// The rows of a shape; nullptr for a single number.
std::int64_t *rowsOf(Shape &shape)
{
    return shape.empty() ? nullptr : shape.size() == 1 ? &shape[0] : &shape[shape.size() - 2];
}

std::optional<Shape> withHalf(Shape shape, std::int64_t *(*which)(Shape &))
{
    std::int64_t *length = which(shape);
    if (length == nullptr || *length % 2 != 0)
        return std::nullopt;
    *length /= 2;
    return shape;
}

std::int64_t *columnsOf(Shape &shape)
{
    return shape.empty() ? nullptr : &shape.back();
}

bool hasRowsOf(Shape shape, std::int64_t heads)
{
    const std::int64_t *rows = rowsOf(shape);
    return rows != nullptr && heads > 0 && *rows % (heads * 2) == 0;
}

std::optional<Shape> latent(const Shape &shape, const Config &config, bool keys)
{
    const std::int64_t heads = config.count({"num_key_value_heads"}).value_or(0);
    const std::int64_t key = config.count({"qk_nope_head_dim"}).value_or(0);
    const std::int64_t value = config.count({"v_head_dim"}).value_or(0);
    if (shape.size() != 2 || heads == 0 || key == 0 || value == 0 || shape[0] % heads != 0 ||
        shape[0] / heads != key + value)
        return std::nullopt;
    return keys ? Shape{heads, shape[1], key} : Shape{heads, value, shape[1]};
}

} // namespace

Rules joined(Rules base, const Rules &more)
{
    std::set<std::string_view> replaced;
    for (const Rule &rule : more)
        replaced.insert(rule.from);
    std::erase_if(base, [&replaced](const Rule &rule) { return replaced.contains(rule.from); });
    base.insert(base.end(), more.begin(), more.end());
    return base;
}

std::int64_t queryHeads(const Config &config)
{
    return config.count({"num_attention_heads", "n_head", "n_heads"}).value_or(0);
}

std::int64_t keyHeads(const Config &config)
{
    return config.count({"num_key_value_heads", "n_kv_heads"}).value_or(queryHeads(config));
}

std::optional<std::int64_t> groupsOf(const Shape &shape, const Config &config)
{
    Shape copy = shape;
    const std::int64_t *rows = rowsOf(copy);
    const std::int64_t heads = queryHeads(config);
    const auto width = config.count({"hidden_size", "n_embd", "dim"}).value_or(0);
    if (rows == nullptr || heads <= 0 || width < heads || *rows % (width / heads) != 0)
        return std::nullopt;
    const std::int64_t others = *rows / (width / heads) - heads;
    if (others <= 0 || others % 2 != 0 || heads % (others / 2) != 0)
        return std::nullopt;
    return others / 2;
}

std::optional<Shape> after(Verb verb, const Shape &shape, const Config &config)
{
    switch (verb) {
    case Verb::PermuteQuery:
        return hasRowsOf(shape, queryHeads(config)) ? std::optional(shape) : std::nullopt;
    case Verb::PermuteKey:
        return hasRowsOf(shape, keyHeads(config)) ? std::optional(shape) : std::nullopt;
    case Verb::RegroupQkv: {
        Shape copy = shape;
        const std::int64_t heads = queryHeads(config);
        const std::int64_t *rows = rowsOf(copy);
        return rows != nullptr && heads > 0 && *rows % (heads * 3) == 0 ? std::optional(shape) : std::nullopt;
    }
    case Verb::UngroupQkv:
        return groupsOf(shape, config) ? std::optional(shape) : std::nullopt;
    case Verb::AddOne:
    case Verb::OnlyZeros:
        return shape;
    case Verb::Transpose: {
        if (shape.size() < 2)
            return std::nullopt;
        Shape turned = shape;
        std::swap(turned[turned.size() - 1], turned[turned.size() - 2]);
        return turned;
    }
    case Verb::FirstHalf:
    case Verb::SecondHalf:
    case Verb::EvenRows:
    case Verb::OddRows:
        return withHalf(shape, rowsOf);
    case Verb::EvenColumns:
    case Verb::OddColumns:
        return withHalf(shape, columnsOf);
    case Verb::LatentKeys:
        return latent(shape, config, true);
    case Verb::LatentValues:
        return latent(shape, config, false);
    case Verb::TrimVocabulary: {
        if (shape.size() != 2)
            return std::nullopt;
        return Shape{std::min(shape[0], config.count({"vocab_size"}).value_or(shape[0])), shape[1]};
    }
    }
    return std::nullopt;
}

NamePattern patternOf(std::string_view name)
{
    NamePattern pattern;
    while (true) {
        const auto dot = name.find('.');
        const std::string_view part = name.substr(0, dot);
        std::int64_t number = 0;
        const auto parsed = std::from_chars(part.data(), part.data() + part.size(), number);
        const bool isNumber = !part.empty() && parsed.ec == std::errc() &&
                              parsed.ptr == part.data() + part.size() && part.front() != '-';
        pattern.text += isNumber ? "#" : part;
        if (isNumber)
            pattern.numbers.push_back(number);
        if (dot == std::string_view::npos)
            return pattern;
        pattern.text += '.';
        name.remove_prefix(dot + 1);
    }
}

std::string filled(std::string_view pattern, const std::vector<std::int64_t> &numbers)
{
    std::string name;
    std::size_t next = 0;
    for (const char c : pattern) {
        if (c == '#' && next < numbers.size())
            name += fmt::format("{}", numbers[next++]);
        else
            name += c;
    }
    return name;
}

std::size_t placesIn(std::string_view pattern)
{
    return static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '#'));
}

} // namespace snug::convert
