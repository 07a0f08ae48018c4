// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string_view>

namespace snug::llama {

// What llama.cpp's log lines mean to a person, after it refused to load a model or to make room for a
// conversation. `last` is its last error line, `log` the lines before and with it, which go into detail
// "log". Gives OutOfMemory, Corrupt (something is missing in the file) or Unsupported.
[[nodiscard]] Error explainLoadFailure(std::string_view last, std::string_view log);

// The same for what was logged since forgetEngineErrors().
[[nodiscard]] Error loadFailure();

} // namespace snug::llama
