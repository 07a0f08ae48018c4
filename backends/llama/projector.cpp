// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/projector.h"

#include "core/base/paths.h"
#include "core/fit/fit_search.h"

#include <fmt/format.h>

#include <ggml-backend.h>
#include <mtmd.h>

namespace snug::llama {
namespace {

using Usage = std::map<std::string, std::int64_t>;

// Empty if the engine refuses the file. nullptr: on the CPU.
Usage usageOn(ggml_backend_dev_t gpu, const std::filesystem::path &projector)
{
    mtmd_context_params params = mtmd_context_params_default();
    params.use_gpu = gpu != nullptr;
    params.device = gpu;
    params.print_timings = false;
    Usage usage;
    for (const auto &[device, bytes] : mtmd_get_memory_usage(toUtf8(projector).c_str(), params)) {
        const bool isHost = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
        usage[isHost ? "CPU" : ggml_backend_dev_name(device)] += static_cast<std::int64_t>(bytes);
    }
    return usage;
}

tl::unexpected<Error> refused()
{
    return fail(ErrorKind::Unsupported, "The engine cannot use this projector.", {},
                "It may be damaged, or made for a newer engine.");
}

bool hasRoom(ggml_backend_dev_t gpu, std::int64_t bytes)
{
    std::size_t free = 0;
    std::size_t total = 0;
    ggml_backend_dev_memory(gpu, &free, &total);
    return bytes + fit::kGpuMarginBytes <= static_cast<std::int64_t>(free);
}

} // namespace

Result<ProjectorMemory> measureProjector(const std::filesystem::path &projector, const std::string &device)
{
    ggml_backend_dev_t gpu = ggml_backend_dev_by_name(device.c_str());
    if (gpu != nullptr && ggml_backend_dev_type(gpu) == GGML_BACKEND_DEVICE_TYPE_CPU)
        gpu = nullptr;
    // Main memory that nobody writes to costs nothing.
    const Usage onHost = usageOn(nullptr, projector);
    if (onHost.empty())
        return refused();
    if (gpu == nullptr)
        return ProjectorMemory{onHost, {}};
    std::int64_t together = 0;
    for (const auto &[name, bytes] : onHost)
        together += bytes;
    if (!hasRoom(gpu, together))
        return ProjectorMemory{
            {{device, together}},
            {fmt::format("{} has no room to measure the projector; its compute buffer is that of the CPU.",
                         device)}};
    const Usage onGpu = usageOn(gpu, projector);
    return onGpu.empty() ? refused() : Result<ProjectorMemory>(ProjectorMemory{onGpu, {}});
}

} // namespace snug::llama
