// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_run.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/layer_placement.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/memory_breakdown.h"

#include <common.h>
#include <llama-cpp.h>

namespace snug::llama {
namespace {

enum class Mode { Dry, Real };

Result<fit::Allocation> measure(const fit::LoadRequest &request, Mode mode)
{
    SNUG_TRY(common_params params, engineParams(request));
    auto modelParams = common_model_params_to_llama(params);
    if (mode == Mode::Dry)
        modelParams.no_alloc = true;
    // Mapped weights would be counted by the pages that they lie in, not by their buffers.
    modelParams.load_mode = LLAMA_LOAD_MODE_NONE;

    forgetEngineErrors();
    const LayerPlacement placement;
    const llama_model_ptr model(llama_model_load_from_file(params.model.path.c_str(), modelParams));
    if (!model)
        return tl::make_unexpected(loadFailure());
    const llama_context_ptr context(
        llama_init_from_model(model.get(), common_context_params_to_llama(params)));
    if (!context)
        return tl::make_unexpected(loadFailure());

    fit::Allocation allocation;
    allocation.memory = memoryOf(*context, *model);
    allocation.buffers = buffersOf(*context);
    allocation.layers = llama_model_n_layer(model.get()) + llama_model_n_layer_nextn(model.get());
    placement.writeTo(allocation);
    allocation.contextTokens = llama_n_ctx_seq(context.get());
    allocation.trainingContext = llama_model_n_ctx_train(model.get());
    return allocation;
}

} // namespace

Result<fit::Allocation> dryRun(const fit::LoadRequest &request)
{
    return measure(request, Mode::Dry);
}

Result<fit::Allocation> realRun(const fit::LoadRequest &request)
{
    return measure(request, Mode::Real);
}

} // namespace snug::llama
