// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/adapter/adapter_plan.h"

#include <utility>

namespace snug::convert {
namespace {

class ScaledTensor final : public TensorData {
public:
    ScaledTensor(std::unique_ptr<TensorData> exact, float factor)
        : m_exact(std::move(exact)), m_factor(factor)
    {
    }

    [[nodiscard]] std::int64_t rows() const override { return m_exact->rows(); }
    [[nodiscard]] std::int64_t columns() const override { return m_exact->columns(); }

    [[nodiscard]] Result<void> readRows(std::int64_t first, std::int64_t count,
                                        std::span<float> into) const override
    {
        SNUG_CHECK(m_exact->readRows(first, count, into));
        for (float &number : into)
            number *= m_factor;
        return {};
    }

private:
    std::unique_ptr<TensorData> m_exact;
    float m_factor;
};

} // namespace

AdapterData::AdapterData(const AdapterPlan &plan, const Adapter &adapter, Shards &shards)
    : m_plan(plan), m_exact(plan.conversion, adapter.checkpoint, shards)
{
}

Result<void> AdapterData::await(std::size_t tensor, std::stop_token stop)
{
    return m_exact.await(tensor, std::move(stop));
}

Result<std::unique_ptr<TensorData>> AdapterData::tensor(std::size_t tensor) const
{
    SNUG_TRY(auto exact, m_exact.tensor(tensor));
    const float factor = m_plan.factors[tensor];
    if (factor == 1.0F)
        return exact;
    return std::make_unique<ScaledTensor>(std::move(exact), factor);
}

} // namespace snug::convert
