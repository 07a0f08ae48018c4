// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"
#include "core/gguf/random_reader.h"

#include <filesystem>
#include <span>

// Files that have a real header and a hole where the tensors' data would be: llama.cpp's dry run wants a file
// of the full length but reads nothing of the data. On a file system with holes (ext4, btrfs, xfs, APFS,
// NTFS) they take a few KiB.
namespace snug::gguf {

// Writes `headerBytes` to a new file and extends it with a hole to `fileBytes`. An existing file is replaced;
// after a failure none is left. Fails with Io or NoSpace.
[[nodiscard]] Result<void> writeSparse(std::span<const std::byte> headerBytes, std::int64_t fileBytes,
                                       const std::filesystem::path &target);

// The same for a file that exists: copies [0, header.dataOffset) of `source`, from which `header` was read.
[[nodiscard]] Result<void> writeSparseCopy(RandomReader &source, const Header &header,
                                           const std::filesystem::path &target);

} // namespace snug::gguf
