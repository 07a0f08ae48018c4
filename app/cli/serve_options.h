// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/companion_options.h"
#include "app/cli/load_options.h"

#include <string>

namespace snug::cli {

// The options that `serve` and `chat` share: how a model is to be loaded and given its prompts.
class ServeOptions {
public:
    void define(CLI::App &app);
    [[nodiscard]] Result<fit::LoadRequest> request() const;
    // See chooseProjector.
    [[nodiscard]] const std::string &projector() const { return m_projector; }
    // See chooseTemplate.
    [[nodiscard]] const std::string &chatTemplate() const { return m_chatTemplate; }

private:
    LoadOptions m_load;
    CompanionOptions m_companions;
    std::string m_projector; // UTF-8
    std::string m_chatTemplate;
};

} // namespace snug::cli
