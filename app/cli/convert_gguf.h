// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_source.h"

namespace snug::cli {

// A GGUF file, or the first of the parts of one. Fails as gguf::readHeader, and with NotFound for a part that
// is not there.
[[nodiscard]] Result<std::unique_ptr<ConvertSource>> openGguf(const std::filesystem::path &path);

} // namespace snug::cli
