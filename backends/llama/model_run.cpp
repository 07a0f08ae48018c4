// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/model_run.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/engine_params.h"
#include "backends/llama/layer_placement.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/memory_breakdown.h"

#include <algorithm>
#include <chrono>
#include <common.h>
#include <llama-cpp.h>
#include <optional>
#include <random>

namespace snug::llama {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

tl::unexpected<Error> cancelled()
{
    return fail(ErrorKind::Cancelled, "Cancelled.");
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// One loaded model that computes tokens.
class Runner {
public:
    Runner(llama_model &model, llama_context &context, const std::stop_token &stop)
        : m_context(context)
        , m_stop(stop)
        , m_batch(llama_n_batch(&context))
        , m_tokens(std::max(1, llama_vocab_n_tokens(llama_model_get_vocab(&model))))
    {
    }

    // Seconds to read `count` tokens into an empty context.
    std::optional<double> prompt(int count)
    {
        llama_memory_clear(llama_get_memory(&m_context), true);
        std::vector<llama_token> tokens(static_cast<std::size_t>(count));
        for (llama_token &token : tokens)
            token = any();
        const auto start = Clock::now();
        for (int at = 0; at < count; at += static_cast<int>(m_batch)) {
            const int size = std::min(count - at, static_cast<int>(m_batch));
            if (m_stop.stop_requested() || !decode(llama_batch_get_one(tokens.data() + at, size)))
                return std::nullopt;
        }
        llama_synchronize(&m_context);
        return secondsSince(start);
    }

    // Seconds to go on with `count` tokens, one after the other.
    std::optional<double> generate(int count)
    {
        const auto start = Clock::now();
        for (int i = 0; i < count; ++i) {
            llama_token token = any();
            if (m_stop.stop_requested() || !decode(llama_batch_get_one(&token, 1)))
                return std::nullopt;
            llama_synchronize(&m_context);
        }
        return secondsSince(start);
    }

private:
    llama_token any() { return std::uniform_int_distribution<llama_token>(0, m_tokens - 1)(m_random); }
    bool decode(llama_batch batch) { return llama_decode(&m_context, batch) == 0; }

    llama_context &m_context;
    const std::stop_token &m_stop;
    std::uint32_t m_batch;
    llama_token m_tokens;
    std::minstd_rand m_random{1};
};

bool goesOn(float, void *stop)
{
    return !static_cast<const std::stop_token *>(stop)->stop_requested();
}

// Only the processor's backend asks; others end with their batch.
bool isStopped(void *stop)
{
    return static_cast<const std::stop_token *>(stop)->stop_requested();
}

fit::Allocation allocationOf(const llama_context &context, const llama_model &model,
                             const LayerPlacement &placement)
{
    fit::Allocation allocation;
    allocation.memory = memoryOf(context, model);
    allocation.buffers = buffersOf(context);
    allocation.layers = llama_model_n_layer(&model) + llama_model_n_layer_nextn(&model);
    placement.writeTo(allocation);
    allocation.contextTokens = llama_n_ctx_seq(&context);
    allocation.trainingContext = llama_model_n_ctx_train(&model);
    return allocation;
}

Result<void> measure(Runner &runner, const RunRequest &request, RunReport &report, const ProgressFn &progress)
{
    std::vector<double> firsts;
    for (int round = 0; round <= request.rounds; ++round) {
        progress({"running", round, request.rounds + 1, Unit::Items});
        const auto prompt = runner.prompt(std::max(1, request.promptTokens));
        const auto generation = prompt ? runner.generate(request.generatedTokens) : std::nullopt;
        if (!generation)
            return fail(ErrorKind::Device, "The engine gave up while computing.",
                        {{"log", recentEngineErrors()}}, "Use fewer layers on the GPU.");
        if (round == 0)
            continue;
        firsts.push_back(*prompt);
        if (request.promptTokens > 0)
            report.promptSpeeds.push_back(request.promptTokens / *prompt);
        if (request.generatedTokens > 0)
            report.generationSpeeds.push_back(request.generatedTokens / *generation);
    }
    report.firstTokenSeconds = median(firsts);
    progress({"running", request.rounds + 1, request.rounds + 1, Unit::Items});
    return {};
}

} // namespace

Result<RunReport> runModel(const RunRequest &request, const ProgressFn &progress, const std::stop_token &stop)
{
    SNUG_TRY(common_params params, engineParams(request.load));
    params.warmup = false;
    auto modelParams = common_model_params_to_llama(params);
    auto stopping = stop;
    modelParams.progress_callback = goesOn;
    modelParams.progress_callback_user_data = &stopping;
    forgetEngineErrors();
    const LayerPlacement placement;
    progress({"loading", 0, -1, Unit::Items});
    const llama_model_ptr model(llama_model_load_from_file(params.model.path.c_str(), modelParams));
    if (stop.stop_requested())
        return cancelled();
    if (!model)
        return tl::make_unexpected(loadFailure());
    const llama_context_ptr context(
        llama_init_from_model(model.get(), common_context_params_to_llama(params)));
    if (!context)
        return tl::make_unexpected(loadFailure());
    llama_set_abort_callback(context.get(), isStopped, &stopping);

    RunReport report;
    report.threads = params.cpuparams.n_threads;
    report.allocation = allocationOf(*context, *model, placement);
    Runner runner(*model, *context, stop);
    auto measured = measure(runner, request, report, progress);
    if (stop.stop_requested())
        return cancelled();
    if (!measured)
        return tl::make_unexpected(std::move(measured).error());
    return report;
}

} // namespace snug::llama
