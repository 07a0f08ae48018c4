// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/level_option.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>

namespace snug::fit {

// What is to be reached.
enum class Goal {
    Whole, // all layers on GPUs
    AtAll, // it runs, wherever
};

// Measures what-ifs, each once, and no more of them than it may. Not for several threads; the options must
// outlive it.
class Trials {
public:
    Trials(int most, std::stop_token stop);

    // Fails as the option's measure does, with Cancelled after a stop, with TooLarge where the allowance is
    // spent.
    [[nodiscard]] Result<Allocation> measure(const LevelOption &option, const LoadRequest &request);
    [[nodiscard]] Measure measureOf(const LevelOption &option);

    // nullopt if it cannot be measured.
    [[nodiscard]] std::optional<FitAnswer> placed(const LevelOption &option, const LoadRequest &request);
    // Whether it reaches the goal with as many layers on the GPU as fit, whatever the request says of them.
    // One measurement for Whole; a `place` for AtAll.
    [[nodiscard]] bool reaches(Goal goal, const LevelOption &option, LoadRequest request);

    [[nodiscard]] int spent() const { return m_spent; }
    [[nodiscard]] bool exhausted() const { return m_refused; }
    [[nodiscard]] const std::stop_token &stop() const { return m_stop; }

private:
    using Key = std::tuple<const LevelOption *, std::int64_t, std::string, int, int, int, std::string>;

    int m_most;
    std::stop_token m_stop;
    int m_spent = 0;
    bool m_refused = false;
    std::map<Key, Result<Allocation>> m_known;
};

// The largest number in [low, high) for which `holds`, which is true up to some number and false from there
// on; `low` if it is true for none above. REQUIRES low < high. As many calls as high - low has binary digits.
[[nodiscard]] std::int64_t lastThat(std::int64_t low, std::int64_t high,
                                    const std::function<bool(std::int64_t)> &holds);

} // namespace snug::fit
