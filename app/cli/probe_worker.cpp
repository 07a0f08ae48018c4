// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/probe_worker.h"

#include "app/cli/terminal_text.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "core/http/reachable.h"

#include <fmt/format.h>

#include <chrono>

namespace snug::cli {

void ProbeWorkerVerb::define(CLI::App &app)
{
    app.add_option("worker", m_worker, "host:port")->required();
}

Result<nlohmann::json> ProbeWorkerVerb::run(const VerbContext &)
{
    constexpr std::chrono::milliseconds kPatience(3000);
    llama::installEngineLog(llama::EngineNoise::All);
    SNUG_CHECK(http::checkReachable(m_worker, kPatience));
    SNUG_TRY(const auto devices, llama::probeWorker(m_worker));
    auto list = nlohmann::json::array();
    for (const auto &device : devices)
        list.push_back(fit::toJson(device));
    return nlohmann::json{{"devices", std::move(list)}};
}

void ProbeWorkerVerb::print(const nlohmann::json &result, const VerbContext &) const
{
    for (const auto &device : result["devices"])
        fmt::print("{}\n", terminalLine(device["id"].get<std::string>()));
}

} // namespace snug::cli
