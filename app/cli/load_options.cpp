// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/load_options.h"

#include "core/base/paths.h"
#include "core/fit/request_check.h"

#include <charconv>

namespace snug::cli {
namespace {

// "auto" is -1; "all" is more than any model has.
Result<int> layers(const std::string &text)
{
    if (text == "auto")
        return -1;
    if (text == "all")
        return fit::kMostLayers;
    int number = 0;
    const auto end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc() || stop != end || number < 0 || number > fit::kMostLayers)
        return fail(ErrorKind::InvalidArgument, "--gpu-layers takes a number, auto or all.");
    return number;
}

} // namespace

void LoadOptions::define(CLI::App &app, const std::string &modelHelp, const std::string &deviceHelp)
{
    app.add_option("model", m_model, modelHelp)->required();
    app.add_option("--ctx", m_context, "Context in tokens")
        ->check(CLI::Range(std::int64_t{1}, fit::kMostContext));
    app.add_option("--kv-type", m_kvType, "Type of the KV cache")->check(CLI::IsMember(fit::kvTypeNames()));
    app.add_option("--kv-type-v", m_kvTypeV, "Type of its values, if it is another")
        ->check(CLI::IsMember(fit::kvTypeNames()));
    app.add_option("--flash-attn", m_flashAttention, "Attention in one step: auto, on or off")
        ->check(CLI::IsMember(fit::flashAttentionNames()));
    app.add_option("--gpu-layers", m_gpuLayers, "Layers on the GPU: a number, auto (as many as fit) or all");
    app.add_option("--cpu-moe", m_cpuExpertLayers,
                   "Layers, from the first on, whose experts stay in main memory")
        ->check(CLI::Range(0, fit::kMostLayers));
    app.add_option("--parallel", m_parallel, "Conversations at once")
        ->check(CLI::Range(1, fit::kMostParallel));
    app.add_option("--threads", m_threads, "Threads, 0: one for each core")
        ->check(CLI::Range(0, fit::kMostThreads));
    app.add_option("--device", m_device, deviceHelp);
}

Result<fit::LoadRequest> LoadOptions::request() const
{
    SNUG_TRY(const int gpuLayers, layers(m_gpuLayers));
    fit::LoadRequest request;
    request.model = fromUtf8(m_model);
    request.contextTokens = m_context;
    request.kvType = m_kvType;
    request.kvTypeV = m_kvTypeV;
    request.flashAttention = fit::flashAttentionFromName(m_flashAttention);
    request.gpuLayers = gpuLayers;
    request.cpuExpertLayers = m_cpuExpertLayers;
    request.parallel = m_parallel;
    request.threads = m_threads;
    request.device = m_device;
    SNUG_CHECK(fit::checkRequest(request));
    return request;
}

} // namespace snug::cli
