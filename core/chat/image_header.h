// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace snug::chat {

// What an image says of itself before anything is decoded.
struct ImageHeader {
    std::string_view mediaType; // "image/png", a literal
    std::int64_t width = 0;     // pixels, at least 1
    std::int64_t height = 0;

    // Cannot overflow: no format has more than 32 bits for a side.
    [[nodiscard]] std::uint64_t pixels() const
    {
        return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    }
    bool operator==(const ImageHeader &) const = default;
};

// Reads the header of what the engine can decode (stb_image): PNG, JPEG, GIF and BMP. Nothing for bytes that
// are no image. Fails with Unsupported for an image of a kind that the engine does not read (WebP, TIFF,
// HEIC, AVIF, JPEG XL, a JPEG with arithmetic coding), with Corrupt for a header that ends too early or tells
// no size. Errors do not name the image; whoever knows its name adds that.
[[nodiscard]] Result<std::optional<ImageHeader>> readImageHeader(std::string_view bytes);

} // namespace snug::chat
