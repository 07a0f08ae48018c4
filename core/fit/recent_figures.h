// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace snug::fit {

// A file with the last five figures of each of several things, told apart by texts:
// {"schema":1,"<list>":[{"<key>":TEXT...,"<figures>":[NUMBER...]}...]}
struct FigureFile {
    std::filesystem::path file;
    const char *list;
    std::vector<const char *> keys;
    const char *figures;
    double least; // what makes sense
    double most;
};

struct RecentFigures {
    std::vector<std::string> key; // in the order of FigureFile::keys
    std::vector<double> figures;  // oldest first; never empty

    bool operator==(const RecentFigures &) const = default;
};

// Of at most 64 things, the longest known first; without what makes no sense.
[[nodiscard]] std::vector<RecentFigures> readFigures(const FigureFile &from);

// Adds a figure in place of the oldest of five, and a thing in place of that which was met longest ago. A
// figure or a key that makes no sense is left out. Of two programs that do so at the same moment, one may be
// forgotten. Fails as replaceFile.
[[nodiscard]] Result<void> rememberFigure(const FigureFile &into, const std::vector<std::string> &key,
                                          double figure);

} // namespace snug::fit
