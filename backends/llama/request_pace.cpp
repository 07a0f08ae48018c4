// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/request_pace.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace snug::llama {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPaces = 200;

// -1: none that makes sense.
double number(const json &timings, const char *field)
{
    constexpr double kMost = 1e12;
    const auto found = timings.find(field);
    const double value = found != timings.end() && found->is_number() ? found->get<double>() : -1;
    return std::isfinite(value) && value <= kMost ? value : -1;
}

} // namespace

std::optional<RequestPace> paceIn(std::string_view answer)
{
    // Within a text that the model wrote, each of these quotes has a backslash before it.
    constexpr std::string_view kField = R"("timings":)";
    const auto field = answer.rfind(kField);
    if (field == answer.npos)
        return std::nullopt;
    const auto object = answer.substr(field + kField.size());
    // It holds numbers only.
    const auto end = object.find('}');
    if (end == object.npos)
        return std::nullopt;
    const json timings = json::parse(object.substr(0, end + 1), nullptr, false);
    if (!timings.is_object())
        return std::nullopt;
    const double cached = number(timings, "cache_n");
    const double prompt = number(timings, "prompt_n");
    const double promptMs = number(timings, "prompt_ms");
    const double generated = number(timings, "predicted_n");
    const double generationMs = number(timings, "predicted_ms");
    if (std::min({cached, prompt, promptMs, generated, generationMs}) < 0)
        return std::nullopt;
    return RequestPace{static_cast<std::int64_t>(cached), static_cast<std::int64_t>(prompt), promptMs / 1000,
                       std::max<std::int64_t>(0, static_cast<std::int64_t>(generated) - 1),
                       generationMs / 1000};
}

void RequestPaces::add(const RequestPace &pace)
{
    const std::scoped_lock lock(m_mutex);
    if (m_paces.size() >= kMostPaces)
        m_paces.erase(m_paces.begin());
    m_paces.push_back(pace);
}

std::vector<RequestPace> RequestPaces::all() const
{
    const std::scoped_lock lock(m_mutex);
    return m_paces;
}

} // namespace snug::llama
