// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/config.h"

#include <vector>

namespace snug::convert {

// What the configuration classes of transformers 5 fill in for a "model_type", as far as a GGUF file says it
// and the architecture has no default of its own. `said`: config.json.
[[nodiscard]] std::vector<Default> classDefaults(const Config &said);

} // namespace snug::convert
