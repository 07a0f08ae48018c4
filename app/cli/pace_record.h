// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "backends/llama/request_pace.h"
#include "backends/llama/server.h"
#include "core/fit/load_request.h"

#include <span>

namespace snug::cli {

// What `serve` and `chat` do once a model is loaded: remembers how long that took, and what each GPU holds
// beyond the engine's buffers, so that the next forecast is nearer. `devices`: those of llama::loadDevices().
// What cannot be written is a warning in the log, here and below.
void rememberLoad(const VerbContext &context, std::span<const fit::Device> devices,
                  const llama::ServerReady &ready);

// What they do at their end: remembers how fast the engine really was, prompts and generation each by the
// middle one of its requests. Nothing of requests that are too short to tell, or if several conversations
// shared the engine.
void rememberPace(const VerbContext &context, std::span<const fit::Device> devices,
                  const fit::LoadRequest &request, const llama::ServerReady &ready,
                  std::span<const llama::RequestPace> paces);

} // namespace snug::cli
