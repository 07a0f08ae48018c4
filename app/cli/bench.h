// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/companion_options.h"
#include "app/cli/load_options.h"
#include "app/cli/verb.h"

namespace snug::cli {

// Runs a model and tells how fast it was, beside what was predicted; with --device and no model, measures
// devices, which is what predictions start from. What it measures is remembered in the data folder.
class BenchVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    [[nodiscard]] Result<nlohmann::json> benchDevices(const VerbContext &context,
                                                      const std::string &id) const;
    [[nodiscard]] Result<nlohmann::json> benchModel(const VerbContext &context,
                                                    fit::LoadRequest request) const;

    LoadOptions m_options;
    CompanionOptions m_companions;
    bool m_deviceGiven = false; // with an id or without
    int m_prompt = 512;
    int m_tokens = 128;
    int m_rounds = 5;
};

} // namespace snug::cli
