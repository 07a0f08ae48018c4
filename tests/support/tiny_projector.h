// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace snug::test {

// A projector that the engine loads beside `model` and that makes four tokens of an image: a vision tower of
// two small layers with weights of chance, so that what the model then says of the image is no sense.
[[nodiscard]] Result<void> writeTinyProjector(const std::filesystem::path &model,
                                              const std::filesystem::path &target);

} // namespace snug::test
