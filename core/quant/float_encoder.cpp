// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/float_encoder.h"

#include "core/quant/simd/float_rows.h"

#include <fmt/format.h>

namespace snug::quant {

Result<void> FloatEncoder::encode(gguf::TensorType type, std::span<const float> rows,
                                  std::int64_t /*columns*/, std::span<const float> /*importance*/,
                                  std::span<std::byte> into) const
{
    switch (type) {
    case gguf::TensorType::F32:
        simd::copyFloats(rows, into.data());
        return {};
    case gguf::TensorType::F16:
        simd::floatsToHalves(rows, into.data());
        return {};
    case gguf::TensorType::BF16:
        simd::floatsToBfloat16(rows, into.data());
        return {};
    default:
        return fail(ErrorKind::Unsupported,
                    fmt::format("{} is no floating type.", gguf::tensorTypeName(type)),
                    {{"reason", std::string("type")}});
    }
}

} // namespace snug::quant
