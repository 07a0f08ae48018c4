// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/architecture.h"

#include "core/convert/families/families.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace snug::convert {
namespace {

std::vector<Architecture> allFamilies()
{
    std::vector<Architecture> all;
    for (auto *family :
         {llamaFamily, graniteFamily, qwenFamily, gemmaFamily, phiFamily, olmoFamily, gptFamily, gptOssFamily,
          stableLmFamily, starCoderFamily, deepSeekFamily, cohereFamily, glmFamily, seedFamily, falconFamily,
          nemotronFamily, bloomFamily, exaoneFamily}) {
        for (Architecture &architecture : family())
            all.push_back(std::move(architecture));
    }
    return all;
}

} // namespace

std::span<const Architecture> architectures()
{
    static const std::vector<Architecture> all = allFamilies();
    return all;
}

const Architecture *architectureOf(std::string_view className)
{
    const auto all = architectures();
    const auto found = std::find_if(all.begin(), all.end(), [className](const Architecture &architecture) {
        return std::find(architecture.classes.begin(), architecture.classes.end(), className) !=
               architecture.classes.end();
    });
    return found != all.end() ? &*found : nullptr;
}

std::string_view nearestClass(std::string_view className)
{
    constexpr std::size_t kLeast = 4; // letters; fewer are no relation
    using Likeness = std::tuple<std::size_t, std::ptrdiff_t, std::string_view>;
    Likeness best;
    for (const Architecture &architecture : architectures()) {
        for (const std::string_view known : architecture.classes) {
            const auto [differs, ignored] =
                std::mismatch(known.begin(), known.end(), className.begin(), className.end());
            const auto alike = static_cast<std::size_t>(differs - known.begin());
            const auto longer =
                static_cast<std::ptrdiff_t>(known.size()) - static_cast<std::ptrdiff_t>(className.size());
            // Of equals the last by name, which is the newest: Qwen3 rather than Qwen2.
            best = std::max(best, Likeness(alike, -std::abs(longer), known));
        }
    }
    return std::get<0>(best) < kLeast ? std::string_view() : std::get<2>(best);
}

} // namespace snug::convert
