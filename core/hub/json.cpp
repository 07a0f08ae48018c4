// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/json.h"

#include "core/hub/safe_path.h"

#include <algorithm>
#include <charconv>

namespace snug::hub {
namespace {

using nlohmann::json;

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
    return parseBounded(text, limits,
                        {"The server's answer", "Check the address of the Hub.", ErrorKind::Protocol});
}

std::optional<std::string> wordsOf(const json &object, const char *key, std::size_t limit)
{
    const auto text = textOf(object, key, limit);
    if (!text || text->empty())
        return std::nullopt;
    return shownText(*text, limit);
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
