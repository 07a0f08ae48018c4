// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

#include <cstdint>
#include <optional>

namespace snug::fit {

// How wide the vectors are that a projector makes, which llama.cpp v0.5.0 wants to be as wide as those of the
// model's tokens (clip_n_mmproj_embd in tools/mtmd/clip.cpp, checked in tools/mtmd/mtmd.cpp). Nothing for
// kinds of projectors of which one tensor does not tell it.
[[nodiscard]] std::optional<std::int64_t> projectorWidth(const gguf::Header &projector);

} // namespace snug::fit
