// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/used_gpus.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::fit {
namespace {

bool sameCard(const Device &a, const Device &b)
{
    return !a.busId.empty() && a.busId == b.busId;
}

void addOnce(std::vector<const Device *> &gpus, const Device &device)
{
    if (std::none_of(gpus.begin(), gpus.end(),
                     [&device](const Device *gpu) { return sameCard(*gpu, device); }))
        gpus.push_back(&device);
}

} // namespace

Result<std::vector<const Device *>> usedGpus(std::span<const Device> machine, const LoadRequest &request)
{
    std::vector<const Device *> gpus;
    if (!request.device.empty()) {
        const auto named = std::find_if(machine.begin(), machine.end(), [&request](const Device &device) {
            return device.id == request.device;
        });
        if (named == machine.end())
            return fail(ErrorKind::NotFound, fmt::format("There is no device {}.", request.device), {},
                        "snug-cli devices lists them.");
        if (request.gpuLayers != 0 && (named->kind == "gpu" || named->kind == "igpu"))
            gpus.push_back(&*named);
        return gpus;
    }
    if (request.gpuLayers == 0)
        return gpus;
    for (const Device &device : machine) {
        if (device.kind == "gpu" && !device.software)
            addOnce(gpus, device);
    }
    std::stable_partition(gpus.begin(), gpus.end(), [](const Device *gpu) { return gpu->backend == "RPC"; });
    if (std::any_of(gpus.begin(), gpus.end(), [](const Device *gpu) { return gpu->backend != "RPC"; }))
        return gpus;
    const Device *first = nullptr;
    for (const Device &device : machine) {
        if (device.kind != "igpu" || device.software)
            continue;
        if (first == nullptr)
            first = &device;
        if (device.backend == first->backend)
            gpus.push_back(&device);
    }
    return gpus;
}

} // namespace snug::fit
