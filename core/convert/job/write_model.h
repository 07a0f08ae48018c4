// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/convert/job/output_plan.h"
#include "core/convert/tensor_data.h"
#include "core/quant/row_encoder.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

struct WrittenFile {
    std::filesystem::path path; // its final name
    std::int64_t bytes = 0;
    std::string sha256;
};

struct WriteOptions {
    int threads = 1; // of the encoder; reading the hash of what was written is one more
    // The importance of each column of a tensor, of all its matrices; empty: none is known. Lives as long as
    // the writing.
    std::function<std::span<const float>(std::string_view tensor)> importance;
    ProgressFn progress; // "converting", in bytes of the files; on any thread, one at a time
    // The tensor that is begun; on any thread, one at a time.
    std::function<void(std::size_t tensor)> onTensor;
};

struct WrittenModel {
    std::vector<WrittenFile> files;
    std::int64_t resumedBytes = 0; // that an interrupted job had written already
};

// "<path>.part", the name of a file that is not whole yet.
[[nodiscard]] std::filesystem::path partPathOf(std::filesystem::path path);

// How many bytes of the plan an interrupted job has left.
[[nodiscard]] std::int64_t resumableBytes(const OutputPlan &plan);
// Throws away what an interrupted job of these files left, whichever plan it had. Fails with InvalidArgument
// (reason busy) while it runs.
[[nodiscard]] Result<void> discardUnfinished(const OutputPlan &plan);

// Makes the files: reads each tensor, encodes it on all threads and writes it to its final place, one pass,
// nothing else on disk. Only whole files get their final names; what a stop, a crash, or a failing disk or
// network leaves is continued by the next call with the same plan, to the same bytes. A broken model leaves
// nothing. Blocks; heeds a stop within about 100 ms.
// Errors: those of `data` and `encoder` (with detail name), Io, NoSpace, Cancelled, InvalidArgument (reason
// exists: a file of that name is there; busy: another program makes it), Corrupt (reason not_finite, detail
// name: weights that are no numbers).
[[nodiscard]] Result<WrittenModel> writeModel(const OutputPlan &plan, ModelData &data,
                                              const quant::RowEncoder &encoder, const WriteOptions &options,
                                              const std::stop_token &stop);

} // namespace snug::convert
