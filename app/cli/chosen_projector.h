// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace snug::cli {

struct ChosenProjector {
    std::filesystem::path path; // empty: none
    std::string note;           // what was chosen for the user, or could not be, as a sentence
};

// What --mmproj names. "auto": the first file beside the model that is called as projectors are, makes
// vectors as wide as the model takes them, and that the engine can use; none is no error. Blocks for as long
// as a child looks at the file.
[[nodiscard]] ChosenProjector chooseProjector(const std::string &option, const std::filesystem::path &model,
                                              const std::stop_token &stop);

} // namespace snug::cli
