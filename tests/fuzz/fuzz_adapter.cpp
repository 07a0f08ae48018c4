// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/adapter/adapter_names.h"
#include "core/convert/adapter/adapter_plan.h"
#include "core/safetensors/header_json.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/written.h"
#include "tests/support/gguf_consistency.h"

#include <algorithm>

// Any bytes as an adapter, with zero bytes between them: adapter_config.json, config.json of the model, the
// JSON of the weights' header.

namespace {

using namespace snug;
using fuzz::demand;

std::optional<convert::Checkpoint> checkpointOf(std::string_view config, std::string_view json)
{
    auto model = convert::parseConfig(config);
    auto header = safetensors::parseHeaderJson(json, {});
    if (!model || !header) {
        fuzz::checkError(model ? header.error() : model.error());
        return std::nullopt;
    }
    convert::Checkpoint checkpoint;
    checkpoint.config = *std::move(model);
    if (const auto added = convert::addShard(checkpoint, "adapter", *std::move(header)); !added) {
        fuzz::checkError(added.error());
        return std::nullopt;
    }
    return checkpoint;
}

void checkNames(const convert::Adapter &adapter)
{
    for (const convert::CheckpointTensor &tensor : adapter.checkpoint.tensors) {
        const auto name = convert::parseAdapterName(tensor.name);
        if (!name) {
            fuzz::checkError(name.error());
            continue;
        }
        demand(!name->module.empty(), "modules have names");
        const auto scaling = adapter.config.scaling(name->module, 8);
        if (scaling)
            demand(*scaling > 0, "scaling is a factor");
        else
            fuzz::checkError(scaling.error());
    }
}

// As the job writes it.
void checkPlan(const convert::AdapterPlan &plan)
{
    const auto &planned = plan.conversion.tensors;
    demand(plan.types.size() == planned.size() && plan.factors.size() == planned.size(),
           "each tensor has a type and a factor");
    fuzz::checkKeys(plan.conversion.keys);
    gguf::Header draft;
    for (std::size_t i = 0; i < planned.size(); ++i) {
        demand(planned[i].sources.size() == (planned[i].isStack ? planned[i].shape.front() : 1),
               "each tensor has its sources");
        draft.tensors.push_back(
            {planned[i].name, {planned[i].shape.rbegin(), planned[i].shape.rend()}, plan.types[i], 0, 0});
    }
    const auto encoded = gguf::encodeHeader(std::move(draft));
    if (!encoded)
        return fuzz::checkError(encoded.error());
    const std::string fault = test::inconsistency(encoded->header);
    demand(fault.empty(), fault.c_str());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    std::string_view text = bytes;
    auto config = convert::AdapterConfig::parse(fuzz::takePart(text));
    if (!config) {
        fuzz::checkError(config.error());
        return 0;
    }
    const std::string_view model = fuzz::takePart(text);
    auto checkpoint = checkpointOf(model, fuzz::takePart(text));
    if (!checkpoint)
        return 0;
    const convert::Adapter adapter{*std::move(config), *std::move(checkpoint)};
    checkNames(adapter);
    for (const auto type : {convert::OutputType::F32, convert::OutputType::Q8_0}) {
        const auto plan = convert::planAdapter(adapter, type);
        if (plan)
            checkPlan(*plan);
        else
            fuzz::checkError(plan.error());
    }
    return 0;
}
