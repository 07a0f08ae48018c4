// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/bounded_json.h"

namespace snug {
namespace {

using nlohmann::json;

tl::unexpected<Error> tooLarge(const JsonSource &source, const char *what, std::size_t limit)
{
    return fail(ErrorKind::TooLarge, std::string(source.subject) + " " + what + ", so it is not read.",
                {{"limit", static_cast<std::int64_t>(limit)}}, std::string(source.hint));
}

// Looks at nothing but brackets, commas and quotes: enough to bound what the parser will build.
Result<void> checkShape(std::string_view text, const JsonLimits &limits, const JsonSource &source)
{
    std::size_t depth = 0;
    std::size_t values = 1;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            i += c == '\\' ? 1U : 0U;
            quoted = c != '"';
            continue;
        }
        quoted = c == '"';
        const bool opens = c == '[' || c == '{';
        depth += opens ? 1U : 0U;
        depth -= (c == ']' || c == '}') && depth > 0 ? 1U : 0U;
        values += opens || c == ',' ? 1U : 0U;
        if (depth > limits.depth)
            return tooLarge(source, "is nested too deeply", limits.depth);
        if (values > limits.values)
            return tooLarge(source, "has too many parts", limits.values);
    }
    return {};
}

} // namespace

Result<json> parseBounded(std::string_view text, const JsonLimits &limits, const JsonSource &source)
{
    if (text.size() > limits.bytes)
        return tooLarge(source, "is too long", limits.bytes);
    SNUG_CHECK(checkShape(text, limits, source));
    json parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded())
        return fail(source.broken, std::string(source.subject) + " cannot be understood: it is no JSON.",
                    {{"bytes", static_cast<std::int64_t>(text.size())}}, std::string(source.hint));
    return parsed;
}

const json *memberOf(const json &object, const char *key)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> textOf(const json &object, const char *key, std::size_t limit)
{
    const json *value = memberOf(object, key);
    const auto *text = value == nullptr ? nullptr : value->get_ptr<const json::string_t *>();
    if (text == nullptr || text->size() > limit)
        return std::nullopt;
    return *text;
}

std::optional<std::int64_t> countOf(const json &object, const char *key, std::int64_t most)
{
    const json *value = memberOf(object, key);
    if (value == nullptr || !value->is_number_integer())
        return std::nullopt;
    if (value->is_number_unsigned()) {
        const auto number = value->get<std::uint64_t>();
        return number <= static_cast<std::uint64_t>(most) ? std::optional(static_cast<std::int64_t>(number))
                                                          : std::nullopt;
    }
    const auto number = value->get<std::int64_t>();
    return number >= 0 && number <= most ? std::optional(number) : std::nullopt;
}

bool flagOf(const json &object, const char *key)
{
    const json *value = memberOf(object, key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

} // namespace snug
