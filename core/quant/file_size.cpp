// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/file_size.h"

#include "core/gguf/layout.h"
#include "core/quant/byte_sum.h"

#include <string_view>

namespace snug::quant {
namespace {

// Magic, version and the two counts: core/gguf/reader.h.
constexpr std::int64_t kFrameBytes = 4 + 4 + 8 + 8;

constexpr std::int64_t numberKeyBytes(std::string_view key)
{
    return 8 + static_cast<std::int64_t>(key.size()) + 4 + 4;
}
constexpr std::int64_t kAddedKeyBytes =
    numberKeyBytes("general.quantization_version") + numberKeyBytes("general.file_type");

std::int64_t infoBytes(const gguf::Tensor &tensor)
{
    return 8 + static_cast<std::int64_t>(tensor.name.size()) + 4 + 8 * dimensionCount(tensor.dims) + 4 + 8;
}

std::optional<std::int64_t> padded(std::optional<std::int64_t> bytes)
{
    // The quantizer pads to 32 bytes whatever general.alignment says.
    return bytes ? gguf::aligned(*bytes, gguf::kDefaultAlignment) : std::nullopt;
}

} // namespace

Result<FileSize> fileSize(const SourceModel &model, const TypePlan &plan)
{
    ByteSum header;
    ByteSum data;
    ByteSum file;
    header.add(kFrameBytes);
    header.add(model.firstKeyBytes);
    header.add(kAddedKeyBytes);
    for (const PlannedTensor &planned : plan.tensors) {
        const auto bytes = gguf::tensorBytes(planned.type, planned.source->tensor->dims);
        header.add(infoBytes(*planned.source->tensor));
        data.add(bytes);
        file.add(padded(bytes));
    }
    const auto headerBytes = padded(header.value());
    file.add(headerBytes);
    if (!headerBytes || !data.value() || !file.value())
        return fail(ErrorKind::TooLarge, "The tensors together are larger than any file can be.",
                    {{"reason", "overflow"}});
    return FileSize{*headerBytes, *data.value(), *file.value()};
}

double bitsPerWeight(const SourceModel &model, const FileSize &size)
{
    constexpr double kBitsPerByte = 8;
    return model.elements == 0
               ? 0
               : kBitsPerByte * static_cast<double>(size.tensorBytes) / static_cast<double>(model.elements);
}

} // namespace snug::quant
