// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/download/content_range.h"
#include "core/hub/names.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace snug::cli {

// Which unfinished files belong to a reference, so that they can be counted or thrown away without asking the
// Hub what the reference means. A JSON file beside them:
//   {"schema":1, "reference":"org/name@main:q4_k_m", "parts":[{"file":"<hash>.part", "bytes":123}]}
class PullRecord {
public:
    struct Part {
        std::string file;
        std::int64_t bytes = download::kUnknown; // when it is whole

        bool operator==(const Part &) const = default;
    };

    // `folder` holds the unfinished files. It does not matter how the person wrote the reference.
    PullRecord(std::filesystem::path folder, const hub::RepoReference &reference);

    // Before the first byte, in place of what was told before. Fails with Io or NoSpace.
    [[nodiscard]] Result<void> write(const std::vector<Part> &parts) const;
    void remove() const;
    // What was told by write; empty if there is no record, or none that can be read.
    [[nodiscard]] std::vector<Part> parts() const;

private:
    std::filesystem::path m_path;
    std::string m_reference;
};

} // namespace snug::cli
