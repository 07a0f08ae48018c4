// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/layer_placement.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"

#include <cstdint>
#include <llama-cpp.h>

struct common_params;

// For backends/llama only.
namespace snug::llama {

enum class Mode {
    Dry, // no buffer is allocated, no weight is read
    Real,
};

enum class ContextUse {
    Answering,
    Guessing, // with the layers that predict further tokens
};

struct Measured {
    fit::Allocation allocation;
    std::uint32_t contextTogether = 0; // tokens of all conversations
};

// A model of the engine, and where its layers are.
struct LoadedModel {
    LayerPlacement placement;
    llama_model_ptr model;

    // At most once. Fails with what loadFailure tells; so does measure.
    [[nodiscard]] Result<void> load(const common_params &params, Mode mode);
    // Makes a context, looks at it, and lets it go.
    [[nodiscard]] Result<Measured> measure(const common_params &params,
                                           ContextUse use = ContextUse::Answering) const;
};

} // namespace snug::llama
