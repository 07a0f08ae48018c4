// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/quant/imatrix.h"
#include "core/quant/type_plan.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace snug::llama {

struct QuantizedTensor {
    std::string name;
    std::string type; // as ggml writes it: "q4_K"
};

// What the engine's own quantizer would make of a file.
struct QuantizeAnswer {
    std::vector<QuantizedTensor> tensors; // in its order
    std::int64_t headerBytes = 0;
    std::int64_t tensorBytes = 0;
    std::int64_t fileBytes = 0;
    std::string quantSize; // of its log: "4685.30 MiB"
    bool needsImatrix = false;
};

// Lets the engine's quantizer go through `model` without reading a weight or writing a file. For tests, which
// hold core/quant against it. An importance matrix is only claimed. REQUIRES: installEngineLog() was called.
// The engine may abort on a file that our reader did not check. Fails with Unsupported where the engine gives
// up, its words in detail "log". Not thread-safe: the engine's logger is global.
[[nodiscard]] Result<QuantizeAnswer> quantizeDryRun(const std::filesystem::path &model, quant::FileType level,
                                                    const quant::TypeOptions &options);

// Writes the file, with `imatrix` if there is one. For tests, as above.
[[nodiscard]] Result<void> quantizeFile(const std::filesystem::path &model,
                                        const std::filesystem::path &target, quant::FileType level,
                                        const quant::TypeOptions &options = {},
                                        const quant::Imatrix *imatrix = nullptr);

} // namespace snug::llama
