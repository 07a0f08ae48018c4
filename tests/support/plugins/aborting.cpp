// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// A driver that crashes while it is loaded.

#include <cstdio>
#include <cstdlib>

namespace {

const bool kCrashed = [] {
    std::fputs("the test driver found a broken card\n", stderr);
    std::abort();
    return true;
}();

} // namespace
