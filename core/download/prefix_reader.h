// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/transfer.h"
#include "core/gguf/random_reader.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>

namespace snug::download {

// The beginning of a file that lies on a server, as far as it was fetched. Blocks; one thread at a time.
class PrefixReader final : public gguf::RandomReader {
public:
    // `source.bytes` is the length of the whole file. REQUIRES: it is known.
    explicit PrefixReader(Source source) : m_source(std::move(source)) {}

    [[nodiscard]] std::int64_t size() const override { return m_source.bytes; }
    [[nodiscard]] std::int64_t available() const override
    {
        return static_cast<std::int64_t>(m_bytes.size());
    }
    [[nodiscard]] Result<std::size_t> readAt(std::int64_t offset, std::span<std::byte> into) override;

    // One request for what is missing of the first `bytes` (at most size()); what came before stays. Returns
    // within 100 ms of a stop. Errors: Cancelled, Network, Http (status), RateLimited, Protocol (other bytes
    // than asked for).
    [[nodiscard]] Result<void> fetch(std::int64_t bytes, const std::stop_token &stop);

private:
    Source m_source;
    std::string m_bytes;
};

} // namespace snug::download
