// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

Rules seedOss(const Config &)
{
    return joined(commonRules(), {{"model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"}});
}

// SeedOssConfig.
std::vector<Default> seedOssDefaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"rms_norm_eps", 1e-6}, {"head_dim", 128}};
}

} // namespace

std::vector<Architecture> seedFamily()
{
    return {{"seed_oss", {"SeedOssForCausalLM"}, seedOss, commonKeys, seedOssDefaults}};
}

} // namespace snug::convert
