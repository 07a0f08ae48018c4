// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/file_transfer.h"

namespace snug::library {

// Only ReFS volumes can, which hold no home folders.
bool cloneFile(const std::filesystem::path & /*from*/, const std::filesystem::path & /*to*/)
{
    return false;
}

} // namespace snug::library
