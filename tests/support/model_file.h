// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/quant/catalogue.h"

#include <filesystem>

namespace snug::test {

// The header that `draft` would have at another level: the types that our rules plan, with an importance
// matrix at hand. Complete, as encodeHeader leaves it. Fails as sourceModel, planTypes and encodeHeader.
[[nodiscard]] Result<gguf::Header> atLevel(const gguf::Header &draft, quant::FileType level);

// Writes such a header and a hole as long as the data, which the engine's dry run takes for a model.
[[nodiscard]] Result<void> writeModel(const gguf::Header &header, const std::filesystem::path &target);

} // namespace snug::test
