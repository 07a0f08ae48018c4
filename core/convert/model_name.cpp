// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/model_name.h"

#include "core/chat/utf8_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <regex>
#include <utility>

namespace snug::convert {
namespace {

constexpr std::size_t kMostName = 256;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}

// Any letter beyond ASCII counts.
bool isLetter(char c)
{
    return isUpper(c) || isLower(c) || static_cast<unsigned char>(c) >= 0x80;
}

char upper(char c)
{
    return isLower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

char lower(char c)
{
    return isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

bool matches(const std::string &text, const char *expression)
{
    return std::regex_match(text, std::regex(expression, std::regex::ECMAScript | std::regex::icase));
}

// What a part of a name is; several at once never, but for a version that is in the basename too.
struct Part {
    std::string text;
    bool basename = false;
    bool sizeLabel = false;
    bool finetune = false;
    bool version = false;
    bool type = false;

    [[nodiscard]] bool isUnknown() const { return !basename && !sizeLabel && !finetune && !version && !type; }
};

std::vector<Part> partsOf(std::string_view name)
{
    std::vector<Part> parts;
    while (!name.empty()) {
        const auto dash = std::min(name.find('-'), name.size());
        if (dash > 0) {
            Part part;
            part.text = name.substr(0, dash);
            parts.push_back(std::move(part));
        }
        name.remove_prefix(std::min(dash + 1, name.size()));
    }
    return parts;
}

// Parameters of "1.5B"; nullopt for words, "8x7B" and "A3B".
std::optional<double> numberOf(std::string_view size)
{
    double number = 0;
    const std::string_view digits = size.substr(0, size.size() - 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const auto power = std::string_view(" KMBT").find(size.back());
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() ||
        power == std::string_view::npos)
        return std::nullopt;
    return number * std::pow(1000.0, static_cast<double>(power));
}

// "7b" as "7B", "7b1" (BLOOM's) as "7.1B".
void takeSize(Part &part, std::int64_t parameters)
{
    std::string &text = part.text;
    std::replace(text.begin(), text.end(), '_', '.');
    if (isDigit(text.back()) && text.size() > 2)
        text = text.substr(0, text.size() - 2) + "." + text.back() + text[text.size() - 2];
    if (text.size() > 1 && isDigit(text[text.size() - 2]) &&
        std::string_view("kmbt").find(text.back()) != std::string_view::npos)
        text.back() = upper(text.back());
    const auto said = parameters > 0 ? numberOf(text) : std::nullopt;
    if (said && std::abs(*said - static_cast<double>(parameters)) >
                    std::floor(7 * static_cast<double>(parameters) / 8)) {
        part.finetune = true; // a context length, most likely
        text.back() = lower(text.back());
    } else {
        part.sizeLabel = true;
    }
}

void classify(std::vector<Part> &parts, std::int64_t parameters)
{
    constexpr const char *kSize = R"(((A|\d+x)?\d+([._]\d+)?[KMBT]\d?|small|mini|medium|large|x?xl))";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Part &part = parts[i];
        if (matches(part.text, R"((v|iter)?\d+([.]\d+)*)")) {
            part.version = true;
        } else if (matches(part.text, R"(i?q\d(_\w)*|b?fp?(16|32))")) {
            part.type = true;
            std::transform(part.text.begin(), part.text.end(), part.text.begin(), upper);
        } else if (i > 0 && matches(part.text, kSize)) {
            takeSize(part, parameters);
        } else if (i > 0 && matches(part.text, "chat|instruct|vision|lora")) {
            part.finetune = true;
        }
    }
    const auto isNumber = [](const Part &part) {
        return part.sizeLabel && std::any_of(part.text.begin(), part.text.end(), isDigit);
    };
    if (std::any_of(parts.begin(), parts.end(), isNumber)) {
        for (Part &part : parts)
            part.sizeLabel = part.sizeLabel && !std::all_of(part.text.begin(), part.text.end(), isLetter);
    }
}

void findBasename(std::vector<Part> &parts)
{
    bool atStart = true;
    for (Part &part : parts) {
        if (atStart && ((part.isUnknown() && isLetter(part.text.front())) || part.version)) {
            part.basename = true;
            continue;
        }
        atStart = false;
        part.finetune = part.finetune || part.isUnknown();
    }
    for (auto part = parts.rbegin(); part != parts.rend() && part->basename && part->version; ++part)
        part->basename = false;
}

std::optional<std::string> joined(const std::vector<Part> &parts, auto isWanted, bool onlyOnce = false)
{
    std::vector<std::string> found;
    for (const Part &part : parts) {
        if (isWanted(part) && (!onlyOnce || std::find(found.begin(), found.end(), part.text) == found.end()))
            found.push_back(part.text);
    }
    if (found.empty())
        return std::nullopt;
    std::string text = found.front();
    for (std::size_t i = 1; i < found.size(); ++i)
        text += "-" + found[i];
    return text;
}

std::string rounded(std::int64_t count)
{
    const auto number = static_cast<double>(count);
    double scaled = number * 1e-3;
    char unit = 'K';
    for (const auto &[least, factor, name] :
         {std::tuple(1e12, 1e-12, 'T'), std::tuple(1e9, 1e-9, 'B'), std::tuple(1e6, 1e-6, 'M')}) {
        if (number <= least)
            continue;
        scaled = number * factor;
        unit = name;
        break;
    }
    const double whole = std::nearbyint(scaled);
    const int digits = whole < 1 ? 0 : whole < 10 ? 1 : 2;
    return fmt::format("{:.{}f}{}", scaled, 2 - digits, unit);
}

} // namespace

ModelName modelNameOf(std::string_view name, std::int64_t parameters)
{
    name = chat::cutUtf8(name, kMostName);
    ModelName found;
    found.full = name;
    if (name.find(' ') != std::string_view::npos)
        return found; // a sentence
    if (const auto slash = name.find('/'); slash != std::string_view::npos) {
        if (!name.starts_with('.'))
            found.organization = name.substr(0, slash);
        found.full = name.substr(slash + 1);
    }
    std::vector<Part> parts = partsOf(found.full);
    classify(parts, parameters);
    findBasename(parts);
    found.basename = joined(parts, [](const Part &part) { return part.basename; });
    found.sizeLabel = joined(
        parts, [](const Part &part) { return part.sizeLabel; }, true);
    found.finetune = joined(parts, [](const Part &part) { return part.finetune; });
    found.version = joined(parts, [](const Part &part) { return part.version && !part.basename; });
    if (!found.sizeLabel && !found.finetune && !found.version)
        found.basename.reset(); // too little to tell
    return found;
}

std::string titleOf(std::string_view name)
{
    std::string title;
    for (std::size_t at = 0; at < name.size();) {
        const auto isGap = [](char c) { return c == '-' || c == ' ' || c == '\t' || c == '\n'; };
        std::size_t end = at;
        while (end < name.size() && !isGap(name[end]))
            ++end;
        std::string word(name.substr(at, end - at));
        at = end + 1;
        if (word.empty())
            continue;
        const bool isLowerCase =
            std::any_of(word.begin(), word.end(), isLower) && std::none_of(word.begin(), word.end(), isUpper);
        const bool isVersion = isDigit(word.front()) || matches(word, R"(v\d+(\.\d+)*)");
        if (isLowerCase && !isVersion) {
            for (std::size_t i = 0; i < word.size(); ++i)
                word[i] = i == 0 || !isLetter(word[i - 1]) ? upper(word[i]) : word[i];
        }
        title += title.empty() ? word : " " + word;
    }
    return title;
}

ParameterCounts parametersOf(const std::vector<PlannedTensor> &tensors)
{
    ParameterCounts counts;
    std::int64_t experts = 0;
    std::int64_t stacks = 0;
    for (const PlannedTensor &tensor : tensors) {
        std::int64_t size = 1;
        for (const std::int64_t length : tensor.shape)
            size = length > 0 && size > INT64_MAX / length ? INT64_MAX : size * length;
        size = std::min(size, INT64_MAX - counts.total);
        const bool isStack = tensor.name.find("_exps.") != std::string::npos && tensor.shape.size() >= 3;
        if (isStack) {
            const bool isBias = tensor.name.find(".bias") != std::string::npos;
            const std::int64_t count = tensor.shape[tensor.shape.size() - (isBias ? 2 : 3)];
            counts.expert += size / std::max<std::int64_t>(count, 1);
            experts += count;
            ++stacks;
        } else {
            counts.shared += size;
        }
        counts.total += size;
    }
    counts.experts = stacks > 0 ? experts / stacks : 0;
    return counts;
}

std::string sizeLabelOf(const ParameterCounts &counts)
{
    if (counts.experts > 0)
        return fmt::format("{}x{}", counts.experts, rounded(counts.shared + counts.expert));
    return rounded(counts.total);
}

} // namespace snug::convert
