// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/source.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// The methods by which checkpoints are packed, as data: which tensor carries the numbers, what stands beside
// it, and what shape the numbers have. Layouts: specs of AutoGPTQ, AutoAWQ, bitsandbytes, HQQ and
// compressed-tensors.
namespace snug::convert {

using NameIndex = std::unordered_map<std::string, std::size_t>;

// A tensor "X<suffix>" beside the carrier "X<carrier>".
struct Companion {
    std::string_view suffix;
    std::string_view carrier; // empty: it belongs to the whole layer, and is left out wherever it stands
};

struct PackingMethod;

struct PackedTensor {
    const CheckpointTensor &tensor;
    const Checkpoint &checkpoint;
    const NameIndex &names;
    const Config &config;
    const PackingMethod &method;

    // The tensor beside it: its own suffix replaced; nullptr if there is none.
    [[nodiscard]] const CheckpointTensor *beside(std::string_view suffix) const;
};

struct PackingMethod {
    std::string name;
    Packing packing = Packing::None;
    std::string_view suffix;      // of the carrier
    std::string_view replacement; // of the model's tensor
    std::vector<Companion> companions;
    std::int64_t bits = 0;
    bool (*isCarrier)(const PackedTensor &) = nullptr; // nullptr: nothing is packed
    Result<std::vector<std::int64_t>> (*shape)(const PackedTensor &) = nullptr;
};

// nullptr if the configuration has none.
[[nodiscard]] const nlohmann::json *quantizationOf(const nlohmann::json &config);

// What the configuration says; a method without carriers where it says nothing. Fails with Unsupported
// (reason packing).
[[nodiscard]] Result<PackingMethod> packingMethodOf(const nlohmann::json &config);

} // namespace snug::convert
