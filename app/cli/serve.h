// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/serve_options.h"
#include "app/cli/verb.h"
#include "backends/llama/server.h"
#include "core/chat/template_report.h"

#include <stop_token>
#include <string>

namespace snug::cli {

// The key from SNUG_API_KEY, which is then removed from the environment; a fresh random one if there is none.
struct ApiKey {
    std::string text;
    bool generated = false;
};
[[nodiscard]] ApiKey takeApiKey();

// Asks a child, which the engine may end.
[[nodiscard]] llama::ProjectorProbe usableProjectors(const std::stop_token &stop);

// The fields of the `ready` event.
[[nodiscard]] nlohmann::json readyFields(const llama::ServerReady &ready, const fit::LoadRequest &request,
                                         const chat::TemplateReport &chatTemplate);

// Runs a model as an OpenAI-compatible server on loopback until it is stopped.
class ServeVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    ServeOptions m_options;
    int m_port = 0;
};

} // namespace snug::cli
