// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/engine_params.h"

#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <common.h>
#include <ggml-backend.h>
#include <limits>
#include <thread>
#include <utility>

namespace snug::llama {
namespace {

// The types that the engine accepts for its KV cache (common/arg.cpp of the pinned version).
constexpr std::array kKvTypes = {
    std::pair{"f32", GGML_TYPE_F32},       std::pair{"f16", GGML_TYPE_F16},
    std::pair{"bf16", GGML_TYPE_BF16},     std::pair{"q8_0", GGML_TYPE_Q8_0},
    std::pair{"q4_0", GGML_TYPE_Q4_0},     std::pair{"q4_1", GGML_TYPE_Q4_1},
    std::pair{"q5_0", GGML_TYPE_Q5_0},     std::pair{"q5_1", GGML_TYPE_Q5_1},
    std::pair{"iq4_nl", GGML_TYPE_IQ4_NL},
};

Result<ggml_type> kvType(const std::string &name)
{
    for (const auto &[known, type] : kKvTypes) {
        if (name == known)
            return type;
    }
    return fail(ErrorKind::InvalidArgument, fmt::format("{} is no type for the KV cache.", name),
                {{"known", fmt::format("{}", fmt::join(kvTypeNames(), ", "))}});
}

// Threads beyond the cores make a memory-bound computation slower.
int threadsFor(int asked)
{
    return asked > 0 ? asked : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

Result<void> choose(const std::string &device, common_params &params)
{
    if (device.empty())
        return {};
    ggml_backend_dev_t handle = ggml_backend_dev_by_name(device.c_str());
    if (handle == nullptr)
        return fail(ErrorKind::NotFound, fmt::format("There is no device {}.", device), {},
                    "snug-cli devices lists them.");
    if (ggml_backend_dev_type(handle) == GGML_BACKEND_DEVICE_TYPE_CPU)
        params.n_gpu_layers = 0;
    else
        params.devices = {handle, nullptr};
    return {};
}

} // namespace

const std::vector<std::string> &kvTypeNames()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const auto &[name, type] : kKvTypes)
            list.emplace_back(name);
        return list;
    }();
    return names;
}

Result<common_params> engineParams(const LoadRequest &request)
{
    SNUG_TRY(const ggml_type cacheType, kvType(request.kvType));
    if (request.contextTokens < 1 || request.contextTokens > std::numeric_limits<std::int32_t>::max())
        return fail(ErrorKind::InvalidArgument, "The context must be a positive number of tokens.");
    common_params params;
    params.model.path = toUtf8(request.model);
    params.n_ctx = static_cast<std::int32_t>(request.contextTokens);
    params.n_parallel = request.parallel;
    params.cache_type_k = cacheType;
    params.cache_type_v = cacheType;
    // The engine counts the output layer too; "all" is any larger number. What fits is decided before, by dry
    // runs.
    params.n_gpu_layers =
        request.gpuLayers < 0 ? std::numeric_limits<std::int32_t>::max() / 2 : request.gpuLayers;
    params.fit_params = false;
    params.cpuparams.n_threads = threadsFor(request.threads);
    params.cpuparams_batch.n_threads = threadsFor(request.threads);
    params.n_outputs_max = std::max(1, request.parallel);
    params.n_outputs_max_per_seq = 1;
    SNUG_TRY([[maybe_unused]] const auto chosen, choose(request.device, params).map([] { return true; }));
    return params;
}

} // namespace snug::llama
