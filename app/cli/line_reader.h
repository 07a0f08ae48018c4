// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace snug::cli {

// Lines from stdin, read on a thread of its own, because nothing portable ends a read that waits for a
// person. One instance in a process.
class LineReader {
public:
    LineReader();
    ~LineReader();
    LineReader(const LineReader &) = delete;
    LineReader &operator=(const LineReader &) = delete;

    // The next line without its end; nothing at the end of stdin or after a stop. Fails with TooLarge for a
    // line beyond 1 MiB, of which the rest is skipped.
    [[nodiscard]] Result<std::optional<std::string>> next(std::stop_token stop);

    // Whether another line has come already.
    [[nodiscard]] bool hasLine() const;

    // Requested to stop as soon as there is another line, for work that only a newer one makes pointless.
    [[nodiscard]] std::stop_token untilLine();

private:
    struct Queue;
    std::shared_ptr<Queue> m_queue; // owned with the thread, which may outlive this in its last read
};

} // namespace snug::cli
