// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_jit_stack_8;
struct pcre2_real_match_context_8;
struct pcre2_real_match_data_8;

namespace snug::convert {

// A regular expression over UTF-8 with Unicode's classes (PCRE2). Bounded in time and memory, since both the
// expression and the text may be a stranger's. One thread at a time.
class Regex {
public:
    // Fails with Unsupported (reason regex) for what PCRE2 does not understand.
    [[nodiscard]] static Result<Regex> compile(std::string_view expression);

    // Calls `use(begin, end)`, in bytes, for each match from left to right; empty ones are passed over. False
    // if the text is not UTF-8, a match took too long, many did, or one was outside what was left of the
    // text.
    [[nodiscard]] bool forEachMatch(std::string_view text,
                                    const std::function<void(std::size_t, std::size_t)> &use) const;

private:
    struct Free {
        void operator()(pcre2_real_code_8 *code) const;
        void operator()(pcre2_real_jit_stack_8 *stack) const;
        void operator()(pcre2_real_match_context_8 *context) const;
        void operator()(pcre2_real_match_data_8 *data) const;
    };
    template <class T> using Owned = std::unique_ptr<T, Free>;

    Regex() = default;

    Owned<pcre2_real_code_8> m_code;
    // Of every match, since a tokenizer's texts are many and short.
    Owned<pcre2_real_match_data_8> m_data;
    Owned<pcre2_real_jit_stack_8> m_stack;
    Owned<pcre2_real_match_context_8> m_context;
    // How many may still take long, so that all texts together do not.
    mutable int m_slowMatches = 50;
};

} // namespace snug::convert
