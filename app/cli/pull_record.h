// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/download/content_range.h"
#include "core/hub/names.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
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

    // What narrowTo threw away, and why it could not throw away all.
    struct Narrowed {
        std::int64_t freedBytes = 0;
        std::optional<Error> trouble;
    };

    // `folder` holds the unfinished files. It does not matter how the person wrote the reference.
    PullRecord(std::filesystem::path folder, const hub::RepoReference &reference);

    // In place of what was told before; without parts there is no record. Fails with Io or NoSpace.
    [[nodiscard]] Result<void> write(const std::vector<Part> &parts) const;
    // What was told by write; empty if there is no record, or none that can be read.
    [[nodiscard]] std::vector<Part> parts() const;

    // Throws away what was told and is not in `keep`, unless another record tells it too, and tells `keep`.
    // What cannot go now, because another process fetches it, stays told. Fails with Cancelled, Io or
    // NoSpace.
    [[nodiscard]] Result<Narrowed> narrowTo(std::vector<Part> keep, const std::stop_token &stop) const;

private:
    [[nodiscard]] bool isToldElsewhere(const std::string &file) const;

    std::filesystem::path m_path;
    std::string m_reference;
};

} // namespace snug::cli
