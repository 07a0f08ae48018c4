// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <llama-cpp.h>

// For backends/llama only.
namespace snug::llama {

// A model's settings and vocabulary, of which the engine reads nothing else; no plugin is needed. It ends the
// process on vocabularies that it did not expect: in a child of its own, unless the file is trusted. Fails as
// loadFailure. REQUIRES: installEngineLog() was called.
[[nodiscard]] Result<llama_model_ptr> loadVocabulary(const std::filesystem::path &file);

} // namespace snug::llama
