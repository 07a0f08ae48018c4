// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// Brings a model that lies elsewhere into Snug's own folder. The original stays as it is.
namespace snug::library {

enum class Transfer {
    HardLink, // a second name of the same data; costs nothing
    Reflink,  // data shared until one of the files is changed; costs nothing
    Copy,
};

// "hard_link", "reflink", "copy".
[[nodiscard]] std::string_view transferName(Transfer transfer);

struct ImportRequest {
    std::filesystem::path source; // a GGUF or safetensors file; of a split model any part; links are followed
    std::filesystem::path folder; // Snug's
    std::string below;            // folder inside it, with '/'; may be empty
    std::string fileName; // for stores that name files by hash; empty: as it is. Not for split models.
    // In this order, until one works on the two file systems.
    std::vector<Transfer> ways = {Transfer::HardLink, Transfer::Reflink, Transfer::Copy};
};

struct ImportedFile {
    std::filesystem::path source;
    std::string path; // below the folder, with '/': as the index has it
    std::int64_t bytes = 0;
    Transfer transfer = Transfer::Copy;
    bool alreadyThere = false; // the same data under the same name: nothing was done
};

// All parts of a split model, or none; with safetensors the small files beside it that belong to it
// (config.json, tokenizer.json, ...). Checks the headers before anything is made; names appear when all is
// there, the first part last. Progress in bytes, stage "copying". Errors: those of reading a GGUF header;
// Corrupt for what is neither format; Truncated (a part is missing); InvalidArgument (a name that cannot be,
// or that is taken by another file); NoSpace (detail: wanted_bytes, free_bytes); Unsupported (no way of
// `ways` works, or a link is in the way); Cancelled; Io.
[[nodiscard]] Result<std::vector<ImportedFile>>
importModel(const ImportRequest &request, const ProgressFn &progress, const std::stop_token &stop);

} // namespace snug::library
