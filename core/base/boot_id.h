// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace snug {

// Another one after each start of the system, so that what was only in its memory can be told from what is on
// the disk: Linux boot_id (man 4 random), macOS kern.bootsessionuuid. Empty where the system does not tell.
[[nodiscard]] std::string bootId();

} // namespace snug
