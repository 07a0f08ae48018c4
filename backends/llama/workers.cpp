// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/workers.h"

#include "backends/llama/engine_params.h"
#include "core/http/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <ggml-backend.h>

namespace snug::llama {
namespace {

constexpr const char *kPlugin = "RPC";

// As ggml-rpc.h declares them; the plugin is loaded at run time.
using AddServer = ggml_backend_reg_t (*)(const char *endpoint);
using StartServer = void (*)(const char *endpoint, const char *cacheFolder, size_t threads, size_t count,
                             ggml_backend_dev_t *devices);

template <class Function> Result<Function> pluginFunction(const char *name)
{
    ggml_backend_reg_t plugin = ggml_backend_reg_by_name(kPlugin);
    void *const function = plugin == nullptr ? nullptr : ggml_backend_reg_get_proc_address(plugin, name);
    if (function == nullptr)
        return fail(ErrorKind::Unsupported, "This build has no RPC plugin, which workers need.", {},
                    "Build Snug with -DSNUG_RPC=ON.");
    return reinterpret_cast<Function>(function);
}

Result<std::string> workerAddress(std::string_view text)
{
    const auto url = http::Url::parse("http://" + std::string(text));
    const std::size_t colon = text.rfind(':');
    const bool hasPort = colon != text.npos && colon + 1 < text.size() &&
                         text.find_first_not_of("0123456789", colon + 1) == text.npos;
    if (!url || !hasPort || text.find_first_of("/?#@") != text.npos)
        return fail(ErrorKind::InvalidArgument, fmt::format("\"{}\" is no worker's address.", text), {},
                    "A worker's address looks like 192.168.1.20:50052.");
    return std::string(text);
}

bool isCard(ggml_backend_dev_t device)
{
    const auto type = ggml_backend_dev_type(device);
    return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

std::vector<ggml_backend_dev_t> usualDevices()
{
    std::vector<ggml_backend_dev_t> devices;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        if (isCard(ggml_backend_dev_get(i)))
            devices.push_back(ggml_backend_dev_get(i));
    }
    if (devices.empty())
        devices.push_back(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
    return devices;
}

} // namespace

Result<std::vector<std::string>> parseWorkers(std::string_view list)
{
    std::vector<std::string> workers;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view entry = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        while (entry.starts_with(' '))
            entry.remove_prefix(1);
        while (entry.ends_with(' '))
            entry.remove_suffix(1);
        if (entry.empty())
            continue;
        SNUG_TRY(std::string worker, workerAddress(entry));
        if (std::find(workers.begin(), workers.end(), worker) == workers.end())
            workers.push_back(std::move(worker));
        if (workers.size() > kMostWorkers)
            return fail(ErrorKind::TooLarge, "There are more workers than the engine takes.",
                        {{"limit", static_cast<std::int64_t>(kMostWorkers)}});
    }
    return workers;
}

Result<void> addWorker(const std::string &worker)
{
    SNUG_TRY(const AddServer add, pluginFunction<AddServer>("ggml_backend_rpc_add_server"));
    ggml_backend_reg_t devices = add(worker.c_str());
    if (devices == nullptr)
        return fail(ErrorKind::Device, fmt::format("The worker {} lends no device.", worker));
    ggml_backend_register(devices);
    return {};
}

Result<void> lendDevices(const std::string &address, const std::vector<std::string> &ids, int threads)
{
    SNUG_TRY(const StartServer start, pluginFunction<StartServer>("ggml_backend_rpc_start_server"));
    std::vector<ggml_backend_dev_t> devices;
    for (const std::string &id : ids) {
        ggml_backend_dev_t device = ggml_backend_dev_by_name(id.c_str());
        if (device == nullptr)
            return fail(ErrorKind::NotFound, fmt::format("There is no device {}.", id), {},
                        "snug-cli devices lists them.");
        devices.push_back(device);
    }
    if (devices.empty())
        devices = usualDevices();
    start(address.c_str(), nullptr, static_cast<size_t>(usualThreads(threads)), devices.size(),
          devices.data());
    return fail(ErrorKind::Io, fmt::format("{} cannot be listened at.", address), {},
                "Choose another port, or an address of this machine.");
}

} // namespace snug::llama
