// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace snug::test {

// One #include that breaks the rule of dependence, or a file that no rule covers.
struct Offence {
    std::string file; // relative to the root, with forward slashes
    int line = 0;
    std::string text; // for a person: what is included and why that is wrong
};

struct IncludeReport {
    int files = 0;
    int includes = 0;
    std::vector<Offence> offences;
};

// Reads every C++ file below the source folders of `root` (no preprocessor: an #include in a disabled branch
// counts) and holds each against the rule of dependence:
//
//   core            core                          no Qt, no engine
//   backends/llama  core, backends                no Qt; the only folder that may include the engine's
//   headers backends        core, backends                no Qt, no engine app/cli         core, backends,
//   app/cli       no Qt, no engine ui              core, ui                      no engine app/desktop core,
//   ui, app/desktop         no engine tests           everything of ours            no engine
//
// "No engine" also holds for what a header of ours brings along. A quoted name must be a file of the tree.
[[nodiscard]] IncludeReport checkIncludes(const std::filesystem::path &root);

} // namespace snug::test
