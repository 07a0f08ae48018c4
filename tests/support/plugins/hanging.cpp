// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// A driver that never finishes loading.

#include <chrono>
#include <thread>

namespace {

const bool kLoaded = [] {
    for (;;)
        std::this_thread::sleep_for(std::chrono::hours(1));
    return true;
}();

} // namespace
