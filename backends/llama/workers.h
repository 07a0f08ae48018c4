// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

// RPC workers of llama.cpp: programs on other machines that lend their devices to an engine here, for models
// that are too big for one machine. Their protocol has neither encryption nor a password.
namespace snug::llama {

constexpr std::size_t kMostWorkers = 16; // GGML_RPC_MAX_SERVERS

// "host:port,host:port" as a list, each once. Fails with InvalidArgument.
[[nodiscard]] Result<std::vector<std::string>> parseWorkers(std::string_view list);

// Registers the devices of a worker with the engine, as RPC0, RPC1, ... Fails with Unsupported without the
// RPC plugin, and with Device if the worker has no device. REQUIRES: loadPlugins(), and that the worker just
// answered another process: of one that does not answer, or says something odd, the engine ends the process.
[[nodiscard]] Result<void> addWorker(const std::string &worker);

// Lends devices of this machine, `ids` as in `devices` (empty: every card, or without one the processor), at
// "host:port". Does not come back while it works; the engine ends the process when a client breaks the
// protocol badly. Fails with Unsupported, NotFound (no such device) or Io (the address cannot be taken).
// REQUIRES: loadPlugins(). Writes to stdout.
[[nodiscard]] Result<void> lendDevices(const std::string &address, const std::vector<std::string> &ids,
                                       int threads);

} // namespace snug::llama
