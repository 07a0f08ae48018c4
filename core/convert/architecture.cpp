// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/architecture.h"

#include "core/convert/families/families.h"

#include <algorithm>

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

} // namespace snug::convert
