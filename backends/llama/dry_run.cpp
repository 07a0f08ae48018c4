// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_run.h"

#include "backends/llama/adapter_memory.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/engine_params.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/loaded_model.h"
#include "core/base/paths.h"
#include "core/gguf/reader.h"

#include <algorithm>
#include <common.h>
#include <llama-cpp.h>
#include <map>
#include <utility>

namespace snug::llama {
namespace {

bool sameModel(const fit::LoadRequest &a, const fit::LoadRequest &b)
{
    // Without a GPU's layers, the GPU is not even looked at; see engineParams.
    return a.model == b.model && a.gpuLayers == b.gpuLayers && a.cpuExpertLayers == b.cpuExpertLayers &&
           a.device == b.device && a.draftsItself() == b.draftsItself();
}

// All layers of a draft go to the GPU, if one is used at all.
bool sameDraft(const fit::LoadRequest &a, const fit::LoadRequest &b)
{
    return a.draft == b.draft && (a.gpuLayers == 0) == (b.gpuLayers == 0) && a.device == b.device;
}

fit::DeviceMemory &entryOf(const std::string &device, fit::Allocation &allocation)
{
    const auto found = std::find_if(allocation.memory.begin(), allocation.memory.end(),
                                    [&](const auto &memory) { return memory.device == device; });
    return found == allocation.memory.end() ? allocation.memory.front() : *found;
}

void addDraftOf(const fit::Allocation &draft, fit::Allocation &allocation)
{
    for (const fit::DeviceMemory &memory : draft.memory)
        entryOf(memory.device, allocation).draft += memory.weights + memory.kvCache + memory.compute;
}

// The context that a model guesses in; the weights are the model's.
Result<void> addOwnDraft(const LoadedModel &model, const common_params &draft, fit::Allocation &allocation)
{
    SNUG_TRY(Measured measured, model.measure(draft, ContextUse::Guessing));
    for (fit::DeviceMemory &memory : measured.allocation.memory)
        memory.weights = 0;
    addDraftOf(measured.allocation, allocation);
    return {};
}

} // namespace

struct DryRun::Warm {
    std::unique_ptr<LoadedModel> model;
    std::unique_ptr<LoadedModel> draft;
    fit::LoadRequest modelRequest;
    fit::LoadRequest draftRequest;
    std::map<std::filesystem::path, gguf::Header> adapters;
    std::map<std::pair<std::filesystem::path, std::string>, ProjectorMemory> projectors;
};

DryRun::DryRun(ProjectorProbe projectors)
    : m_projectors(std::move(projectors)), m_warm(std::make_unique<Warm>())
{
}

DryRun::~DryRun() = default;

void DryRun::forget()
{
    m_warm->draft.reset();
    m_warm->adapters.clear();
    m_warm->projectors.clear();
}

Result<fit::Allocation> DryRun::operator()(const fit::LoadRequest &request)
{
    SNUG_TRY(const common_params params, engineParams(request));
    if (!m_warm->model || !sameModel(m_warm->modelRequest, request)) {
        m_warm->model.reset();
        auto fresh = std::make_unique<LoadedModel>();
        SNUG_CHECK(fresh->load(params, Mode::Dry));
        m_warm->model = std::move(fresh);
        m_warm->modelRequest = request;
    }
    SNUG_TRY(Measured measured, m_warm->model->measure(params));
    SNUG_CHECK(addAdapters(request, measured.allocation));
    SNUG_CHECK(addDraft(request, measured.contextTogether, measured.allocation));
    SNUG_CHECK(addProjector(request, measured.allocation));
    return std::move(measured.allocation);
}

Result<void> DryRun::addAdapters(const fit::LoadRequest &request, fit::Allocation &allocation)
{
    for (const auto &path : request.loras) {
        auto known = m_warm->adapters.find(path);
        if (known == m_warm->adapters.end()) {
            SNUG_TRY(const auto reader, gguf::FileReader::open(path));
            SNUG_TRY(auto header, gguf::readHeader(*reader));
            known = m_warm->adapters.emplace(path, std::move(header)).first;
        }
        addAdapter(known->second, request, m_warm->model->placement, allocation);
    }
    return {};
}

Result<void> DryRun::addDraft(const fit::LoadRequest &request, std::uint32_t contextTogether,
                              fit::Allocation &allocation)
{
    if (request.draft.empty()) {
        m_warm->draft.reset();
        return {};
    }
    SNUG_TRY(const common_params params, draftParams(request, contextTogether));
    if (request.draftsItself()) {
        m_warm->draft.reset();
        return addOwnDraft(*m_warm->model, params, allocation);
    }
    if (!m_warm->draft || !sameDraft(m_warm->draftRequest, request)) {
        m_warm->draft.reset();
        auto fresh = std::make_unique<LoadedModel>();
        SNUG_CHECK(fresh->load(params, Mode::Dry));
        m_warm->draft = std::move(fresh);
        m_warm->draftRequest = request;
    }
    SNUG_TRY(const Measured measured, m_warm->draft->measure(params));
    addDraftOf(measured.allocation, allocation);
    return {};
}

// With layers on a GPU, the first one works on pictures too.
Result<void> DryRun::addProjector(const fit::LoadRequest &request, fit::Allocation &allocation)
{
    if (request.projector.empty())
        return {};
    const auto &memory = allocation.memory;
    const std::string device = memory[allocation.gpuLayers > 0 && memory.size() > 1 ? 1 : 0].device;
    const auto key = std::pair(request.projector, device);
    auto known = m_warm->projectors.find(key);
    if (known == m_warm->projectors.end()) {
        SNUG_TRY(auto fresh, m_projectors(request.projector, device));
        known = m_warm->projectors.emplace(key, std::move(fresh)).first;
    }
    const ProjectorMemory &projector = known->second;
    for (const auto &[name, bytes] : projector.bytes)
        entryOf(name, allocation).projector += bytes;
    allocation.notes.insert(allocation.notes.end(), projector.notes.begin(), projector.notes.end());
    return {};
}

Result<fit::Allocation> dryRun(const fit::LoadRequest &request)
{
    return DryRun()(request);
}

Result<fit::Allocation> realRun(const fit::LoadRequest &request)
{
    SNUG_TRY(const common_params params, engineParams(request));
    LoadedModel real;
    SNUG_CHECK(real.load(params, Mode::Real));
    SNUG_TRY(Measured measured, real.measure(params));
    for (const auto &path : request.loras) {
        forgetEngineErrors();
        const llama_adapter_lora_ptr adapter(llama_adapter_lora_init(real.model.get(), toUtf8(path).c_str()));
        if (!adapter)
            return tl::make_unexpected(loadFailure());
        addAdapter(*adapter, measured.allocation);
    }
    if (request.draft.empty())
        return std::move(measured.allocation);
    SNUG_TRY(const common_params draft, draftParams(request, measured.contextTogether));
    if (request.draftsItself()) {
        SNUG_CHECK(addOwnDraft(real, draft, measured.allocation));
    } else {
        LoadedModel second;
        SNUG_CHECK(second.load(draft, Mode::Real));
        SNUG_TRY(const Measured beside, second.measure(draft));
        addDraftOf(beside.allocation, measured.allocation);
    }
    return std::move(measured.allocation);
}

} // namespace snug::llama
