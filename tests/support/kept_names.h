// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace snug::test {

// What the quantizer leaves alone; among them one that only looks like it.
inline constexpr std::array kKeptNames = {
    "blk.0.any_norm.weight",
    "blk.0.ffn_gate_inp.weight",
    "blk.0.ffn_gate_tid2eid.weight",
    "blk.0.altup_router.weight",
    "blk.0.laurel_l.weight",
    "per_layer_model_proj.weight",
    "blk.0.ssm_conv1d_q.weight",
    "blk.0.shortconv.conv.weight",
    "blk.0.indexer.k_proj.weight",
    "blk.0.indexer.q_proj.weight",
    "blk.0.time_mix_first.weight",
    "blk.0.time_mix_w0.weight",
    "blk.0.time_mix_w1.weight",
    "blk.0.time_mix_w2.weight",
    "blk.0.time_mix_v0.weight",
    "blk.0.time_mix_v1.weight",
    "blk.0.time_mix_v2.weight",
    "blk.0.time_mix_a0.weight",
    "blk.0.time_mix_a1.weight",
    "blk.0.time_mix_a2.weight",
    "blk.0.time_mix_g1.weight",
    "blk.0.time_mix_g2.weight",
    "blk.0.time_mix_decay_w1.weight",
    "blk.0.time_mix_decay_w2.weight",
    "blk.0.time_mix_lerp_fused.weight",
    "blk.0.attn_rel_b.weight",
    "v.position_embd.weight",
    "a.sam.pos_embd.weight",
    "v.sam.neck.0.weight",
    "v.sam.net_2.weight",
    "v.blk.0.rel_pos.weight",
    "v.patch_embd.weight",
    "v.patch_merger.weight",
    "a.rvq.codebook.weight",
    "mm.a.code_embd.weight",
    "position_embd.weight",
    "token_types.weight",
    "other_token_types.weight",
    "blk.0.bias",
};

} // namespace snug::test
