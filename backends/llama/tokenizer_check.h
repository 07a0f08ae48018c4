// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/sample_encodings.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace snug::llama {

// What the engine makes of the samples' texts with the vocabulary of a GGUF file, of which it reads nothing
// else; no plugin is needed. It ends the process on vocabularies that it did not
// expect: in a child of its own, unless the file is trusted. REQUIRES: installEngineLog() was called.
// `vocabulary`: how many tokens it has to have. Fails with Corrupt, Unsupported or OutOfMemory, the engine's
// words in detail "log".
[[nodiscard]] Result<std::vector<convert::EngineEncoding>>
encodeByEngine(const std::filesystem::path &file, std::span<const convert::SampleEncoding> samples);

} // namespace snug::llama
