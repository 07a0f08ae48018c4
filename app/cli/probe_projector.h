// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "backends/llama/projector.h"

#include <stop_token>
#include <string>

namespace snug::cli {

// Asks the engine what a projector takes: the child of `fit`, because its reader ends the process on what it
// did not expect.
class ProbeProjectorVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_file; // UTF-8
    std::string m_device;
};

// Starts that child. Where it does not come to an end, the bytes of the projector's tensors and a note.
// Blocks for half a minute at most; fails with what the child says, or Cancelled.
[[nodiscard]] Result<llama::ProjectorMemory> askForProjector(const std::filesystem::path &projector,
                                                             const std::string &device,
                                                             const std::stop_token &stop);

// The same for a model that is really going to be loaded: fails with Unsupported where the child comes to no
// end, because the engine itself would not either.
[[nodiscard]] Result<llama::ProjectorMemory> askForUsableProjector(const std::filesystem::path &projector,
                                                                   const std::string &device,
                                                                   const std::stop_token &stop);

} // namespace snug::cli
