// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/model_files.h"

#include "core/base/paths.h"
#include "core/library/index.h"

#include <algorithm>

namespace snug::library {

namespace fs = std::filesystem;

bool hasModelEnding(const fs::path &path)
{
    std::string ending = toUtf8(path.extension());
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return ending == ".gguf" || ending == ".safetensors";
}

Result<std::vector<ModelFile>> modelFilesBelow(const fs::path &folder, const std::stop_token &stop)
{
    constexpr std::int64_t kMostEntries = 200'000;
    constexpr int kMostDepth = 16;
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return fail(ErrorKind::NotFound, "The folder of the models is not there.", {{"path", toUtf8(folder)}},
                    "Attach its disk, or choose another folder.");
    std::vector<ModelFile> files;
    std::int64_t entries = 0;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Looking for models was stopped.");
        if (++entries > kMostEntries)
            return fail(ErrorKind::TooLarge, "The folder of the models holds too many files.",
                        {{"path", toUtf8(folder)}, {"limit", kMostEntries}}, "Choose a folder of its own.");
        if (entry.depth() >= kMostDepth)
            entry.disable_recursion_pending();
        std::error_code ignored; // a file may vanish while this looks
        if (entry->symlink_status(ignored).type() != fs::file_type::regular || !hasModelEnding(entry->path()))
            continue;
        const std::u8string path = entry->path().lexically_relative(folder).generic_u8string();
        if (const auto stamp = stampOf(entry->path()))
            files.push_back({{path.begin(), path.end()}, *stamp});
    }
    if (error)
        return fail(ErrorKind::Io, "The folder of the models could not be read.",
                    {{"path", toUtf8(folder)}, {"reason", error.message()}}, "Check the disk.");
    return files;
}

} // namespace snug::library
