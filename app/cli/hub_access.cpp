// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/hub_access.h"

#include "core/model/name_hint.h"

#include <fmt/chrono.h>

#include <chrono>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

template <class T> json orNull(const std::optional<T> &value)
{
    return value ? json(*value) : json();
}

std::string_view gateName(hub::Gate gate)
{
    switch (gate) {
    case hub::Gate::Open:
        return "no";
    case hub::Gate::Automatic:
        return "auto";
    case hub::Gate::Manual:
        return "manual";
    }
    return "no";
}

std::optional<std::int64_t> parametersOf(const hub::ModelRow &model)
{
    if (model.gguf && model.gguf->parameters)
        return model.gguf->parameters;
    if (model.safetensors && model.safetensors->parameters)
        return model.safetensors->parameters;
    return parametersInName(model.id.name());
}

} // namespace

Result<HubAccess> openHub()
{
    SNUG_TRY(hub::Environment environment, hub::readEnvironment(&hub::processVariable));
    hub::ClientOptions options{environment.endpoint, std::nullopt};
    options.offline = environment.offline;
    options.userAgent = "snug/" SNUG_VERSION;
    if (environment.sendToken) {
        SNUG_TRY(auto found, hub::findToken(&hub::processVariable, environment));
        if (found)
            options.token = std::move(found->token);
    }
    return HubAccess{std::move(environment), hub::Client(std::move(options))};
}

download::Source sourceAt(const HubAccess &hub, hub::Location location)
{
    auto headers = hub.client.headersFor(location);
    download::Source source{std::move(location.url), std::move(headers), std::move(location.etag),
                            location.bytes.value_or(download::kUnknown), std::move(location.commit)};
    if (location.expires)
        source.lifetime =
            *location.expires - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return source;
}

json modelJson(const hub::ModelRow &model)
{
    json told = {{"id", model.id.text()},
                 {"gated", gateName(model.gate)},
                 {"private", model.isPrivate},
                 {"disabled", model.disabled},
                 {"downloads", orNull(model.downloads)},
                 {"likes", orNull(model.likes)},
                 {"pipeline", orNull(model.pipeline)},
                 {"license", orNull(model.license)},
                 {"tags", model.tags},
                 {"parameters", orNull(parametersOf(model))},
                 {"architecture", model.gguf ? orNull(model.gguf->architecture) : json()},
                 {"context_length", model.gguf ? orNull(model.gguf->contextLength) : json()},
                 {"last_modified", json()}};
    if (model.lastModified)
        told["last_modified"] =
            fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(model.lastModified->time_since_epoch().count()));
    return told;
}

} // namespace snug::cli
