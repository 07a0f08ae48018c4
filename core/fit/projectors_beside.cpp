// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/projectors_beside.h"

#include "core/base/paths.h"

#include <algorithm>
#include <string>
#include <system_error>

namespace snug::fit {
namespace {

constexpr int kMostEntries = 10'000;
constexpr std::size_t kMostFound = 16;

std::string lowerName(const std::filesystem::path &path)
{
    std::string name = toUtf8(path.filename());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
}

} // namespace

std::vector<std::filesystem::path> projectorsBeside(const std::filesystem::path &folder,
                                                    const std::stop_token &stop)
{
    std::vector<std::filesystem::path> found;
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    for (int seen = 0; !error && entries != std::filesystem::directory_iterator() && seen < kMostEntries;
         entries.increment(error), ++seen) {
        if (stop.stop_requested())
            return {};
        const std::string name = lowerName(entries->path());
        std::error_code unreadable;
        if (name.find("mmproj") != std::string::npos && name.ends_with(".gguf") &&
            entries->is_regular_file(unreadable))
            found.push_back(entries->path());
    }
    std::sort(found.begin(), found.end());
    if (found.size() > kMostFound)
        found.resize(kMostFound);
    return found;
}

} // namespace snug::fit
