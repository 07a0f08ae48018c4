// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace snug::convert {
namespace {

constexpr std::uint32_t kMostSteps = 10'000'000;
constexpr std::uint32_t kMostHeapKiB = 32 * 1024;
constexpr std::size_t kLeastStackBytes = 32 * 1024;
constexpr std::size_t kMostStackBytes = 1024 * 1024;

struct FreeMatch {
    void operator()(pcre2_match_data *data) const { pcre2_match_data_free(data); }
};

struct FreeStack {
    void operator()(pcre2_jit_stack *stack) const { pcre2_jit_stack_free(stack); }
};

struct FreeContext {
    void operator()(pcre2_match_context *context) const { pcre2_match_context_free(context); }
};

} // namespace

void Regex::Free::operator()(pcre2_code *code) const
{
    pcre2_code_free(code);
}

Result<Regex> Regex::compile(std::string_view expression)
{
    int error = 0;
    PCRE2_SIZE place = 0;
    pcre2_code *const code =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                      PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &place, nullptr);
    if (code == nullptr)
        return fail(ErrorKind::Unsupported,
                    "The tokenizer splits texts by an expression that Snug does not know.",
                    {{"reason", std::string("regex")}, {"offset", static_cast<std::int64_t>(place)}});
    // Where the system does not allow it, matching is only slower.
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return Regex(std::unique_ptr<pcre2_code, Free>(code));
}

bool Regex::forEachMatch(std::string_view text,
                         const std::function<void(std::size_t, std::size_t)> &use) const
{
    const std::unique_ptr<pcre2_match_data, FreeMatch> data(
        pcre2_match_data_create_from_pattern(m_code.get(), nullptr));
    const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
    const std::unique_ptr<pcre2_jit_stack, FreeStack> stack(
        pcre2_jit_stack_create(kLeastStackBytes, kMostStackBytes, nullptr));
    if (data == nullptr || context == nullptr)
        return false;
    pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    pcre2_set_match_limit(context.get(), kMostSteps);
    pcre2_set_heap_limit(context.get(), kMostHeapKiB);
    const auto *const bytes = reinterpret_cast<PCRE2_SPTR>(text.data());
    std::uint32_t options = 0; // the text is checked once
    for (std::size_t at = 0; at < text.size();) {
        const int found =
            pcre2_match(m_code.get(), bytes, text.size(), at, options, data.get(), context.get());
        if (found == PCRE2_ERROR_NOMATCH)
            return true;
        if (found < 0)
            return false;
        options = PCRE2_NO_UTF_CHECK;
        const PCRE2_SIZE *const ends = pcre2_get_ovector_pointer(data.get());
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
