// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/progress.h"

namespace snug {

std::string_view unitName(Unit unit)
{
    switch (unit) {
    case Unit::Bytes:
        return "bytes";
    case Unit::Items:
        return "items";
    case Unit::Tokens:
        return "tokens";
    case Unit::Percent:
        return "percent";
    }
    return "items";
}

} // namespace snug
