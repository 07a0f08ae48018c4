// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/checkpoint.h"
#include "core/model/facts.h"

#include <string_view>

namespace snug::convert {

// What a checkpoint tells about itself, with format "safetensors": shape and parameters as its GGUF file
// would have them, bytes and types as they are stored. Of one that cannot be converted what is known all the
// same, and why it cannot as a warning. `name` stands in for the name that a checkpoint does not have.
[[nodiscard]] ModelFacts factsOf(const Checkpoint &checkpoint, std::string_view name);

} // namespace snug::convert
