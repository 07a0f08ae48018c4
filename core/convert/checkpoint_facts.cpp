// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint_facts.h"

#include "core/convert/config.h"
#include "core/convert/plan.h"
#include "core/convert/source.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::convert {
namespace {

// Of a checkpoint that has no conversion.
ModelFacts withoutConversion(const Checkpoint &checkpoint, std::string_view name, const Error &obstacle)
{
    ModelFacts facts;
    facts.kind = "model";
    facts.name = gguf::escaped(name);
    if (const std::string found = className(checkpoint.config); !found.empty())
        facts.architecture = gguf::escaped(found);
    // Packed elements are not the model's.
    if (packingMethod(checkpoint.config).empty())
        facts.parameters = checkpoint.elements();
    facts.warnings.push_back(obstacle.message);
    return facts;
}

} // namespace

ModelFacts factsOf(const Checkpoint &checkpoint, std::string_view name)
{
    const auto header = ggufHeader(checkpoint);
    ModelFacts facts =
        header ? snug::factsOf(*header, name) : withoutConversion(checkpoint, name, header.error());
    const std::string packing = packingMethod(checkpoint.config);
    facts.format = "safetensors";
    facts.formatVersion = 0;
    facts.tokenizer.reset();
    if (!packing.empty())
        facts.level = gguf::escaped(packing);
    facts.fileBytes = 0;
    for (const Shard &shard : checkpoint.shards)
        facts.fileBytes += std::min(shard.bytes, INT64_MAX - facts.fileBytes);
    facts.tensorCount = static_cast<std::int64_t>(checkpoint.tensors.size());
    facts.tensorsByType.clear();
    for (const CheckpointTensor &tensor : checkpoint.tensors)
        ++facts.tensorsByType[std::string(safetensors::dtypeInfo(tensor.dtype).name)];
    facts.bitsPerWeight.reset();
    if (facts.parameters && *facts.parameters > 0)
        facts.bitsPerWeight =
            static_cast<double>(checkpoint.tensorBytes()) * 8 / static_cast<double>(*facts.parameters);
    return facts;
}

} // namespace snug::convert
