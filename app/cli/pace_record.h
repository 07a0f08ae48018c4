// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "backends/llama/server.h"
#include "core/fit/load_request.h"

#include <span>

namespace snug::cli {

// What `serve` and `chat` do at their end: remembers how fast the engine really was, so that the next
// estimate is nearer. Nothing if too little was generated to tell, or if several conversations shared the
// engine. `devices`: those of llama::loadDevices(). What cannot be written is a warning in the log.
void rememberPace(const VerbContext &context, std::span<const fit::Device> devices,
                  const fit::LoadRequest &request, const llama::ServerReady &ready,
                  const llama::EnginePace &pace);

} // namespace snug::cli
