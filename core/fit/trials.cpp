// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/trials.h"

#include "core/fit/reported_memory.h"

#include <utility>

namespace snug::fit {

Trials::Trials(int most, std::stop_token stop) : m_most(most), m_stop(std::move(stop)) {}

Result<Allocation> Trials::measure(const LevelOption &option, const LoadRequest &request)
{
    if (m_stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    Key key{&option,           request.contextTokens,   request.kvType,
            request.gpuLayers, request.cpuExpertLayers, request.parallel,
            request.device};
    if (const auto known = m_known.find(key); known != m_known.end())
        return known->second;
    if (m_spent >= m_most) {
        m_refused = true;
        return fail(ErrorKind::TooLarge,
                    "The search for suggestions has taken its allowance of measurements.",
                    {{"limit", std::int64_t{m_most}}});
    }
    ++m_spent;
    return m_known.emplace(std::move(key), option.measure(request)).first->second;
}

Measure Trials::measureOf(const LevelOption &option)
{
    return [this, &option](const LoadRequest &request) { return measure(option, request); };
}

std::optional<FitAnswer> Trials::placed(const LevelOption &option, const LoadRequest &request)
{
    auto answer = place(request, measureOf(option), m_stop);
    if (!answer)
        return std::nullopt;
    return *std::move(answer);
}

bool Trials::reaches(Goal goal, const LevelOption &option, LoadRequest request)
{
    request.gpuLayers = -1;
    if (goal == Goal::AtAll) {
        const auto answer = placed(option, request);
        return answer && answer->verdict != Verdict::No;
    }
    auto allocation = measure(option, request);
    if (!allocation)
        return false;
    correctReports(*allocation);
    return allocation->layers > 0 && allocation->gpuLayers == allocation->layers && fits(*allocation);
}

std::int64_t lastThat(std::int64_t low, std::int64_t high, const std::function<bool(std::int64_t)> &holds)
{
    while (low + 1 < high) {
        const std::int64_t middle = low + (high - low) / 2;
        (holds(middle) ? low : high) = middle;
    }
    return low;
}

} // namespace snug::fit
