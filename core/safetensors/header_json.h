// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/safetensors/reader.h"

#include <string_view>

namespace snug::safetensors {

// Tensors and metadata of a header's JSON; places and sizes are as the file says, each tensor by itself
// checked. Builds no document, so that memory is bounded by `limits`. Errors are those of readHeader that
// concern one entry.
[[nodiscard]] Result<Header> parseHeaderJson(std::string_view text, const Limits &limits);

} // namespace snug::safetensors
