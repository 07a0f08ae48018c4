// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace snug::convert {
namespace {

// Nearly every match of a tokenizer's expression takes far fewer than the first number. Some may take more,
// up to the second.
constexpr std::uint32_t kUsualSteps = 5'000;
constexpr std::uint32_t kMostSteps = 100'000;
constexpr std::uint32_t kMostHeapKiB = 32 * 1024;
constexpr std::size_t kLeastStackBytes = 32 * 1024;
constexpr std::size_t kMostStackBytes = 1024 * 1024;

} // namespace

void Regex::Free::operator()(pcre2_code *code) const
{
    pcre2_code_free(code);
}

void Regex::Free::operator()(pcre2_jit_stack *stack) const
{
    pcre2_jit_stack_free(stack);
}

void Regex::Free::operator()(pcre2_match_context *context) const
{
    pcre2_match_context_free(context);
}

void Regex::Free::operator()(pcre2_match_data *data) const
{
    pcre2_match_data_free(data);
}

Result<Regex> Regex::compile(std::string_view expression)
{
    int error = 0;
    PCRE2_SIZE place = 0;
    Regex regex;
    regex.m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                                     PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &place,
                                     nullptr));
    if (regex.m_code == nullptr)
        return fail(ErrorKind::Unsupported,
                    "The tokenizer splits texts by an expression that Snug does not know.",
                    {{"reason", std::string("regex")}, {"offset", static_cast<std::int64_t>(place)}});
    // Where the system does not allow it, matching is only slower.
    (void)pcre2_jit_compile(regex.m_code.get(), PCRE2_JIT_COMPLETE);
    regex.m_data.reset(pcre2_match_data_create_from_pattern(regex.m_code.get(), nullptr));
    regex.m_stack.reset(pcre2_jit_stack_create(kLeastStackBytes, kMostStackBytes, nullptr));
    regex.m_context.reset(pcre2_match_context_create(nullptr));
    if (regex.m_data == nullptr || regex.m_context == nullptr)
        return fail(ErrorKind::OutOfMemory, "There is no memory to match texts in.");
    pcre2_jit_stack_assign(regex.m_context.get(), nullptr, regex.m_stack.get());
    pcre2_set_heap_limit(regex.m_context.get(), kMostHeapKiB);
    return regex;
}

bool Regex::forEachMatch(std::string_view text,
                         const std::function<void(std::size_t, std::size_t)> &use) const
{
    const auto *const bytes = reinterpret_cast<PCRE2_SPTR>(text.data());
    std::uint32_t options = 0; // the text is checked once
    for (std::size_t at = 0; at < text.size();) {
        const auto match = [&](std::uint32_t steps) {
            pcre2_set_match_limit(m_context.get(), steps);
            return pcre2_match(m_code.get(), bytes, text.size(), at, options, m_data.get(), m_context.get());
        };
        int found = match(kUsualSteps);
        if (found == PCRE2_ERROR_MATCHLIMIT && m_slowMatches > 0) {
            --m_slowMatches;
            found = match(kMostSteps);
        }
        if (found == PCRE2_ERROR_NOMATCH)
            return true;
        if (found < 0)
            return false;
        options = PCRE2_NO_UTF_CHECK;
        const PCRE2_SIZE *const ends = pcre2_get_ovector_pointer(m_data.get());
        // With \K a match may begin before the place that was asked for, or behind its own end.
        if (ends[0] < at || ends[0] > ends[1])
            return false;
        if (ends[1] > ends[0]) {
            use(ends[0], ends[1]);
            at = ends[1];
            continue;
        }
        at = ends[1] + 1; // one character on
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
            ++at;
    }
    return true;
}

} // namespace snug::convert
