// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/source.h"

#include "core/convert/packing_method.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::convert {
namespace {

// The names of a checkpoint's tensors.
Result<NameIndex> indexNames(const Checkpoint &checkpoint)
{
    NameIndex index;
    index.reserve(checkpoint.tensors.size());
    for (std::size_t i = 0; i < checkpoint.tensors.size(); ++i) {
        if (!index.emplace(checkpoint.tensors[i].name, i).second)
            return gguf::corrupt("duplicate_tensor", -1,
                                 fmt::format("The checkpoint has two tensors of the name {}.",
                                             gguf::escaped(checkpoint.tensors[i].name)));
    }
    return index;
}

// What stands beside packed numbers and is none of the model's tensors itself.
bool isCompanion(const PackingMethod &method, std::string_view name, const NameIndex &names)
{
    for (const Companion &companion : method.companions) {
        if (!name.ends_with(companion.suffix))
            continue;
        const std::string carrier = std::string(name.substr(0, name.size() - companion.suffix.size())) +
                                    std::string(companion.carrier);
        if (companion.carrier.empty() || names.contains(carrier))
            return true;
    }
    return false;
}

std::vector<std::size_t> partsOf(const PackingMethod &method, std::size_t carrier,
                                 const Checkpoint &checkpoint, const NameIndex &names)
{
    std::vector<std::size_t> parts = {carrier};
    const std::string &name = checkpoint.tensors[carrier].name;
    for (const Companion &companion : method.companions) {
        if (companion.carrier.empty() || !name.ends_with(companion.carrier))
            continue;
        const auto found = names.find(name.substr(0, name.size() - companion.carrier.size()) +
                                      std::string(companion.suffix));
        if (found != names.end())
            parts.push_back(found->second);
    }
    return parts;
}

} // namespace

std::string packingMethod(const nlohmann::json &config)
{
    const nlohmann::json *found = quantizationOf(config);
    if (found == nullptr)
        return {};
    const std::string method = hub::textOf(*found, "quant_method").value_or(std::string());
    if (!method.empty())
        return method;
    return hub::memberOf(*found, "quant_algo") != nullptr ? "modelopt" : "unknown";
}

Result<std::vector<Source>> sourcesOf(const Checkpoint &checkpoint, const Config &config)
{
    SNUG_TRY(const NameIndex names, indexNames(checkpoint));
    SNUG_TRY(const PackingMethod method, packingMethodOf(checkpoint.config));
    std::vector<Source> sources;
    for (std::size_t i = 0; i < checkpoint.tensors.size(); ++i) {
        const CheckpointTensor &tensor = checkpoint.tensors[i];
        if (isCompanion(method, tensor.name, names))
            continue;
        const PackedTensor packed{tensor, checkpoint, names, config, method};
        if (method.isCarrier == nullptr || !method.isCarrier(packed)) {
            sources.push_back({tensor.name, tensor.shape, Packing::None, {i}});
            continue;
        }
        SNUG_TRY(std::vector<std::int64_t> shape, method.shape(packed));
        const std::string_view name = tensor.name;
        sources.push_back({std::string(name.substr(0, name.size() - method.suffix.size())) +
                               std::string(method.replacement),
                           std::move(shape), method.packing, partsOf(method, i, checkpoint, names)});
    }
    return sources;
}

} // namespace snug::convert
