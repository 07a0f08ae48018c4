// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/probe_plugin.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <cstdio>

namespace snug::cli {

void ProbePluginVerb::define(CLI::App &app)
{
    app.add_option("files", m_files, "The plugin's library; several are its variants for other processors")
        ->required();
}

Result<nlohmann::json> ProbePluginVerb::run(const VerbContext &)
{
    llama::installEngineLog(llama::EngineNoise::All);
    llama::Plugin plugin;
    for (const std::string &file : m_files)
        plugin.files.push_back(fromUtf8(file));
    plugin.backend = llama::backendOfPlugin(toUtf8(plugin.files.front().filename())).value_or("");
    SNUG_TRY(const auto devices, llama::probePlugin(plugin));
    auto list = nlohmann::json::array();
    for (const auto &device : devices)
        list.push_back(fit::toJson(device));
    return nlohmann::json{{"devices", std::move(list)}};
}

void ProbePluginVerb::print(const nlohmann::json &result, const VerbContext &) const
{
    for (const auto &device : result["devices"])
        fmt::print("{}\n", device["name"].get<std::string>());
}

} // namespace snug::cli
