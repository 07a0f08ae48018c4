// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/allocation.h"
#include "core/fit/load_request.h"
#include "core/fit/rough_model.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace snug::fit {

// What is loaded beside a model, as far as our own arithmetic looks at it. Owns all that it needs.
struct RoughCompanions {
    // Bytes of a LoRA's matrices that go where one of the model's tensors is.
    struct AdapterPart {
        std::int64_t layer = kEmbeddings;
        bool experts = false;
        std::int64_t bytes = 0;
    };
    struct LayerBytes {
        std::int64_t layer = 0;
        std::int64_t bytes = 0;
    };
    static constexpr std::int64_t kEmbeddings = -1; // always in main memory
    static constexpr std::int64_t kOutput = -2;     // with the output layer

    std::optional<RoughModel> draft; // where `ownDraft`, the model's layers that guess
    bool ownDraft = false;
    std::vector<LayerBytes> states; // what layers keep for each guess that may be taken back
    std::vector<AdapterPart> adapters;
    std::int64_t projectorWeights = 0; // 0: there is no projector
    std::int64_t projectorCompute = 0; // estimated
    std::int64_t picture = 0;          // that it is given, in main memory

    [[nodiscard]] bool empty() const { return !draft && adapters.empty() && projectorWeights == 0; }
};

// Each takes a header that passed the check of companion_check.h. Fails as roughModel.
[[nodiscard]] Result<void> addDraft(std::span<const gguf::Header> parts, RoughCompanions &companions);
// The model guesses for itself. REQUIRES: checkOwnDraft. Fails as roughModel.
[[nodiscard]] Result<void> addOwnDraft(std::span<const gguf::Header> model, RoughCompanions &companions);
void addAdapter(const gguf::Header &adapter, RoughCompanions &companions);
void addProjector(const gguf::Header &projector, RoughCompanions &companions);

// Adds what they take to `allocation`, which roughAllocation gave for the same machine and request: a draft
// as a second model with all layers on the GPU if one is used (of a model that guesses for itself, the
// weights count as the model's, and so do its states), adapters with the tensors that they change, a
// projector with the first layers of a GPU. A projector's working memory is estimated from the size of its
// pictures, with a note. Microseconds; fails as roughAllocation.
[[nodiscard]] Result<void> addCompanions(const RoughCompanions &companions, std::span<const Device> machine,
                                         const LoadRequest &request, Allocation &allocation);

} // namespace snug::fit
