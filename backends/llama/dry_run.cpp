// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/dry_run.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/memory_breakdown.h"
#include "core/base/paths.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/sparse_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <common.h>
#include <llama-cpp.h>
#include <random>
#include <system_error>
#include <utility>

namespace snug::llama {
namespace {

tl::unexpected<Error> engineRefused(std::string_view step)
{
    if (engineRanOutOfMemory())
        return fail(ErrorKind::OutOfMemory, "There is not enough memory to load this model.",
                    {{"log", recentEngineErrors()}}, "Choose a smaller level or a shorter context.");
    return fail(ErrorKind::Unsupported, fmt::format("The engine cannot {} this model.", step),
                {{"log", recentEngineErrors()}}, "The details hold the engine's own words.");
}

Result<Allocation> measure(const LoadRequest &request, bool allocate)
{
    SNUG_TRY(common_params params, engineParams(request));
    auto modelParams = common_model_params_to_llama(params);
    if (!allocate) {
        modelParams.no_alloc = true;
        modelParams.load_mode = LLAMA_LOAD_MODE_NONE;
    }
    const llama_model_ptr model(llama_model_load_from_file(params.model.path.c_str(), modelParams));
    if (!model)
        return engineRefused("load");
    const llama_context_ptr context(
        llama_init_from_model(model.get(), common_context_params_to_llama(params)));
    if (!context)
        return engineRefused("make room for a conversation with");

    Allocation allocation;
    allocation.memory = memoryOf(*context, *model);
    allocation.layers = llama_model_n_layer(model.get());
    const bool anyGpu = allocation.memory.size() > 1;
    allocation.gpuLayers = anyGpu ? std::min(params.n_gpu_layers, allocation.layers) : 0;
    allocation.contextTokens = llama_n_ctx(context.get());
    allocation.trainingContext = llama_model_n_ctx_train(model.get());
    return allocation;
}

} // namespace

Result<Allocation> dryRun(const LoadRequest &request)
{
    return measure(request, false);
}

Result<Allocation> realRun(const LoadRequest &request)
{
    return measure(request, true);
}

HeaderCopy::HeaderCopy(std::filesystem::path path) : m_path(std::move(path)) {}

HeaderCopy::HeaderCopy(HeaderCopy &&other) noexcept : m_path(std::exchange(other.m_path, {})) {}

HeaderCopy::~HeaderCopy()
{
    std::error_code ignored;
    if (!m_path.empty())
        std::filesystem::remove(m_path, ignored);
}

Result<HeaderCopy> HeaderCopy::make(const std::filesystem::path &model)
{
    SNUG_TRY(auto reader, gguf::FileReader::open(model));
    SNUG_TRY(const auto header, gguf::readHeader(*reader));
    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error);
    if (error)
        return fail(ErrorKind::Io, "There is no folder for temporary files: " + error.message());
    std::random_device random;
    HeaderCopy copy(folder / fmt::format("snug-header-{:08x}{:08x}.gguf", random(), random()));
    SNUG_TRY([[maybe_unused]] const auto done,
             gguf::writeSparseCopy(*reader, header, copy.path()).map([] { return true; }));
    return copy;
}

} // namespace snug::llama
