// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/tensor_data.h"
#include "core/gguf/types.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace snug::test {

// Numbers that tell where they stand.
class CountedTensor final : public convert::TensorData {
public:
    CountedTensor(std::int64_t rows, std::int64_t columns, float first)
        : m_rows(rows), m_columns(columns), m_first(first)
    {
    }
    [[nodiscard]] std::int64_t rows() const override { return m_rows; }
    [[nodiscard]] std::int64_t columns() const override { return m_columns; }
    [[nodiscard]] Result<void> readRows(std::int64_t first, std::int64_t count,
                                        std::span<float> into) const override
    {
        for (std::int64_t i = 0; i < count * m_columns; ++i)
            into[static_cast<std::size_t>(i)] = m_first + static_cast<float>(first * m_columns + i);
        return {};
    }

private:
    std::int64_t m_rows;
    std::int64_t m_columns;
    float m_first;
};

class CountedModel final : public convert::ModelData {
public:
    explicit CountedModel(const std::vector<gguf::Tensor> &tensors) : m_tensors(tensors) {}

    [[nodiscard]] Result<void> await(std::size_t tensor, std::stop_token stop) override
    {
        m_last = tensor;
        if (tensor == m_missing)
            return fail(ErrorKind::Network, "The rest does not come.");
        if (tensor == m_stopsAt)
            m_stop.request_stop();
        return stop.stop_requested() ? fail(ErrorKind::Cancelled, "Cancelled.") : Result<void>();
    }
    [[nodiscard]] Result<std::unique_ptr<convert::TensorData>> tensor(std::size_t tensor) const override
    {
        const auto &dims = m_tensors[tensor].dims;
        const float first =
            tensor == m_infinite ? std::numeric_limits<float>::infinity() : static_cast<float>(tensor) * 1000;
        return std::make_unique<CountedTensor>(*gguf::elementCount(dims) / dims.front(), dims.front(), first);
    }

    void release(std::size_t tensor) const override { m_released.push_back(tensor); }

    std::optional<std::size_t> m_missing;
    std::optional<std::size_t> m_infinite;
    std::optional<std::size_t> m_stopsAt;
    std::size_t m_last = 0;
    std::stop_source m_stop;
    mutable std::vector<std::size_t> m_released; // one thread at a time

private:
    const std::vector<gguf::Tensor> &m_tensors;
};

} // namespace snug::test
