// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/unpack/unpack.h"

// One function a method; they fail as unpackedNumbers.
namespace snug::convert {

[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedGptq(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedAwq(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedBitsAndBytes4(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedBitsAndBytes8(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedFp8(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedScaledInts(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedInts(const PackedSource &packed);
[[nodiscard]] Result<std::unique_ptr<StoredNumbers>> unpackedHqq(const PackedSource &packed);

// The error for a layout that no file here knows; `what` is its name for a person.
[[nodiscard]] tl::unexpected<Error> unknownLayout(const PackedSource &packed, std::string_view method,
                                                  std::string_view what);

} // namespace snug::convert
