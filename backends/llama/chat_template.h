// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"

namespace snug::llama {

// Whether llama.cpp's template engine can read the model's chat template and make a prompt of a conversation
// with it. True for a model that has none: the engine has one of its own then.
[[nodiscard]] bool understandsChatTemplate(const gguf::Header &header);

} // namespace snug::llama
