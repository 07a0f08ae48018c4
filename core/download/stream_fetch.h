// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/connection.h"
#include "core/download/part_file.h"
#include "core/download/parts.h"

#include <cstdint>

namespace snug::download {

// Fetches a file whose size nobody told, over one connection from its first byte: what was interrupted begins
// again. Without a hash only a body whose end the server tells is taken: where the connection just ends, a
// cut looks the same. One thread.
class StreamFetch {
public:
    struct Outcome {
        std::int64_t bytes = 0;
        bool complete = false; // false: the server told the size after all, and nothing was kept
    };

    // `part` outlives it.
    StreamFetch(const Parts &parts, PartFile &part);

    // Errors: those of fetchFile; NoSpace always.
    [[nodiscard]] Result<Outcome> run();
    [[nodiscard]] std::int64_t fetchedBytes() const { return m_fetched; }

private:
    [[nodiscard]] Result<Connection::Ending> request();
    [[nodiscard]] Result<Connection::Ending> drive();
    [[nodiscard]] Result<void> checkEnd() const;
    [[nodiscard]] Result<bool> receive(std::span<const std::byte> bytes);
    [[nodiscard]] bool throttled();

    const Parts &m_parts;
    PartFile &m_part;
    Connection m_connection;
    std::int64_t m_told = kUnknown; // the size, by the server's answer
    std::int64_t m_written = 0;     // of the request under way
    std::int64_t m_fetched = 0;
    Clock::Time m_lastByte{};
};

} // namespace snug::download
