// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <ggml-backend.h>
#include <ggml-cpp.h>
#include <ggml.h>
#include <stop_token>
#include <vector>

// For backends/llama only.
namespace snug::llama {

// A graph of operations on one device with tensors of its own, to take its time. Weights lie where the engine
// would put them: repacked, where the processor's plugin offers that for their type.
class ProbeGraph {
public:
    explicit ProbeGraph(ggml_backend_t backend);

    // In units of ggml's dimensions, fastest first.
    [[nodiscard]] ggml_tensor *weights(ggml_type type, std::int64_t rows, std::int64_t columns);
    [[nodiscard]] ggml_tensor *data(ggml_type type, std::int64_t a, std::int64_t b = 1, std::int64_t c = 1);
    [[nodiscard]] ggml_context *operations() { return m_operations.get(); }
    // What is to be computed; in the order of the calls.
    void compute(ggml_tensor *result);

    // Makes room and fills the weights with values of a usual size, everything else with zeros. False: the
    // device has no room, or cannot compute one of the operations.
    [[nodiscard]] bool allocate();

    // Seconds of one pass, of at least three and as many as fit into `budget` seconds: that which a quarter
    // of them beat, so that neither another program nor a lucky pass decides. 0 if the device failed, or the
    // stop came.
    [[nodiscard]] double usualSeconds(double budget, const std::stop_token &stop);

private:
    [[nodiscard]] bool place(ggml_context *tensors, ggml_backend_buffer_type_t type);
    [[nodiscard]] ggml_backend_buffer_type_t weightBuffer(ggml_tensor *like) const;

    ggml_backend_t m_backend;
    ggml_context_ptr m_weights;
    ggml_context_ptr m_data;
    ggml_context_ptr m_operations;
    ggml_cgraph *m_graph;
    std::vector<ggml_tensor *> m_filled;
    std::vector<ggml_backend_buffer_ptr> m_buffers;
    ggml_gallocr_ptr m_results;
};

// The time that a quarter of them beat; 0 for none.
[[nodiscard]] double quickQuarter(std::vector<double> seconds);

} // namespace snug::llama
