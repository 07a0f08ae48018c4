// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/architecture.h"

#include <vector>

// One file for each family of architectures.
namespace snug::convert {

[[nodiscard]] std::vector<Architecture> llamaFamily();
[[nodiscard]] std::vector<Architecture> graniteFamily();
[[nodiscard]] std::vector<Architecture> qwenFamily();
[[nodiscard]] std::vector<Architecture> gemmaFamily();
[[nodiscard]] std::vector<Architecture> phiFamily();
[[nodiscard]] std::vector<Architecture> olmoFamily();
[[nodiscard]] std::vector<Architecture> gptFamily();
[[nodiscard]] std::vector<Architecture> gptOssFamily();
[[nodiscard]] std::vector<Architecture> stableLmFamily();
[[nodiscard]] std::vector<Architecture> starCoderFamily();
[[nodiscard]] std::vector<Architecture> deepSeekFamily();
[[nodiscard]] std::vector<Architecture> cohereFamily();
[[nodiscard]] std::vector<Architecture> glmFamily();
[[nodiscard]] std::vector<Architecture> seedFamily();
[[nodiscard]] std::vector<Architecture> falconFamily();
[[nodiscard]] std::vector<Architecture> nemotronFamily();
[[nodiscard]] std::vector<Architecture> bloomFamily();
[[nodiscard]] std::vector<Architecture> exaoneFamily();

// Permuted attention, and the keys that llama adds to the common ones; for the families that descend from it.
[[nodiscard]] Rules permutedLlamaRules(const Config &config);
void llamaKeys(KeyList &keys, const Config &config);
// rope_freqs.weight, where rotation is scaled as in Llama 3.1.
[[nodiscard]] std::vector<Constant> llamaRopeFactors(const Config &config);

} // namespace snug::convert
