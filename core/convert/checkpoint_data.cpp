// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint_data.h"

#include "core/convert/planned_tensors.h"
#include "core/convert/rounded_tensor.h"
#include "core/convert/unpack/unpack.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::convert {
namespace {

tl::unexpected<Error> unusable(ErrorKind kind, std::string_view reason, const std::string &name,
                               std::string_view why)
{
    return fail(kind, fmt::format("Tensor {} cannot be read: {}.", gguf::escaped(name), why),
                {{"reason", std::string(reason)}, {"name", gguf::escaped(name)}},
                "Choose another checkpoint of the model, or a GGUF file of it.");
}

Result<std::unique_ptr<StoredNumbers>> numbersOf(const PackedSource &source)
{
    if (source.source.packing != Packing::None)
        return unpackedNumbers(source);
    const PackedPart &part = source.parts.front();
    auto numbers = plainNumbers(part.tensor->dtype, part.bytes);
    if (numbers == nullptr)
        return unusable(ErrorKind::Unsupported, "dtype", source.source.name,
                        fmt::format("numbers of the type {} are not understood",
                                    safetensors::dtypeInfo(part.tensor->dtype).name));
    return numbers;
}

bool isSixteenBits(gguf::TensorType type)
{
    return type == gguf::TensorType::F16 || type == gguf::TensorType::BF16;
}

} // namespace

std::vector<bool> neededShards(const Conversion &conversion, const Checkpoint &checkpoint)
{
    std::vector<bool> needed(checkpoint.shards.size());
    const auto need = [&](const std::vector<std::size_t> &sources) {
        for (const std::size_t source : sources) {
            for (const std::size_t part : conversion.sources[source].parts)
                needed[checkpoint.tensors[part].shard] = true;
        }
    };
    for (const PlannedTensor &tensor : conversion.tensors)
        need(tensor.sources);
    need(conversion.zeroSources);
    return needed;
}

CheckpointData::CheckpointData(const Conversion &conversion, const Checkpoint &checkpoint, Shards &shards)
    : m_conversion(conversion)
    , m_checkpoint(checkpoint)
    , m_shards(shards)
    , m_config(configOf(*conversion.architecture, checkpoint))
{
}

Result<void> CheckpointData::await(std::size_t tensor, std::stop_token stop)
{
    std::vector<std::size_t> sources = m_conversion.tensors[tensor].sources;
    if (tensor == 0)
        sources.insert(sources.end(), m_conversion.zeroSources.begin(), m_conversion.zeroSources.end());
    for (const std::size_t source : sources) {
        for (const std::size_t part : m_conversion.sources[source].parts)
            SNUG_CHECK(m_shards.await(m_checkpoint.tensors[part].shard, stop));
    }
    return {};
}

void CheckpointData::release(std::size_t tensor) const
{
    for (const std::size_t source : m_conversion.tensors[tensor].sources) {
        for (const std::size_t place : m_conversion.sources[source].parts) {
            const CheckpointTensor &part = m_checkpoint.tensors[place];
            if (const auto bytes = m_shards.bytesOf(part))
                m_shards.release(part.shard, *bytes);
        }
    }
}

Result<void> CheckpointData::checkZeros() const
{
    constexpr std::int64_t kAtOnce = 4096;
    std::vector<float> some(kAtOnce);
    for (const std::size_t place : m_conversion.zeroSources) {
        const Source &source = m_conversion.sources[place];
        SNUG_TRY(const PackedSource parts, packed(source));
        SNUG_TRY(const auto numbers, numbersOf(parts));
        const std::int64_t count = safetensors::elementCount(source.shape).value_or(0);
        for (std::int64_t first = 0; first < count; first += kAtOnce) {
            const auto next =
                std::span(some).first(static_cast<std::size_t>(std::min(kAtOnce, count - first)));
            numbers->read(first, 1, next);
            if (std::any_of(next.begin(), next.end(), [](float number) { return number != 0.0F; }))
                return unusable(ErrorKind::Unsupported, "not_zero", source.name,
                                "llama.cpp has no place for it in models of this kind, and it is not zero");
        }
    }
    return {};
}

Result<PackedSource> CheckpointData::packed(const Source &source) const
{
    PackedSource packed{source, m_checkpoint.config, {}};
    for (const std::size_t part : source.parts) {
        const CheckpointTensor &tensor = m_checkpoint.tensors[part];
        SNUG_TRY(const auto bytes, m_shards.bytesOf(tensor));
        packed.parts.push_back({&tensor, bytes});
    }
    return packed;
}

bool CheckpointData::isStoredAs(const PlannedTensor &planned) const
{
    const auto dtype =
        planned.type == gguf::TensorType::F16 ? safetensors::Dtype::F16 : safetensors::Dtype::BF16;
    return std::all_of(planned.sources.begin(), planned.sources.end(), [&](std::size_t place) {
        const Source &source = m_conversion.sources[place];
        return source.packing == Packing::None && m_checkpoint.tensors[source.parts.front()].dtype == dtype;
    });
}

Result<std::unique_ptr<TensorData>> CheckpointData::tensor(std::size_t index) const
{
    if (index == 0)
        SNUG_CHECK(checkZeros());
    const PlannedTensor &planned = m_conversion.tensors[index];
    if (planned.sources.empty())
        return std::make_unique<ConstantTensor>(planned.values);
    const Source &first = m_conversion.sources[planned.sources.front()];
    auto map = RowMap::of(first.shape, planned.verbs, m_config);
    if (!map)
        return unusable(ErrorKind::Corrupt, "wrong_shape", first.name, "its shape does not fit the model");
    std::vector<Mxfp4Blocks> blocks;
    std::vector<std::unique_ptr<StoredNumbers>> numbers;
    for (const std::size_t place : planned.sources) {
        const Source &source = m_conversion.sources[place];
        SNUG_TRY(const PackedSource parts, packed(source));
        if (source.packing == Packing::Mxfp4) {
            SNUG_TRY(Mxfp4Blocks some, Mxfp4Blocks::of(parts));
            blocks.push_back(std::move(some));
            continue;
        }
        SNUG_TRY(auto some, numbersOf(parts));
        numbers.push_back(std::move(some));
    }
    if (!blocks.empty() && numbers.empty())
        return std::make_unique<Mxfp4Tensor>(*std::move(map), std::move(blocks));
    if (!blocks.empty())
        return unusable(ErrorKind::Unsupported, "packing", first.name, "it is stacked of several kinds");
    const bool addsOne =
        std::find(planned.verbs.begin(), planned.verbs.end(), Verb::AddOne) != planned.verbs.end();
    auto exact = std::make_unique<NumberTensor>(*std::move(map), std::move(numbers), addsOne);
    if (isStoredAs(planned) || !isSixteenBits(planned.type))
        return exact;
    return std::make_unique<RoundedTensor>(std::move(exact), planned.type);
}

} // namespace snug::convert
