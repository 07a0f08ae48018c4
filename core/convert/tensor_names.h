// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

// Names of a checkpoint's tensors before any architecture looks at them (conversion/base.py, filter_tensors).
namespace snug::convert {

// Belongs to the part for images or sound.
[[nodiscard]] bool isOtherPart(std::string_view name);

// A buffer of the training code that is no weight: masks and rotation frequencies.
[[nodiscard]] bool isBuffer(std::string_view name);

// Without what only tells that the language model is a part of a larger one; with "model." where `className`
// is a model without an output ("Qwen2Model").
[[nodiscard]] std::string plainName(std::string_view name, std::string_view className);

} // namespace snug::convert
