// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// What the name of a model tells, by the habits of the Hub: "example-org/Tiny-1B-Instruct-v0.2". As gguf-py's
// metadata.py has it.
struct ModelName {
    std::string full; // without the organization
    std::optional<std::string> organization;
    std::optional<std::string> basename;  // "Tiny"
    std::optional<std::string> finetune;  // "Instruct"
    std::optional<std::string> version;   // "v0.2"
    std::optional<std::string> sizeLabel; // "1B"
};

// `parameters`: a size that is far from it is that of something else (a context); 0: unknown. Of long names
// only the beginning counts.
[[nodiscard]] ModelName modelNameOf(std::string_view name, std::int64_t parameters);

// "tiny-1b-instruct" as "Tiny 1b Instruct".
[[nodiscard]] std::string titleOf(std::string_view name);

struct ParameterCounts {
    std::int64_t total = 0;
    std::int64_t shared = 0; // of those that are no experts
    std::int64_t expert = 0; // of one expert in all layers
    std::int64_t experts = 0;
};

[[nodiscard]] ParameterCounts parametersOf(const std::vector<PlannedTensor> &tensors);

// "7B", "8x7B", "324K".
[[nodiscard]] std::string sizeLabelOf(const ParameterCounts &counts);

} // namespace snug::convert
