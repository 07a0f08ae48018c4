// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/gguf_builder.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

// Any text as the header of a safetensors file, whatever it says, and zeros for the data.
[[nodiscard]] Bytes safetensorsOf(std::string_view json, std::size_t dataBytes);

// Makes safetensors files; knows nothing of the reader that it helps to test.
class SafetensorsBuilder {
public:
    // `bytes` of data, directly after the tensor before.
    SafetensorsBuilder &tensor(std::string_view name, std::string_view dtype,
                               const std::vector<std::int64_t> &shape, std::int64_t bytes);
    // The same with a shape of 16-bit numbers.
    SafetensorsBuilder &bf16(std::string_view name, const std::vector<std::int64_t> &shape);

    [[nodiscard]] std::string json() const;
    [[nodiscard]] std::int64_t dataBytes() const { return m_end; }
    [[nodiscard]] Bytes build() const;
    // Without the data: length and JSON.
    [[nodiscard]] Bytes header() const;

private:
    std::string m_entries;
    std::int64_t m_end = 0;
};

} // namespace snug::test
