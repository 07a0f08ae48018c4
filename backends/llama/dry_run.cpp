// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_run.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/engine_params.h"
#include "backends/llama/layer_placement.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/memory_breakdown.h"

#include <common.h>
#include <llama-cpp.h>
#include <utility>

namespace snug::llama {
namespace {

enum class Mode { Dry, Real };

bool sameModel(const fit::LoadRequest &a, const fit::LoadRequest &b)
{
    // Without a GPU's layers, the GPU is not even looked at; see engineParams.
    return a.model == b.model && a.gpuLayers == b.gpuLayers && a.cpuExpertLayers == b.cpuExpertLayers &&
           a.device == b.device;
}

} // namespace

struct LoadedModel {
    fit::LoadRequest request;
    LayerPlacement placement;
    llama_model_ptr model;

    [[nodiscard]] Result<void> load(Mode mode);
    [[nodiscard]] Result<fit::Allocation> measure(const fit::LoadRequest &asked) const;
};

Result<void> LoadedModel::load(Mode mode)
{
    SNUG_TRY(common_params params, engineParams(request));
    auto modelParams = common_model_params_to_llama(params);
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

Result<fit::Allocation> LoadedModel::measure(const fit::LoadRequest &asked) const
{
    SNUG_TRY(const common_params params, engineParams(asked));
    forgetEngineErrors();
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

DryRun::DryRun() = default;
DryRun::~DryRun() = default;

Result<fit::Allocation> DryRun::operator()(const fit::LoadRequest &request)
{
    if (!m_loaded || !sameModel(m_loaded->request, request)) {
        m_loaded.reset();
        auto fresh = std::make_unique<LoadedModel>();
        fresh->request = request;
        SNUG_CHECK(fresh->load(Mode::Dry));
        m_loaded = std::move(fresh);
    }
    return m_loaded->measure(request);
}

Result<fit::Allocation> dryRun(const fit::LoadRequest &request)
{
    return DryRun()(request);
}

Result<fit::Allocation> realRun(const fit::LoadRequest &request)
{
    LoadedModel real;
    real.request = request;
    SNUG_CHECK(real.load(Mode::Real));
    return real.measure(request);
}

} // namespace snug::llama
