// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

struct pcre2_real_code_8;

namespace snug::convert {

// A regular expression over UTF-8 with Unicode's classes (PCRE2). Bounded in time and memory, since both the
// expression and the text may be a stranger's. One thread at a time.
class Regex {
public:
    // Fails with Unsupported (reason regex) for what PCRE2 does not understand.
    [[nodiscard]] static Result<Regex> compile(std::string_view expression);

    // Calls `use(begin, end)`, in bytes, for each match from left to right; empty ones are passed over. False
    // if the text is not UTF-8 or a match took too long.
    [[nodiscard]] bool forEachMatch(std::string_view text,
                                    const std::function<void(std::size_t, std::size_t)> &use) const;

private:
    struct Free {
        void operator()(pcre2_real_code_8 *code) const;
    };

    explicit Regex(std::unique_ptr<pcre2_real_code_8, Free> code) : m_code(std::move(code)) {}

    std::unique_ptr<pcre2_real_code_8, Free> m_code;
};

} // namespace snug::convert
