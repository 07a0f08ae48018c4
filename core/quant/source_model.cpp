// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/source_model.h"

#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/quant/byte_sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace snug::quant {
namespace {

// Not taken over by llama_model_quantize_impl in src/llama-quant.cpp: the new file is whole, and says of
// itself what it is.
constexpr std::array<std::string_view, 5> kReplacedKeys = {
    "split.no", "split.count", "split.tensors.count", "general.quantization_version", "general.file_type"};

std::int64_t payloadBytes(const gguf::Value &value)
{
    if (const gguf::Array *array = value.array())
        return array->bytes;
    if (const std::string *text = value.text())
        // llama.cpp copies up to a zero byte.
        return static_cast<std::int64_t>(std::min(text->find('\0'), text->size()));
    return gguf::valueTypeBytes(value.type());
}

// The number of the type and lengths, of a value that the reader in core/gguf/reader.h describes.
std::int64_t framingBytes(const gguf::Value &value)
{
    if (value.array() != nullptr)
        return 4 + 4 + 8;
    return value.text() != nullptr ? 4 + 8 : 4;
}

bool isTakenOver(const gguf::KeyValue &pair)
{
    return std::find(kReplacedKeys.begin(), kReplacedKeys.end(), pair.key) == kReplacedKeys.end();
}

std::optional<std::int64_t> takenOverBytes(const gguf::Header &first)
{
    ByteSum sum;
    for (const gguf::KeyValue &pair : first.values) {
        if (isTakenOver(pair)) {
            sum.add(8 + static_cast<std::int64_t>(pair.key.size()));
            sum.add(framingBytes(pair.value));
            sum.add(payloadBytes(pair.value));
        }
    }
    return sum.value();
}

bool inLoadersOrder(const SourceTensor &a, const SourceTensor &b)
{
    return a.layer != b.layer ? a.layer < b.layer : a.tensor->name < b.tensor->name;
}

tl::unexpected<Error> tooLarge()
{
    return fail(ErrorKind::TooLarge, "The tensors together are larger than any file can be.",
                {{"reason", "overflow"}});
}

Result<void> addTensor(SourceModel &model, ByteSum &elements, const gguf::Tensor &tensor)
{
    const auto count = gguf::elementCount(tensor.dims);
    if (tensor.dims.empty() || tensor.dims.size() > gguf::kMaxDims || !count)
        return gguf::corrupt("bad_shape", -1,
                             fmt::format("Tensor {} has an impossible shape.", gguf::escaped(tensor.name)));
    elements.add(*count);
    const TensorRole role = roleOf(tensor.name);
    model.valueTensors += role == TensorRole::Value ? 1 : 0;
    model.tied = model.tied && role != TensorRole::Output;
    model.tensors.push_back({&tensor, role, layerOf(tensor.name), isConverted(tensor.name, tensor.dims)});
    return {};
}

} // namespace

Result<SourceModel> sourceModel(std::span<const gguf::Header> parts)
{
    SourceModel model;
    SNUG_TRY(model.traits, traitsOf(parts.front()));
    ByteSum elements;
    for (const gguf::Header &part : parts) {
        for (const gguf::Tensor &tensor : part.tensors)
            SNUG_CHECK(addTensor(model, elements, tensor));
    }
    const auto keyBytes = takenOverBytes(parts.front());
    if (!elements.value() || !keyBytes)
        return tooLarge();
    model.elements = *elements.value();
    model.firstKeyBytes = *keyBytes;
    std::sort(model.tensors.begin(), model.tensors.end(), inLoadersOrder);
    const auto twin = std::adjacent_find(
        model.tensors.begin(), model.tensors.end(),
        [](const SourceTensor &a, const SourceTensor &b) { return a.tensor->name == b.tensor->name; });
    if (twin != model.tensors.end())
        return gguf::corrupt(
            "duplicate_tensor", -1,
            fmt::format("There are two tensors named {}.", gguf::escaped(twin->tensor->name)));
    return model;
}

} // namespace snug::quant
