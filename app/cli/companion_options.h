// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace snug::cli {

// The options that `fit`, `bench`, `serve` and `chat` share: what is loaded beside a model.
class CompanionOptions {
public:
    void define(CLI::App &app);
    // Fails with InvalidArgument for a scale that is no number.
    [[nodiscard]] Result<void> addTo(fit::LoadRequest &request) const;

private:
    std::string m_draft; // UTF-8, as the next
    int m_draftTokens = 0;
    std::vector<std::string> m_loras;
};

} // namespace snug::cli
