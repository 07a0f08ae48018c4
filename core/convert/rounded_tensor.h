// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/tensor_data.h"
#include "core/quant/half.h"

#include <memory>
#include <utility>

namespace snug::convert {

// The numbers of a tensor as a file of 16 bits would give them back: what is quantized from there on is the
// same whether there was such a file or not.
class RoundedTensor final : public TensorData {
public:
    // `type`: F16 or BF16.
    RoundedTensor(std::unique_ptr<TensorData> exact, gguf::TensorType type)
        : m_exact(std::move(exact)), m_type(type)
    {
    }

    [[nodiscard]] std::int64_t rows() const override { return m_exact->rows(); }
    [[nodiscard]] std::int64_t columns() const override { return m_exact->columns(); }

    [[nodiscard]] Result<void> readRows(std::int64_t first, std::int64_t count,
                                        std::span<float> into) const override
    {
        if (auto read = m_exact->readRows(first, count, into); !read)
            return read;
        const bool isHalf = m_type == gguf::TensorType::F16;
        for (float &number : into)
            number = isHalf ? quant::fromHalf(quant::toHalf(number))
                            : quant::fromBfloat16(quant::toBfloat16(number));
        return {};
    }

private:
    std::unique_ptr<TensorData> m_exact;
    gguf::TensorType m_type;
};

} // namespace snug::convert
