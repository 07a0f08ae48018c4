// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/engine_overhead.h"

#include "backends/llama/probe_graph.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <ggml-cpp.h>
#include <llama-cpp.h>
#include <utility>
#include <vector>

namespace snug::llama {
namespace {

constexpr std::uint32_t kVocabulary = 128;
constexpr std::uint32_t kWidth = 64;

gguf_context_ptr tinyModel(std::uint32_t layers)
{
    gguf_context_ptr file(gguf_init_empty());
    const auto set = [&](const char *key, std::uint32_t value) { gguf_set_val_u32(file.get(), key, value); };
    gguf_set_val_str(file.get(), "general.architecture", "llama");
    gguf_set_val_str(file.get(), "tokenizer.ggml.model", "none");
    set("llama.vocab_size", kVocabulary);
    set("llama.context_length", 512);
    set("llama.embedding_length", kWidth);
    set("llama.feed_forward_length", 2 * kWidth);
    set("llama.block_count", layers);
    set("llama.attention.head_count", 2);
    set("llama.attention.head_count_kv", 2);
    gguf_set_val_f32(file.get(), "llama.attention.layer_norm_rms_epsilon", 1e-5F);
    return file;
}

void fillTensor(ggml_tensor *tensor, void *)
{
    const std::vector<std::uint8_t> zeros(ggml_nbytes(tensor));
    ggml_backend_tensor_set(tensor, zeros.data(), 0, zeros.size());
}

// Seconds for a token; 0 if the engine failed or the stop came.
double usualToken(llama_context &context, const std::stop_token &stop)
{
    using Clock = std::chrono::steady_clock;
    constexpr int kRounds = 20;
    constexpr int kTokens = 16;
    std::vector<double> rounds;
    for (int round = 0; round <= kRounds; ++round) {
        llama_memory_clear(llama_get_memory(&context), true);
        const auto start = Clock::now();
        for (int i = 0; i < kTokens; ++i) {
            llama_token token = i;
            if (stop.stop_requested() || llama_decode(&context, llama_batch_get_one(&token, 1)) != 0)
                return 0;
            llama_synchronize(&context);
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count() / kTokens;
        if (round > 0)
            rounds.push_back(seconds);
    }
    return quickQuarter(std::move(rounds));
}

double tokenSeconds(ggml_backend_dev_t device, std::uint32_t layers, int threads, const std::stop_token &stop)
{
    const auto file = tinyModel(layers);
    const bool processor = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
    std::array<ggml_backend_dev_t, 2> devices = {processor ? nullptr : device, nullptr};
    llama_model_params modelParams = llama_model_default_params();
    modelParams.devices = devices.data();
    modelParams.n_gpu_layers = processor ? 0 : -1;
    const llama_model_ptr model(llama_model_init_from_user(file.get(), fillTensor, nullptr, modelParams));
    if (!model)
        return 0;
    llama_context_params contextParams = llama_context_default_params();
    contextParams.n_ctx = 512;
    contextParams.n_threads = threads;
    contextParams.n_threads_batch = threads;
    const llama_context_ptr context(llama_init_from_model(model.get(), contextParams));
    return context ? usualToken(*context, stop) : 0;
}

} // namespace

std::optional<EngineOverhead> measureOverhead(ggml_backend_dev_t device, int threads,
                                              const std::stop_token &stop)
{
    constexpr std::uint32_t kShallow = 1;
    constexpr std::uint32_t kDeep = 17;
    const double shallow = tokenSeconds(device, kShallow, threads, stop);
    const double deep = shallow > 0 ? tokenSeconds(device, kDeep, threads, stop) : 0;
    if (deep <= 0)
        return std::nullopt;
    EngineOverhead overhead;
    overhead.layerSeconds = std::max(0.0, (deep - shallow) / (kDeep - kShallow));
    overhead.tokenSeconds = std::max(0.0, shallow - overhead.layerSeconds);
    return overhead;
}

} // namespace snug::llama
