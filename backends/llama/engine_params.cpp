// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/engine_params.h"

#include "backends/llama/card_choice.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <common.h>
#include <ggml-backend.h>
#include <limits>
#include <map>
#include <numeric>
#include <speculative.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

constexpr int kMaxLayers = 1 << 20;
constexpr int kMaxExpertLayers = 1024;

Result<ggml_type> kvType(const std::string &name)
{
    for (const auto &[known, type] : kKvTypes) {
        if (name == known)
            return type;
    }
    return fail(ErrorKind::InvalidArgument, fmt::format("{} is no type for the KV cache.", name),
                {{"known", fmt::format("{}", fmt::join(fit::kvTypeNames(), ", "))}});
}

// Matches the experts of the first `layers` layers. The engine keeps no copy, so each pattern lives as long
// as the process: at most kMaxExpertLayers of them.
const char *expertsOfFirst(int layers)
{
    static std::map<int, std::string> patterns;
    std::string &pattern = patterns[layers];
    if (pattern.empty()) {
        std::vector<int> numbers(static_cast<std::size_t>(layers));
        std::iota(numbers.begin(), numbers.end(), 0);
        pattern = fmt::format("blk\\.({}){}", fmt::join(numbers, "|"), LLM_FFN_EXPS_REGEX);
    }
    return pattern.c_str();
}

void keepExpertsInMainMemory(int layers, common_params &params)
{
    if (layers <= 0)
        return;
    params.tensor_buft_overrides = {
        {expertsOfFirst(std::min(layers, kMaxExpertLayers)), ggml_backend_cpu_buffer_type()},
        {nullptr, nullptr}};
}

Result<void> choose(const fit::LoadRequest &request, common_params &params)
{
    ggml_backend_dev_t handle = nullptr;
    if (!request.device.empty()) {
        handle = ggml_backend_dev_by_name(request.device.c_str());
        if (handle == nullptr)
            return fail(ErrorKind::NotFound, fmt::format("There is no device {}.", request.device), {},
                        "snug-cli devices lists them.");
        if (ggml_backend_dev_type(handle) == GGML_BACKEND_DEVICE_TYPE_CPU)
            handle = nullptr;
        else
            params.devices = {handle, nullptr};
    }
    if (request.device.empty()) {
        params.devices = cardsToUse();
        if (!params.devices.empty())
            params.devices.push_back(nullptr);
    }
    // Without layers of its own, a GPU would still be given the prompt's big multiplications.
    if (request.gpuLayers == 0 || (handle == nullptr && !request.device.empty())) {
        params.devices = {nullptr};
        params.n_gpu_layers = 0;
    }
    return {};
}

llama_flash_attn_type flashAttention(fit::FlashAttention attention)
{
    switch (attention) {
    case fit::FlashAttention::Auto:
        return LLAMA_FLASH_ATTN_TYPE_AUTO;
    case fit::FlashAttention::On:
        return LLAMA_FLASH_ATTN_TYPE_ENABLED;
    case fit::FlashAttention::Off:
        return LLAMA_FLASH_ATTN_TYPE_DISABLED;
    }
    return LLAMA_FLASH_ATTN_TYPE_AUTO;
}

// With layers on a GPU, the first one works on pictures too.
void addProjector(const fit::LoadRequest &request, common_params &params)
{
    params.mmproj.path = toUtf8(request.projector);
    params.mmproj_use_gpu = params.n_gpu_layers != 0;
    params.mmproj_device = params.devices.empty() ? nullptr : params.devices.front();
}

void addCompanions(const fit::LoadRequest &request, common_params &params)
{
    for (std::size_t i = 0; i < request.loras.size(); ++i) {
        common_adapter_lora_info adapter{};
        adapter.path = toUtf8(request.loras[i]);
        adapter.scale = i < request.loraScales.size() ? static_cast<float>(request.loraScales[i]) : 1.0F;
        params.lora_adapters.push_back(std::move(adapter));
    }
    if (request.draft.empty())
        return;
    params.speculative.types = {request.draftsItself() ? COMMON_SPECULATIVE_TYPE_DRAFT_MTP
                                                       : COMMON_SPECULATIVE_TYPE_DRAFT_SIMPLE};
    if (!request.draftsItself())
        params.speculative.draft.mparams.path = toUtf8(request.draft);
    if (request.draftTokens > 0)
        params.speculative.draft.n_max = request.draftTokens;
}

} // namespace

// Generation is bound by memory: threads beyond the physical cores make it slower.
int usualThreads(int asked)
{
    if (asked > 0)
        return asked;
    const int usable = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return std::clamp(common_cpu_get_num_math(), 1, usable);
}

Result<common_params> engineParams(const fit::LoadRequest &request)
{
    SNUG_TRY(const ggml_type keyType, kvType(request.kvType));
    SNUG_TRY(const ggml_type valueType, kvType(request.valueType()));
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    if (request.parallel < 1 || request.contextTokens < 1 || request.contextTokens > kMost / request.parallel)
        return fail(ErrorKind::InvalidArgument, "The context must be a positive number of tokens.");
    common_params params;
    params.model.path = toUtf8(request.model);
    params.n_ctx = static_cast<std::int32_t>(request.contextTokens * request.parallel);
    params.n_parallel = request.parallel;
    params.cache_type_k = keyType;
    params.cache_type_v = valueType;
    params.flash_attn_type = flashAttention(request.flashAttention);
    // The engine counts from the end and begins with the output layer; negative is all.
    params.n_gpu_layers = request.gpuLayers < 0 ? -1 : std::min(request.gpuLayers, kMaxLayers) + 1;
    // What fits is decided before, by dry runs of our own.
    params.fit_params = false;
    params.cpuparams.n_threads = usualThreads(request.threads);
    params.cpuparams_batch = params.cpuparams;
    addCompanions(request, params);
    // As the server sets them when it loads: they shape the compute buffers.
    const auto limits = common_speculative_get_output_limits(params.n_batch, params.n_parallel,
                                                             common_speculative_n_max(&params.speculative));
    params.n_outputs_max = limits.total;
    params.n_outputs_max_per_seq = limits.per_seq;
    if (auto chosen = choose(request, params); !chosen)
        return tl::make_unexpected(std::move(chosen).error());
    addProjector(request, params);
    keepExpertsInMainMemory(request.cpuExpertLayers, params);
    return params;
}

Result<common_params> draftParams(const fit::LoadRequest &request, std::uint32_t contextTogether)
{
    SNUG_TRY(const common_params params, engineParams(request));
    common_params draft = common_base_params_to_speculative(params);
    draft.n_ctx = static_cast<std::int32_t>(contextTogether);
    return draft;
}

} // namespace snug::llama
