// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace snug::cli {

// Which unfinished files belong to a reference, so that they can be thrown away without asking the Hub what
// the reference means. A JSON file beside them:
//   {"schema":1, "reference":"org/name@main:Q4_K_M", "parts":["<hash>.part"]}
class PullRecord {
public:
    // `folder` holds the unfinished files.
    PullRecord(std::filesystem::path folder, std::string reference);

    // Before the first byte. Fails with Io or NoSpace.
    [[nodiscard]] Result<void> write(const std::vector<std::string> &parts) const;
    void remove() const;
    // The file names told by write; empty if there is no record, or none that can be read.
    [[nodiscard]] std::vector<std::string> parts() const;

private:
    std::filesystem::path m_path;
    std::string m_reference;
};

} // namespace snug::cli
