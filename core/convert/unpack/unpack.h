// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/checkpoint.h"
#include "core/convert/source.h"
#include "core/convert/stored_numbers.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

// The numbers that packed tensors stand for: one file a method.
namespace snug::convert {

// One tensor of a checkpoint with its data.
struct PackedPart {
    const CheckpointTensor *tensor = nullptr;
    std::span<const std::byte> bytes;
};

struct PackedSource {
    const Source &source;
    const nlohmann::json &config;  // config.json
    std::vector<PackedPart> parts; // as Source::parts

    // The part whose name ends so; nullptr if there is none.
    [[nodiscard]] const PackedPart *ending(std::string_view suffix) const;
};

// The error of a packed tensor; `why` ends a sentence.
[[nodiscard]] tl::unexpected<Error> badPacking(const PackedSource &packed, std::string_view why);

// Every product is rounded to a float by itself. Fails with Corrupt (reason bad_packing, detail name) where
// what stands beside the packed numbers does not fit them, or Unsupported (reason packing, detail method).
// What is read lives as long as the parts' bytes.
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedNumbers(const PackedSource &packed);

} // namespace snug::convert
