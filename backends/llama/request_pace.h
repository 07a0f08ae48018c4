// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace snug::llama {

// How much the engine computed for one request, and in which time.
struct RequestPace {
    std::int64_t cachedTokens = 0; // of the prompt, that it still knew
    std::int64_t promptTokens = 0; // that it read
    double promptSeconds = 0;
    std::int64_t generatedTokens = 0; // one at a time; without the first, which comes with the prompt
    double generationSeconds = 0;

    bool operator==(const RequestPace &) const = default;
};

// The "timings" that llama.cpp's server writes into its answers, or into the last piece of one (to_json of
// server_slot_stats in tools/server/server-common.cpp); of several the last. nullopt if there are none, or if
// they make no sense.
[[nodiscard]] std::optional<RequestPace> paceIn(std::string_view answer);

// Of the last 200 requests that were answered to the end. Any thread.
class RequestPaces {
public:
    void add(const RequestPace &pace);
    [[nodiscard]] std::vector<RequestPace> all() const;

private:
    mutable std::mutex m_mutex;
    std::vector<RequestPace> m_paces;
};

} // namespace snug::llama
