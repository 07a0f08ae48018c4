// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>

namespace snug::cli {

// Lists the devices of one worker: the child of askWorkers, because the engine ends the process when a worker
// says something odd.
class ProbeWorkerVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_worker;
};

} // namespace snug::cli
