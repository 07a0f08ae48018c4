// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/families/families.h"

namespace snug::convert {
namespace {

Rules starCoder2(const Config &)
{
    return joined(llamaRules(), {
                                    {"model.layers.#.mlp.c_fc", "blk.#.ffn_up"},
                                    {"model.layers.#.mlp.c_proj", "blk.#.ffn_down"},
                                });
}

// Starcoder2Config.
std::vector<Default> starCoder2Defaults(const Config &)
{
    return {{"rope_theta", 10000.0}, {"norm_epsilon", 1e-5}, {"num_key_value_heads", 2}};
}

} // namespace

std::vector<Architecture> starCoderFamily()
{
    return {{"starcoder2", {"Starcoder2ForCausalLM"}, starCoder2, commonKeys, starCoder2Defaults}};
}

} // namespace snug::convert
