// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <filesystem>
#include <string>

namespace snug::llama {

// A folder below the system's folder for temporary files, for headers with holes in the place of data, which
// the engine's dry run reads. Gone with this, or, after a process was killed, with the next one an hour
// later.
class DryFolder {
public:
    // Fails with Io.
    [[nodiscard]] static Result<DryFolder> make();
    DryFolder(DryFolder &&other) noexcept;
    DryFolder &operator=(DryFolder &&) = delete;
    ~DryFolder();

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

    // Writes the draft of a header as a file of that name and of the length that it would have with data.
    // Fails as gguf::encodeHeader and gguf::writeSparse.
    [[nodiscard]] Result<std::filesystem::path> write(const std::string &name, gguf::Header draft) const;

    // Keeps it from being taken for something left over; for a process that lives for long.
    void keepAlive() const;

private:
    DryFolder() = default;

    std::filesystem::path m_path;
};

} // namespace snug::llama
