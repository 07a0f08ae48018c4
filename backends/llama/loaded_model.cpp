// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/loaded_model.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/memory_breakdown.h"

#include <common.h>

namespace snug::llama {

Result<void> LoadedModel::load(const common_params &params, Mode mode)
{
    common_params own = params;
    auto modelParams = common_model_params_to_llama(own);
    modelParams.no_alloc = mode == Mode::Dry;
    // Mapped weights would be counted by the pages that they lie in, not by their buffers.
    modelParams.load_mode = LLAMA_LOAD_MODE_NONE;
    forgetEngineErrors();
    model.reset(llama_model_load_from_file(params.model.path.c_str(), modelParams));
    placement.finish();
    if (!model)
        return tl::make_unexpected(loadFailure());
    return {};
}

Result<Measured> LoadedModel::measure(const common_params &params, ContextUse use) const
{
    auto contextParams = common_context_params_to_llama(params);
    // As common_speculative_init_from_params does for the server.
    if (use == ContextUse::Guessing) {
        contextParams.ctx_type = LLAMA_CONTEXT_TYPE_MTP;
        contextParams.n_rs_seq = 0;
    }
    forgetEngineErrors();
    const llama_context_ptr context(llama_init_from_model(model.get(), contextParams));
    if (!context)
        return tl::make_unexpected(loadFailure());
    Measured measured;
    fit::Allocation &allocation = measured.allocation;
    allocation.memory = memoryOf(*context, *model);
    allocation.buffers = buffersOf(*context);
    allocation.layers = llama_model_n_layer(model.get()) + llama_model_n_layer_nextn(model.get());
    placement.writeTo(allocation);
    allocation.contextTokens = llama_n_ctx_seq(context.get());
    allocation.trainingContext = llama_model_n_ctx_train(model.get());
    measured.contextTogether = llama_n_ctx(context.get());
    return measured;
}

} // namespace snug::llama
