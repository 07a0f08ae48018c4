// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/projector.h"
#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/load_request.h"

#include <cstdint>
#include <memory>

namespace snug::llama {

// Lets the engine's own allocator go through loading a model, and what is loaded beside it, without
// allocating anything and without reading a weight: exact to the buffer. Keeps the models of the last
// request, so that one which differs in its context alone takes half the time. Not thread-safe, and one at
// work at a time: the engine's logger is global.
class DryRun {
public:
    // `projectors` is asked once for each file and device.
    explicit DryRun(ProjectorProbe projectors = measureProjector);
    ~DryRun();
    DryRun(const DryRun &) = delete;
    DryRun &operator=(const DryRun &) = delete;

    // REQUIRES: plugins are loaded, the file passed our own reader (its data may be a hole, see HeaderCopy)
    // and does not change, contextTokens is not 0; what is loaded beside it comes from CompanionFiles. A few
    // tens of milliseconds. Fails as engineParams, as `projectors`, or with what loadFailure tells.
    [[nodiscard]] Result<fit::Allocation> operator()(const fit::LoadRequest &request);

    // The files beside the model are others from now on.
    void forget();

private:
    struct Warm;
    [[nodiscard]] Result<void> addAdapters(const fit::LoadRequest &request, fit::Allocation &allocation);
    [[nodiscard]] Result<void> addDraft(const fit::LoadRequest &request, std::uint32_t contextTogether,
                                        fit::Allocation &allocation);
    [[nodiscard]] Result<void> addProjector(const fit::LoadRequest &request, fit::Allocation &allocation);

    ProjectorProbe m_projectors;
    std::unique_ptr<Warm> m_warm;
};

// The same once.
[[nodiscard]] Result<fit::Allocation> dryRun(const fit::LoadRequest &request);

// The same figures from a model that is really loaded with its draft and its adapters, then freed again; a
// projector is not looked at. For tests and `bench`.
[[nodiscard]] Result<fit::Allocation> realRun(const fit::LoadRequest &request);

} // namespace snug::llama
