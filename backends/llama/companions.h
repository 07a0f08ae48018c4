// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/dry_folder.h"
#include "core/base/result.h"
#include "core/fit/load_request.h"
#include "core/fit/rough_companions.h"
#include "core/gguf/header.h"

#include <filesystem>
#include <span>
#include <vector>

namespace snug::llama {

// The files that are loaded beside a model, checked by our own reader.
class CompanionFiles {
public:
    // Reads the headers of what `request` names and copies into `folder` what the dry run needs of them.
    // `base`: the parts of the model. Fails as gguf::readHeader and the checks of fit/companion_check.h; the
    // message names the file, detail "path" too.
    [[nodiscard]] static Result<CompanionFiles>
    open(const fit::LoadRequest &request, std::span<const gguf::Header> base, const DryFolder &folder);

    // Whether `request` names these files.
    [[nodiscard]] bool areOf(const fit::LoadRequest &request) const;
    // `request` with what DryRun is to read in their place.
    [[nodiscard]] fit::LoadRequest dry(fit::LoadRequest request) const;
    // Of the projector's tensors; 0 without one.
    [[nodiscard]] std::int64_t projectorBytes() const { return m_rough.projectorWeights; }
    // The same files for our own arithmetic.
    [[nodiscard]] const fit::RoughCompanions &rough() const { return m_rough; }

private:
    CompanionFiles() = default;
    [[nodiscard]] Result<void> openDraft(std::span<const gguf::Header> base, const DryFolder &folder);
    [[nodiscard]] Result<void> openAdapters(std::span<const gguf::Header> base, const DryFolder &folder);

    fit::LoadRequest m_originals;
    std::filesystem::path m_draft;
    std::vector<std::filesystem::path> m_loras;
    fit::RoughCompanions m_rough;
};

} // namespace snug::llama
