// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/machine_text.h"

#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace snug::fit {
namespace {

constexpr std::size_t kMostText = 500;
constexpr int kMostCards = 16;
constexpr double kMostTeraflops = 1e6;

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char &c : result)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// A plain decimal number with a dot, whatever the language of the system, and what follows it.
struct Quantity {
    double number = 0;
    std::string unit; // lower case, without blanks around
};

std::optional<Quantity> quantity(std::string_view text)
{
    constexpr std::size_t kMostDigits = 12;
    std::size_t at = 0;
    double number = 0;
    double place = 0;
    for (; at < text.size() && (isDigit(text[at]) || (text[at] == '.' && place == 0)); ++at) {
        if (text[at] == '.') {
            place = 1;
            continue;
        }
        place /= 10;
        number = place > 0 ? number + (text[at] - '0') * place : number * 10 + (text[at] - '0');
    }
    if (at == 0 || at > kMostDigits || !isDigit(text.front()) || !isDigit(text[at - 1]))
        return std::nullopt;
    return Quantity{number, lower(trimmed(text.substr(at)))};
}

template <std::size_t N>
std::optional<double> scaled(std::string_view text,
                             const std::array<std::pair<std::string_view, double>, N> &units, double least,
                             double most)
{
    const auto found = quantity(trimmed(text));
    if (!found)
        return std::nullopt;
    for (const auto &[name, factor] : units) {
        const double value = found->number * factor;
        if (found->unit == name)
            return value >= least && value <= most ? std::optional(value) : std::nullopt;
    }
    return std::nullopt;
}

std::string shown(std::string_view text)
{
    constexpr std::size_t kMostShown = 60;
    return gguf::escaped(std::string(text), kMostShown);
}

tl::unexpected<Error> notUnderstood(std::string_view what, std::string_view why)
{
    return fail(ErrorKind::InvalidArgument, fmt::format("\"{}\" is no computer: {}", shown(what), why), {},
                "Write for example \"RTX 4090\", \"2x RTX 3090\" or \"My card=24GiB,1008GB/s\".");
}

// "2x RTX 3090", "2 x RTX 3090"; a name may begin with a digit.
Result<std::string_view> takeCount(std::string_view text, int &count)
{
    std::size_t digits = 0;
    while (digits < text.size() && isDigit(text[digits]))
        ++digits;
    const std::string_view rest = trimmed(text.substr(digits));
    if (digits == 0 || rest.size() < 2 || (rest[0] != 'x' && rest[0] != 'X') || rest[1] != ' ')
        return text;
    count = 0;
    for (std::size_t i = 0; i < digits && count <= kMostCards; ++i)
        count = count * 10 + (text[i] - '0');
    if (count < 1 || count > kMostCards)
        return notUnderstood(text, fmt::format("it has 1 to {} cards.", kMostCards));
    return trimmed(rest.substr(1));
}

template <class T> bool set(std::optional<T> &place, std::optional<T> value)
{
    if (!value || place)
        return false;
    place = value;
    return true;
}

std::optional<double> teraflops(std::string_view text)
{
    const auto found = quantity(text);
    return found && found->unit.empty() && found->number > 0 && found->number <= kMostTeraflops
               ? std::optional(found->number * 1e12)
               : std::nullopt;
}

bool readField(std::string_view field, CardText &card, MachineText &machine)
{
    const std::string name = lower(trimmed(field.substr(0, std::min(field.find('='), field.size()))));
    if (const auto equals = field.find('='); equals != field.npos) {
        const std::string_view value = trimmed(field.substr(equals + 1));
        if (name == "ram")
            return set(machine.ramBytes, memorySize(value));
        if (name == "cpu")
            return set(machine.cpuBandwidth, bandwidthFrom(value));
        return name == "tflops" && set(card.flops, teraflops(value));
    }
    if (name == "unified")
        return std::exchange(card.unified, true) == false;
    return set(card.memoryBytes, memorySize(field)) || set(card.bandwidth, bandwidthFrom(field));
}

Result<void> readCard(std::string_view text, MachineText &machine)
{
    CardText card;
    SNUG_TRY(const std::string_view counted, takeCount(trimmed(text), card.count));
    const auto equals = counted.find('=');
    card.name = std::string(trimmed(counted.substr(0, std::min(equals, counted.size()))));
    if (card.name.empty())
        return notUnderstood(text, "it has no name.");
    for (std::string_view rest = equals == counted.npos ? std::string_view() : counted.substr(equals + 1);
         equals != counted.npos;) {
        const auto comma = rest.find(',');
        const std::string_view field = trimmed(rest.substr(0, comma));
        if (!readField(field, card, machine))
            return notUnderstood(text,
                                 fmt::format("\"{}\" is no size, no bandwidth and none of unified, "
                                             "tflops=, ram= and cpu=, is out of range or is said twice.",
                                             shown(field)));
        if (comma == rest.npos)
            break;
        rest = rest.substr(comma + 1);
    }
    machine.cards.push_back(std::move(card));
    return {};
}

} // namespace

std::optional<std::int64_t> memorySize(std::string_view text)
{
    constexpr double kMiB = 1 << 20;
    static constexpr std::array<std::pair<std::string_view, double>, 6> kUnits = {
        {{"mib", kMiB},
         {"mb", kMiB},
         {"gib", kMiB * 1024},
         {"gb", kMiB * 1024},
         {"tib", kMiB * 1024 * 1024},
         {"tb", kMiB * 1024 * 1024}}};
    const auto bytes = scaled(text, kUnits, 64 * kMiB, 16 * kMiB * 1024 * 1024);
    return bytes ? std::optional(static_cast<std::int64_t>(*bytes)) : std::nullopt;
}

std::optional<double> bandwidthFrom(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, double>, 3> kUnits = {
        {{"mb/s", 1e6}, {"gb/s", 1e9}, {"tb/s", 1e12}}};
    return scaled(text, kUnits, 1e8, 1e15);
}

Result<MachineText> readMachineText(std::string_view text)
{
    if (text.size() > kMostText)
        return notUnderstood(text, "it is too long.");
    if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }))
        return notUnderstood(text, "it holds a control character.");
    MachineText machine;
    for (;;) {
        const auto plus = text.find(" + ");
        SNUG_CHECK(readCard(text.substr(0, plus), machine));
        if (plus == text.npos)
            break;
        text = text.substr(plus + 3);
    }
    int cards = 0;
    for (const CardText &card : machine.cards)
        cards += card.count;
    if (cards > kMostCards)
        return notUnderstood(text, fmt::format("it has 1 to {} cards.", kMostCards));
    return machine;
}

} // namespace snug::fit
