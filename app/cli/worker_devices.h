// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/fit/device.h"

#include <string>
#include <vector>

namespace snug::cli {

// The workers on other machines that this program may use: "host:port,host:port".
constexpr auto kWorkersVariable = "SNUG_RPC_WORKERS";

struct WorkerAnswer {
    std::string worker;
    std::vector<fit::Device> devices;
    std::string reason; // why it lends nothing; empty: it does
    std::string hint;
};

// Asks the workers of SNUG_RPC_WORKERS for their devices, all at once, each in a child of its own. Fails with
// InvalidArgument if the variable holds no addresses, and Cancelled.
[[nodiscard]] Result<std::vector<WorkerAnswer>> askWorkers(const VerbContext &context);

struct UsableDevices {
    std::vector<fit::Device> devices;
    std::vector<std::string> notes; // about workers that lend nothing now, for a person
};

// llama::loadDevices with the workers that answer. Fails as the two.
[[nodiscard]] Result<UsableDevices> loadUsableDevices(const VerbContext &context);

} // namespace snug::cli
