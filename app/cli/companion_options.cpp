// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/companion_options.h"

#include "core/base/paths.h"
#include "core/fit/request_check.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace snug::cli {
namespace {

constexpr double kMostScale = 1000;

struct Adapter {
    std::filesystem::path path;
    double scale = 1;
};

// "FILE" or "FILE:SCALE". A colon that no number follows is one of the name, as in C:\adapter.gguf.
Result<Adapter> adapterOf(const std::string &text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon + 1 == text.size())
        return Adapter{fromUtf8(text), 1};
    double scale = 0;
    const char *end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data() + colon + 1, end, scale);
    if (problem != std::errc() || stop != end)
        return Adapter{fromUtf8(text), 1};
    if (!std::isfinite(scale) || std::abs(scale) > kMostScale)
        return fail(ErrorKind::InvalidArgument,
                    fmt::format("{} is no scale for an adapter.", text.substr(colon + 1)), {},
                    "Give 1 for what it was trained for, 0 to switch it off.");
    return Adapter{fromUtf8(text.substr(0, colon)), scale};
}

} // namespace

void CompanionOptions::define(CLI::App &app)
{
    app.add_option("--lora", m_loras, "A LoRA adapter, FILE or FILE:SCALE; may be given more than once")
        ->allow_extra_args(false);
    app.add_option(
        "--draft", m_draft,
        "A small model of the same vocabulary that guesses ahead, or builtin: the model itself, with "
        "its layers that predict further tokens");
    app.add_option("--draft-max", m_draftTokens, "How many tokens it guesses at a time, 0: 3")
        ->check(CLI::Range(0, fit::kMostDraftTokens));
}

Result<void> CompanionOptions::addTo(fit::LoadRequest &request) const
{
    request.draft = fromUtf8(m_draft);
    request.draftTokens = m_draftTokens;
    for (const std::string &text : m_loras) {
        SNUG_TRY(const Adapter adapter, adapterOf(text));
        request.loras.push_back(adapter.path);
        request.loraScales.push_back(adapter.scale);
    }
    return {};
}

} // namespace snug::cli
