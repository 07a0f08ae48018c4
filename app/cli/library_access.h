// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/library/foreign_stores.h"
#include "core/library/index.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::cli {

// Where models lie on this machine, as the environment of this process names it. Folders may be missing.
struct LibraryAccess {
    std::filesystem::path own;   // Snug's folder; canonical where it exists
    std::filesystem::path cache; // of Hugging Face; canonical where it exists
    library::StoreRequest stores;
};

// Fails with InvalidArgument for an endpoint that is no address.
[[nodiscard]] Result<LibraryAccess> openLibrary(const Paths &paths);

// The index of Snug's folder, which is made if it is not there, in agreement with the files. What was wrong
// with the index is logged as a warning. Fails as library::Index::open and refresh do.
[[nodiscard]] Result<std::unique_ptr<library::Index>> openIndex(const LibraryAccess &access,
                                                                const VerbContext &context);

// "LM Studio", "Ollama", "Jan".
[[nodiscard]] std::string_view storeTitle(library::Store store);

// A path below `folder`, with '/', empty for the folder itself; nullopt for one that is not below it. The
// last segment of `path` may be a link and is not followed.
[[nodiscard]] std::optional<std::string> pathBelow(const std::filesystem::path &folder,
                                                   const std::filesystem::path &path);

// Every part of the split model to which the file belongs, the first part first; the file alone if it is
// none.
[[nodiscard]] std::vector<std::filesystem::path> partsOf(const std::filesystem::path &file);

[[nodiscard]] std::int64_t nowMs(); // since 1970
// "2026-10-01T12:00:00Z"; null for 0, which is unknown.
[[nodiscard]] nlohmann::json timeJson(std::int64_t ms);
// When the file was last written, in milliseconds since 1970; 0 if it cannot be said.
[[nodiscard]] std::int64_t writtenMs(const std::filesystem::path &file);

} // namespace snug::cli
