// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/load_request.h"

#include <algorithm>

namespace snug::fit {

const std::vector<std::string> &kvTypeNames()
{
    static const std::vector<std::string> names = {"f32",  "f16",  "bf16", "q8_0",  "q4_0",
                                                   "q4_1", "q5_0", "q5_1", "iq4_nl"};
    return names;
}

const std::vector<std::string> &flashAttentionNames()
{
    static const std::vector<std::string> names = {"auto", "on", "off"};
    return names;
}

FlashAttention flashAttentionFromName(std::string_view name)
{
    if (name == "on")
        return FlashAttention::On;
    return name == "off" ? FlashAttention::Off : FlashAttention::Auto;
}

std::string_view flashAttentionName(FlashAttention attention)
{
    return flashAttentionNames()[static_cast<std::size_t>(attention)];
}

std::int64_t usualContext(std::optional<std::int64_t> trainedWith)
{
    constexpr std::int64_t kUsual = 8192;
    return std::clamp<std::int64_t>(trainedWith.value_or(kUsual), 1, kUsual);
}

} // namespace snug::fit
