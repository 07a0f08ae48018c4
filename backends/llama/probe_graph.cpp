// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/probe_graph.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ggml-alloc.h>
#include <random>
#include <string_view>

namespace snug::llama {
namespace {

constexpr std::size_t kMostTensors = 2048;

ggml_context_ptr emptyContext(std::size_t bytes)
{
    return ggml_context_ptr(ggml_init({bytes, nullptr, true}));
}

// One row of usual weights, in the type's own blocks.
std::vector<std::uint8_t> oneRow(ggml_type type, std::int64_t columns)
{
    std::vector<float> values(static_cast<std::size_t>(columns));
    std::minstd_rand random(7);
    std::normal_distribution<float> usual(0.0F, 0.02F);
    for (float &value : values)
        value = usual(random);
    const std::vector<float> importance(values.size(), 1.0F);
    std::vector<std::uint8_t> row(ggml_row_size(type, columns));
    ggml_quantize_chunk(type, values.data(), row.data(), 0, 1, columns, importance.data());
    return row;
}

void fill(ggml_tensor *tensor)
{
    const auto row = oneRow(tensor->type, tensor->ne[0]);
    std::vector<std::uint8_t> all(ggml_nbytes(tensor));
    for (std::size_t at = 0; at + row.size() <= all.size(); at += row.size())
        std::memcpy(all.data() + at, row.data(), row.size());
    ggml_backend_tensor_set(tensor, all.data(), 0, all.size());
}

} // namespace

double quickQuarter(std::vector<double> seconds)
{
    if (seconds.empty())
        return 0;
    const auto quarter = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 4);
    std::nth_element(seconds.begin(), quarter, seconds.end());
    return *quarter;
}

ProbeGraph::ProbeGraph(ggml_backend_t backend)
    : m_backend(backend)
    , m_weights(emptyContext(kMostTensors * ggml_tensor_overhead()))
    , m_data(emptyContext(kMostTensors * ggml_tensor_overhead()))
    , m_operations(emptyContext(kMostTensors * ggml_tensor_overhead() +
                                ggml_graph_overhead_custom(kMostTensors, false)))
    , m_graph(ggml_new_graph_custom(m_operations.get(), kMostTensors, false))
{
}

ggml_tensor *ProbeGraph::weights(ggml_type type, std::int64_t rows, std::int64_t columns)
{
    m_filled.push_back(ggml_new_tensor_2d(m_weights.get(), type, columns, rows));
    return m_filled.back();
}

ggml_tensor *ProbeGraph::data(ggml_type type, std::int64_t a, std::int64_t b, std::int64_t c)
{
    return ggml_new_tensor_3d(m_data.get(), type, a, b, c);
}

void ProbeGraph::compute(ggml_tensor *result)
{
    ggml_set_output(result);
    ggml_build_forward_expand(m_graph, result);
}

// The same question that the engine's loader asks of each kind of buffer.
ggml_backend_buffer_type_t ProbeGraph::weightBuffer(ggml_tensor *like) const
{
    ggml_backend_dev_t device = ggml_backend_get_device(m_backend);
    const auto extras =
        reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
            ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
    const ggml_context_ptr scratch = emptyContext(8 * ggml_tensor_overhead());
    for (auto *type = extras == nullptr ? nullptr : extras(device); type != nullptr && *type != nullptr;
         ++type) {
        ggml_tensor *copy = ggml_dup_tensor(scratch.get(), like);
        ggml_tensor *tokens = ggml_new_tensor_2d(scratch.get(), GGML_TYPE_F32, like->ne[0], 512);
        const ggml_backend_buffer_ptr none(ggml_backend_buft_alloc_buffer(*type, 0));
        copy->buffer = none.get();
        if (ggml_backend_dev_supports_op(device, ggml_mul_mat(scratch.get(), copy, tokens)))
            return *type;
        ggml_reset(scratch.get());
    }
    return ggml_backend_dev_buffer_type(device);
}

bool ProbeGraph::place(ggml_context *tensors, ggml_backend_buffer_type_t type)
{
    if (ggml_get_first_tensor(tensors) == nullptr)
        return true;
    m_buffers.emplace_back(ggml_backend_alloc_ctx_tensors_from_buft(tensors, type));
    if (!m_buffers.back())
        return false;
    ggml_backend_buffer_clear(m_buffers.back().get(), 0);
    return true;
}

bool ProbeGraph::allocate()
{
    ggml_backend_dev_t device = ggml_backend_get_device(m_backend);
    if (!m_filled.empty() && !place(m_weights.get(), weightBuffer(m_filled.front())))
        return false;
    if (!place(m_data.get(), ggml_backend_dev_buffer_type(device)))
        return false;
    std::for_each(m_filled.begin(), m_filled.end(), fill);
    for (int i = 0; i < ggml_graph_n_nodes(m_graph); ++i) {
        if (!ggml_backend_dev_supports_op(device, ggml_graph_node(m_graph, i)))
            return false;
    }
    m_results.reset(ggml_gallocr_new(ggml_backend_dev_buffer_type(device)));
    return ggml_gallocr_alloc_graph(m_results.get(), m_graph);
}

double ProbeGraph::usualSeconds(double budget, const std::stop_token &stop)
{
    using Clock = std::chrono::steady_clock;
    constexpr std::size_t kFewest = 3;
    std::vector<double> passes;
    const auto start = Clock::now();
    for (bool first = true;; first = false) {
        const auto before = Clock::now();
        if (ggml_backend_graph_compute(m_backend, m_graph) != GGML_STATUS_SUCCESS || stop.stop_requested())
            return 0;
        const auto after = Clock::now();
        // The first pass touches memory for the first time.
        if (!first)
            passes.push_back(std::chrono::duration<double>(after - before).count());
        if (passes.size() >= kFewest && std::chrono::duration<double>(after - start).count() > budget)
            return quickQuarter(std::move(passes));
    }
}

} // namespace snug::llama
