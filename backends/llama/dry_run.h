// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/engine_params.h"
#include "core/base/result.h"
#include "core/fit/device.h"

#include <cstdint>
#include <vector>

namespace snug::llama {

// What loading a model would take, or took.
struct Allocation {
    std::vector<fit::DeviceMemory> memory; // the host first
    int layers = 0;                        // of the model, without the output layer
    int gpuLayers = 0;                     // of those, on a GPU
    std::int64_t contextTokens = 0;        // as the engine rounded it
    std::int64_t trainingContext = 0;
};

// Lets the engine's own allocator go through loading `request` without allocating anything and without
// reading a weight: exact to the buffer. REQUIRES: plugins are loaded, the file passed our own reader; its
// data may be a hole. A few tens of milliseconds. Fails with Unsupported when the engine refuses the model,
// detail "log" holding its last words. Not thread-safe: the engine's logger is global.
[[nodiscard]] Result<Allocation> dryRun(const LoadRequest &request);

// The same figures from a model that is really loaded, then freed again. For tests and `bench`.
[[nodiscard]] Result<Allocation> realRun(const LoadRequest &request);

// A copy of a model's header with holes for its data, in the system's folder for temporary files; gone with
// this.
class HeaderCopy {
public:
    // Reads the file with our own strict reader first; its errors pass through.
    [[nodiscard]] static Result<HeaderCopy> make(const std::filesystem::path &model);
    HeaderCopy(HeaderCopy &&other) noexcept;
    HeaderCopy &operator=(HeaderCopy &&) = delete;
    ~HeaderCopy();

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    explicit HeaderCopy(std::filesystem::path path);
    std::filesystem::path m_path;
};

} // namespace snug::llama
