// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace snug::hub {

// The level that a file's name claims: the last "Q4_K_M", "IQ3_XXS", "TQ1_0", "MXFP4_MOE", "BF16", ... in it,
// with "UD-" where it stands in front; in capitals, "FP16" as "F16". nullopt if it claims none. A hint: the
// header's general.file_type is the truth.
[[nodiscard]] std::optional<std::string> quantLabel(std::string_view fileName);

// About how many bits a weight has: 4 for "Q4_K_M"; nullopt for what is no label.
[[nodiscard]] std::optional<int> labelBits(std::string_view label);

} // namespace snug::hub
