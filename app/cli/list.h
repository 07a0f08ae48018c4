// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"

namespace snug::cli {

// `list`: the models on this machine: Snug's own folder, the Hugging Face cache, LM Studio, Ollama and Jan.
class ListVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;
};

} // namespace snug::cli
