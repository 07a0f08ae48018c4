// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"
#include "core/model/shape.h"

namespace snug::fit {

// How numbers of the cache are stored.
struct CacheType {
    std::int64_t blockElements = 1;
    std::int64_t blockBytes = 2;
};

// How long a context is in the engine, and how its cache is stored.
struct CacheForm {
    CacheType keys;
    CacheType values;
    std::int64_t tokens = 0; // of each conversation, rounded up to 256
    std::int64_t parallel = 1;
    std::int64_t batch = 0; // tokens computed at once

    [[nodiscard]] bool isQuantized() const { return keys.blockElements > 1 || values.blockElements > 1; }
};

// Fails with InvalidArgument or Unsupported, see roughAllocation.
[[nodiscard]] Result<CacheForm> cacheForm(const ModelShape &model, const LoadRequest &request);

struct CacheBytes {
    std::int64_t keys = 0;
    std::int64_t values = 0;
    std::int64_t states = 0; // of recurrent layers

    [[nodiscard]] std::int64_t all() const { return keys + values + states; }
};

// Of one layer and all conversations. REQUIRES: `form` is the model's.
[[nodiscard]] CacheBytes cacheBytes(const ModelShape &model, const LayerShape &layer, const CacheForm &form);

// Of the masks that say which tokens a token sees; each processor keeps them for a batch.
[[nodiscard]] std::int64_t maskBytes(const ModelShape &model, const CacheForm &form);

} // namespace snug::fit
