// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/float_encoder.h"

#include "core/gguf/little_endian.h"
#include "core/quant/half.h"

#include <fmt/format.h>

namespace snug::quant {
namespace {

template <class Store> void store(std::span<const float> rows, std::span<std::byte> into, Store asStored)
{
    constexpr std::size_t kBytes = sizeof(asStored(0.0F));
    std::byte *to = into.data();
    for (const float number : rows) {
        gguf::toLittleEndian(asStored(number), to);
        to += kBytes;
    }
}

} // namespace

Result<void> FloatEncoder::encode(gguf::TensorType type, std::span<const float> rows,
                                  std::int64_t /*columns*/, std::span<const float> /*importance*/,
                                  std::span<std::byte> into) const
{
    switch (type) {
    case gguf::TensorType::F32:
        store(rows, into, [](float number) { return number; });
        return {};
    case gguf::TensorType::F16:
        store(rows, into, toHalf);
        return {};
    case gguf::TensorType::BF16:
        store(rows, into, toBfloat16);
        return {};
    default:
        return fail(ErrorKind::Unsupported,
                    fmt::format("{} is no floating type.", gguf::tensorTypeName(type)),
                    {{"reason", std::string("type")}});
    }
}

} // namespace snug::quant
