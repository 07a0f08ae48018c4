// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/allocation.h"
#include "core/fit/load_request.h"

#include <memory>

namespace snug::llama {

struct LoadedModel;

// Lets the engine's own allocator go through loading a model without allocating anything and without reading
// a weight: exact to the buffer. Keeps the model of the last request, so that one which differs in its
// context alone takes half the time. Not thread-safe, and one at work at a time: the engine's logger is
// global.
class DryRun {
public:
    DryRun();
    ~DryRun();
    DryRun(const DryRun &) = delete;
    DryRun &operator=(const DryRun &) = delete;

    // REQUIRES: plugins are loaded, the file passed our own reader (its data may be a hole, see HeaderCopy)
    // and does not change, contextTokens is not 0. A few tens of milliseconds. Fails as engineParams, or with
    // what loadFailure tells.
    [[nodiscard]] Result<fit::Allocation> operator()(const fit::LoadRequest &request);

private:
    std::unique_ptr<LoadedModel> m_loaded;
};

// The same once.
[[nodiscard]] Result<fit::Allocation> dryRun(const fit::LoadRequest &request);

// The same figures from a model that is really loaded, then freed again. For tests and `bench`.
[[nodiscard]] Result<fit::Allocation> realRun(const fit::LoadRequest &request);

} // namespace snug::llama
