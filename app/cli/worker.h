// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace snug::cli {

// Lends this machine's devices to an engine on another one, until it is stopped. The engine's own server does
// the work, in a child that is started again when a client's nonsense ended it.
class WorkerVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_host = "127.0.0.1";
    int m_port = 50052; // llama.cpp's
    std::vector<std::string> m_devices;
    int m_threads = 0;
};

// The child of `worker`.
class LendVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_address;
    std::vector<std::string> m_devices;
    int m_threads = 0;
};

} // namespace snug::cli
