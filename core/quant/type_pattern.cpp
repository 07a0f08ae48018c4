// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/type_pattern.h"

#include "core/gguf/text.h"
#include "core/quant/type_kinds.h"

#include <fmt/format.h>

#include <regex>

namespace snug::quant {
namespace {

tl::unexpected<Error> refused(std::string_view text, std::string_view why)
{
    return fail(ErrorKind::InvalidArgument,
                fmt::format("The tensor type \"{}\" cannot be used: {}.", gguf::escaped(text), why),
                {{"reason", "tensor_type"}},
                "Write it as PATTERN=TYPE, for example "
                "ffn_down=Q8_0.");
}

} // namespace

struct TypePattern::Expression {
    explicit Expression(const std::string &pattern) : regex(pattern) {}

    std::regex regex;
};

Result<TypePattern> TypePattern::parse(std::string_view text)
{
    // Names have up to 63 bytes; longer expressions only make the search slow.
    constexpr std::size_t kMostBytes = 256;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
        return refused(text, "it needs a pattern, an equals sign and a type");
    if (equals > kMostBytes)
        return refused(text.substr(0, kMostBytes), "the pattern is too long");
    const auto type = encodableType(text.substr(equals + 1));
    if (!type)
        return refused(text, "no tensor can be stored as such a type");
    std::string pattern = inSmallLetters(text.substr(0, equals));
    try {
        auto expression = std::make_shared<const Expression>(pattern);
        return TypePattern(std::move(pattern), std::move(expression), *type);
    } catch (const std::regex_error &) {
        return refused(text, "the pattern is no regular expression");
    }
}

Result<bool> TypePattern::isIn(const std::string &tensorName) const
{
    try {
        return std::regex_search(tensorName, m_expression->regex);
    } catch (const std::regex_error &) {
        return refused(m_pattern, "the search for the pattern takes too long");
    }
}

} // namespace snug::quant
