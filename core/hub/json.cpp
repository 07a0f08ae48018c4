// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/json.h"

#include "core/hub/safe_path.h"

#include <algorithm>
#include <charconv>

namespace snug::hub {
namespace {

using nlohmann::json;

tl::unexpected<Error> tooLarge(const char *what, std::size_t limit)
{
    return fail(ErrorKind::TooLarge, std::string("The server's answer ") + what + ", so it is not read.",
                {{"limit", static_cast<std::int64_t>(limit)}}, "Check the address of the Hub.");
}

// Looks at nothing but brackets, commas and quotes: enough to bound what the parser will build.
Result<void> checkShape(std::string_view text, const JsonLimits &limits)
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
            return tooLarge("is nested too deeply", limits.depth);
        if (values > limits.values)
            return tooLarge("has too many parts", limits.values);
    }
    return {};
}

// `digits` of `text` from `at`; -1 if they are none.
int numberAt(std::string_view text, std::size_t at, std::size_t digits)
{
    int value = -1;
    const char *begin = text.data() + at;
    return std::from_chars(begin, begin + digits, value).ptr == begin + digits ? value : -1;
}

} // namespace

Result<json> parseJson(std::string_view text, const JsonLimits &limits)
{
    if (text.size() > limits.bytes)
        return tooLarge("is too long", limits.bytes);
    if (auto shape = checkShape(text, limits); !shape)
        return tl::make_unexpected(std::move(shape).error());
    json parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded())
        return fail(ErrorKind::Protocol, "The server's answer cannot be understood: it is no JSON.",
                    {{"bytes", static_cast<std::int64_t>(text.size())}}, "Check the address of the Hub.");
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

std::optional<std::string> wordsOf(const json &object, const char *key, std::size_t limit)
{
    const auto text = textOf(object, key, limit);
    if (!text || text->empty())
        return std::nullopt;
    return shownText(*text, limit);
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

std::vector<std::string> wordListOf(const json &object, const char *key, std::size_t most)
{
    constexpr std::size_t kMaxBytes = 256;
    std::vector<std::string> words;
    if (const auto single = wordsOf(object, key, kMaxBytes))
        words.push_back(*single);
    const json *list = memberOf(object, key);
    if (list == nullptr || !list->is_array())
        return words;
    for (const json &item : *list) {
        const auto *text = item.get_ptr<const json::string_t *>();
        if (words.size() < most && text != nullptr && !text->empty() && text->size() <= kMaxBytes)
            words.push_back(shownText(*text, kMaxBytes));
    }
    return words;
}

std::optional<std::chrono::sys_seconds> timeOf(const json &object, const char *key)
{
    using namespace std::chrono;
    constexpr std::string_view kForm = "0000-00-00T00:00:00";
    const auto text = textOf(object, key, 40);
    if (!text || text->size() <= kForm.size() || text->back() != 'Z')
        return std::nullopt;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool digit = (*text)[i] >= '0' && (*text)[i] <= '9';
        if (kForm[i] == '0' ? !digit : (*text)[i] != kForm[i])
            return std::nullopt;
    }
    const year_month_day date{year(numberAt(*text, 0, 4)),
                              month(static_cast<unsigned>(numberAt(*text, 5, 2))),
                              day(static_cast<unsigned>(numberAt(*text, 8, 2)))};
    const int hour = numberAt(*text, 11, 2);
    const int minute = numberAt(*text, 14, 2);
    const int second = numberAt(*text, 17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

} // namespace snug::hub
