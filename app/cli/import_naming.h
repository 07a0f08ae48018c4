// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/library_access.h"

#include <stop_token>
#include <string>

namespace snug::cli {

// What the store of a file that is to be imported knows of it. Texts that do not apply are empty.
struct ImportNaming {
    std::string below;    // the folder inside Snug's
    std::string fileName; // where the store names files by hash
    std::string repository;
    std::string commit;
    std::string sha256; // promised
};

// Files of the Hugging Face cache go below ORG/NAME, those of LM Studio and Jan below the folders they have
// there, a checkpoint with its small files below a folder of its own. Ollama's get the model's name.
[[nodiscard]] ImportNaming namingOf(const LibraryAccess &access, const std::filesystem::path &source,
                                    const std::stop_token &stop);

} // namespace snug::cli
