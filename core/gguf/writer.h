// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"
#include "core/gguf/reader.h"

#include <cstddef>
#include <vector>

namespace snug::gguf {

struct EncodedHeader {
    Header header;                // complete: places computed, fileBytes as long as a file with all data
    std::vector<std::byte> bytes; // [0, header.dataOffset): the tensors' data follows
};

// Lays out and encodes a GGUF file without its data. Of `draft` it takes the version, the values and each
// tensor's name, dims and type; alignment (from general.alignment), bytes, offsets, dataOffset and fileBytes
// are computed. The same draft always gives the same bytes. The result was read back under the same limits,
// so it fails exactly where readHeader would, and with InvalidArgument for an array whose content is not
// loaded.
[[nodiscard]] Result<EncodedHeader> encodeHeader(Header draft, const Limits &limits = {});

} // namespace snug::gguf
