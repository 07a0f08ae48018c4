// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/verdict.h"

namespace snug::fit {

std::string_view verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Gpu:
        return "gpu";
    case Verdict::Partial:
        return "partial";
    case Verdict::Cpu:
        return "cpu";
    case Verdict::No:
        return "no";
    case Verdict::Unknown:
        break;
    }
    return "unknown";
}

} // namespace snug::fit
