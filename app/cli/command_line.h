// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace snug::cli {

enum class Visibility { Listed, Internal };

struct VerbEntry {
    std::string name;
    std::string summary; // one line of --help
    std::unique_ptr<Verb> verb;
    Visibility visibility = Visibility::Listed; // Internal: only Snug's own programs call it
};

// What the arguments ask for.
struct RunVerb {
    Verb *verb = nullptr; // one of the entries given
    bool json = false;
};
struct ShowText { // --help, --version
    std::string text;
};
struct WrongUsage {
    Error error; // InvalidArgument
    bool json = false;
};
using Request = std::variant<RunVerb, ShowText, WrongUsage>;

// `arguments` are UTF-8, without the program's name.
[[nodiscard]] Request parseCommandLine(const std::vector<VerbEntry> &verbs,
                                       std::vector<std::string> arguments);

} // namespace snug::cli
