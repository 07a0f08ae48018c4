// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/adapter/adapter.h"
#include "core/convert/checkpoint_data.h"
#include "core/convert/plan.h"
#include "core/convert/shards.h"

#include <string>
#include <vector>

namespace snug::convert {

// What an adapter becomes as a GGUF file: for each matrix of the model that it changes, NAME.lora_a and
// NAME.lora_b (src/llama-adapter.cpp of llama.cpp v0.5.0), the latter with its rows moved as those of the
// model's matrix are.
struct AdapterPlan {
    Conversion conversion;               // its tensors as exactly as they are stored
    std::vector<gguf::TensorType> types; // of the file; by the conversion's tensors
    std::vector<float> factors;          // what their numbers are multiplied with; likewise
    std::vector<std::string> warnings;   // sentences for a person
};

// By the rules of the model's architecture. Where a module has another alpha than most, its lora_b makes up
// for it, since the file has one for all. `type` is not Auto. Errors, by reason:
//   Unsupported  architecture, adapter_tensor (detail name), adapter_rule (a matrix that the architecture
//                does not keep as one; detail name), tied_output, no_rule (detail name)
//   Corrupt      wrong_shape, incomplete_pair, incomplete_stack, duplicate_tensor (detail name), no_tensors,
//                bad_adapter
[[nodiscard]] Result<AdapterPlan> planAdapter(const Adapter &adapter, OutputType type);

// The numbers of a planned adapter. By the places of its tensors; any number of threads.
class AdapterData final : public ModelData {
public:
    // All three must outlive it.
    AdapterData(const AdapterPlan &plan, const Adapter &adapter, Shards &shards);

    [[nodiscard]] Result<void> await(std::size_t tensor, std::stop_token stop) override;
    [[nodiscard]] Result<std::unique_ptr<TensorData>> tensor(std::size_t tensor) const override;

private:
    const AdapterPlan &m_plan;
    CheckpointData m_exact;
};

} // namespace snug::convert
