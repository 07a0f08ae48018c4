// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/header.h"

#include <span>
#include <string_view>

// Whether a file is what it is to be loaded as beside a model, as far as headers tell; the rules are those of
// llama.cpp v0.5.0. `base` are the parts of the model. Fails with InvalidArgument for a file of another kind
// (detail "kind": what it is), Unsupported for one that does not go with this model, Corrupt for one that
// lacks something. Errors do not name the file; whoever opened it adds that.
namespace snug::fit {

// What turns images or sound into the model's tokens (tools/mtmd/clip.cpp).
[[nodiscard]] Result<void> checkProjector(const gguf::Header &projector);
// And whether it makes vectors of the model's width (tools/mtmd/mtmd.cpp), where projectorWidth tells.
[[nodiscard]] Result<void> checkProjector(const gguf::Header &projector, std::span<const gguf::Header> base);

// A LoRA: pairs of small matrices, each beside one of the model's (src/llama-adapter.cpp).
[[nodiscard]] Result<void> checkAdapter(const gguf::Header &adapter, std::span<const gguf::Header> base);

// The name of the model's tensor that a tensor of an adapter belongs to; empty if it belongs to none.
[[nodiscard]] std::string_view adaptedTensor(std::string_view name);

// A model whose tokens are the same (common/speculative.cpp): tokenizer, first and last token where texts get
// them, up to 128 the number of tokens, and from the sixth on their texts, where both lists were loaded
// (gguf::loadArray). What a header does not tell is not compared. Nothing that is only the head of another
// model; see own_draft.h.
[[nodiscard]] Result<void> checkDraft(const gguf::Header &draft, std::span<const gguf::Header> base);

} // namespace snug::fit
