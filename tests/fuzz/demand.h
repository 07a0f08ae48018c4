// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/text.h"

#include <cstdio>
#include <cstdlib>

// What every fuzz target checks with: a broken promise ends the program, which libFuzzer takes for a finding.
namespace snug::fuzz {

inline void demand(bool holds, const char *what)
{
    if (!holds) {
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
}

// Errors are sentences for people, whatever the bytes were.
inline void checkError(const Error &error)
{
    demand(!error.message.empty() && gguf::isUtf8(error.message), "errors say what happened");
    demand(gguf::isUtf8(error.hint), "hints are texts");
}

} // namespace snug::fuzz
