// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/token_logits.h"

#include "backends/llama/engine_log.h"
#include "core/base/paths.h"

#include <algorithm>
#include <array>
#include <llama-cpp.h>
#include <memory>

namespace snug::llama {
namespace {

llama_context_params contextParams(std::uint32_t contextTokens)
{
    auto params = llama_context_default_params();
    params.n_ctx = contextTokens;
    params.n_threads = 1; // sums in the same order on every machine
    params.n_threads_batch = 1;
    params.type_k = GGML_TYPE_F32;
    params.type_v = GGML_TYPE_F32;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.swa_full = true;
    params.offload_kqv = false;
    params.op_offload = false;
    return params;
}

struct Batch {
    explicit Batch(std::span<const std::int32_t> tokens)
        : batch(llama_batch_init(static_cast<std::int32_t>(tokens.size()), 0, 1))
    {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            batch.token[i] = tokens[i];
            batch.pos[i] = static_cast<llama_pos>(i);
            batch.n_seq_id[i] = 1;
            batch.seq_id[i][0] = 0;
            batch.logits[i] = 1;
        }
        batch.n_tokens = static_cast<std::int32_t>(tokens.size());
    }
    ~Batch() { llama_batch_free(batch); }
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;

    llama_batch batch;
};

// The model frees it.
bool addAdapter(llama_model &model, llama_context &context, const std::filesystem::path &path)
{
    llama_adapter_lora *adapter = llama_adapter_lora_init(&model, toUtf8(path).c_str());
    float strength = 1;
    return adapter != nullptr && llama_set_adapters_lora(&context, &adapter, 1, &strength) == 0;
}

tl::unexpected<Error> gaveUp(std::string message)
{
    return fail(ErrorKind::Unsupported, std::move(message), {{"log", recentEngineErrors()}});
}

} // namespace

Result<std::vector<float>> tokenLogits(const std::filesystem::path &model,
                                       std::span<const std::int32_t> tokens, std::uint32_t contextTokens,
                                       const std::filesystem::path &adapter)
{
    forgetEngineErrors();
    std::array<ggml_backend_dev_t, 1> noDevices = {nullptr};
    auto params = llama_model_default_params();
    params.devices = noDevices.data();
    params.n_gpu_layers = 0;
    const llama_model_ptr loaded(llama_model_load_from_file(toUtf8(model).c_str(), params));
    if (!loaded)
        return gaveUp("The engine cannot load the model.");
    const auto vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(loaded.get()));
    if (std::any_of(tokens.begin(), tokens.end(),
                    [=](auto token) { return token < 0 || token >= vocabulary; }))
        return fail(ErrorKind::InvalidArgument, "The model has no such tokens.");
    const llama_context_ptr context(llama_init_from_model(loaded.get(), contextParams(contextTokens)));
    if (!adapter.empty() && (!context || !addAdapter(*loaded, *context, adapter)))
        return gaveUp("The engine cannot load the adapter.");
    const Batch batch(tokens);
    if (!context || llama_decode(context.get(), batch.batch) != 0)
        return gaveUp("The engine cannot evaluate the tokens.");
    std::vector<float> all;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const float *logits = llama_get_logits_ith(context.get(), static_cast<std::int32_t>(i));
        all.insert(all.end(), logits, logits + vocabulary);
    }
    return all;
}

} // namespace snug::llama
