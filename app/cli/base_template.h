// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/template_report.h"

#include <filesystem>
#include <optional>

namespace snug::cli {

// The finding "differs_from_base": a GGUF file's own chat template is another one than that of the base model
// that it names, as far as the Hugging Face cache holds the base's texts; nothing is fetched. White space at
// the ends and how lines end are no difference. nullopt: none, or nobody can tell. Blocks for reading a
// header and two small files.
[[nodiscard]] std::optional<chat::TemplateFinding> differsFromBase(const std::filesystem::path &model);

} // namespace snug::cli
