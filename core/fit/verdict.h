// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace snug::fit {

// Where a model runs on a machine.
enum class Verdict {
    Unknown, // too little is known to tell
    Gpu,     // all layers on GPUs
    Partial, // some layers on GPUs
    Cpu,     // in main memory alone
    No,      // it does not fit
};

// "unknown", "gpu", "partial", "cpu", "no".
[[nodiscard]] std::string_view verdictName(Verdict verdict);

} // namespace snug::fit
