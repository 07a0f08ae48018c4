// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/quant/type_plan.h"

#include <cstdint>

namespace snug::quant {

// In bytes, of the file that llama.cpp's quantizer writes; adding an importance matrix's own keys is up to
// its callers.
struct FileSize {
    std::int64_t headerBytes = 0; // keys and tensor infos, padded
    std::int64_t tensorBytes = 0; // the tensors' data without padding: the "quant size" of its log
    std::int64_t fileBytes = 0;   // all

    bool operator==(const FileSize &) const = default;
};

// Of a whole file, also where the source is split. The texts of lists are taken to hold no zero bytes.
// Fails with TooLarge (reason "overflow").
[[nodiscard]] Result<FileSize> fileSize(const SourceModel &model, const TypePlan &plan);

// As llama.cpp counts: all tensors' data over all weights.
[[nodiscard]] double bitsPerWeight(const SourceModel &model, const FileSize &size);

} // namespace snug::quant
