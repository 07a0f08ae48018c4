// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/value.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

using Bytes = std::vector<std::byte>;

[[nodiscard]] Bytes bytesOf(std::string_view text);

// Makes GGUF files byte by byte, right ones and ones that break any rule; knows nothing of the writer that it
// helps to test.
class GgufBuilder {
public:
    GgufBuilder &version(std::uint32_t version);
    // What the file claims, whatever it holds.
    GgufBuilder &claimKeys(std::uint64_t count);
    GgufBuilder &claimTensors(std::uint64_t count);

    GgufBuilder &key(std::string_view name, const gguf::Value &value);
    // A value that is no value: `payload` follows the type number.
    GgufBuilder &rawKey(std::string_view name, std::uint32_t type, const Bytes &payload);

    // `offset` absent: directly after the tensor before, padded to the alignment.
    GgufBuilder &tensor(std::string_view name, std::vector<std::uint64_t> dims, std::uint32_t type,
                        std::optional<std::uint64_t> offset = std::nullopt);
    // The alignment that padding follows; says nothing in the file.
    GgufBuilder &padTo(std::uint64_t alignment);

    [[nodiscard]] Bytes header() const; // with the padding before the data
    [[nodiscard]] Bytes build() const;  // header and as much data as the offsets demand, 0, 1, 2, ...

private:
    std::uint32_t m_version = 3;
    std::optional<std::uint64_t> m_claimedKeys;
    std::optional<std::uint64_t> m_claimedTensors;
    std::uint64_t m_keyCount = 0;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_alignment = 32;
    std::uint64_t m_next = 0;    // offset of the next tensor
    std::uint64_t m_dataEnd = 0; // without padding
    Bytes m_keys;
    Bytes m_tensors;
};

// A whole little llama: all value types, two kinds of list, five tensors of three types.
[[nodiscard]] GgufBuilder smallModel();

[[nodiscard]] Bytes truncated(Bytes bytes, std::size_t length);
[[nodiscard]] Bytes withByte(Bytes bytes, std::size_t at, std::uint8_t value);
void writeFile(const std::filesystem::path &path, const Bytes &bytes);

} // namespace snug::test
