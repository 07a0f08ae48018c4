// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/library/scan.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::library {

struct ModelFile {
    std::string path; // below the folder, with '/'; any bytes
    FileStamp stamp;
};

// The regular files below a folder that end in .gguf or .safetensors. Enters and lists no links; names only,
// no content. Fails with NotFound, Io, Cancelled, TooLarge (more than 200 000 entries).
[[nodiscard]] Result<std::vector<ModelFile>> modelFilesBelow(const std::filesystem::path &folder,
                                                             const std::stop_token &stop);

// By its ending, in either case.
[[nodiscard]] bool hasModelEnding(const std::filesystem::path &path);

} // namespace snug::library
