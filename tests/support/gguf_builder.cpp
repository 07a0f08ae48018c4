// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/gguf_builder.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>

namespace snug::test {
namespace {

using gguf::appendLittleEndian;

void append(Bytes &out, const Bytes &more)
{
    out.insert(out.end(), more.begin(), more.end());
}

void appendText(Bytes &out, std::string_view text)
{
    appendLittleEndian(out, std::uint64_t{text.size()});
    append(out, bytesOf(text));
}

Bytes payloadOf(const gguf::Value &value)
{
    Bytes out;
    std::visit(
        [&out]<class T>(const T &content) {
            if constexpr (std::is_same_v<T, std::string>) {
                appendText(out, content);
            } else if constexpr (std::is_same_v<T, gguf::Array>) {
                appendLittleEndian(out, static_cast<std::uint32_t>(content.type));
                appendLittleEndian(out, static_cast<std::uint64_t>(content.count));
                append(out, content.content.value());
            } else {
                appendLittleEndian(out, content);
            }
        },
        value.content());
    return out;
}

std::uint64_t padded(std::uint64_t length, std::uint64_t alignment)
{
    return (length + alignment - 1) / alignment * alignment;
}

} // namespace

Bytes bytesOf(std::string_view text)
{
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

GgufBuilder &GgufBuilder::version(std::uint32_t version)
{
    m_version = version;
    return *this;
}

GgufBuilder &GgufBuilder::claimKeys(std::uint64_t count)
{
    m_claimedKeys = count;
    return *this;
}

GgufBuilder &GgufBuilder::claimTensors(std::uint64_t count)
{
    m_claimedTensors = count;
    return *this;
}

GgufBuilder &GgufBuilder::key(std::string_view name, const gguf::Value &value)
{
    return rawKey(name, static_cast<std::uint32_t>(value.type()), payloadOf(value));
}

GgufBuilder &GgufBuilder::rawKey(std::string_view name, std::uint32_t type, const Bytes &payload)
{
    appendText(m_keys, name);
    appendLittleEndian(m_keys, type);
    append(m_keys, payload);
    ++m_keyCount;
    return *this;
}

GgufBuilder &GgufBuilder::tensor(std::string_view name, std::vector<std::uint64_t> dims, std::uint32_t type,
                                 std::optional<std::uint64_t> offset)
{
    const std::uint64_t at = offset.value_or(m_next);
    appendText(m_tensors, name);
    appendLittleEndian(m_tensors, static_cast<std::uint32_t>(dims.size()));
    for (const std::uint64_t dim : dims)
        appendLittleEndian(m_tensors, dim);
    appendLittleEndian(m_tensors, type);
    appendLittleEndian(m_tensors, at);
    ++m_tensorCount;
    if (const auto *info = gguf::tensorTypeFromId(type); info != nullptr && at < (1U << 20)) {
        const auto elements =
            std::accumulate(dims.begin(), dims.end(), std::uint64_t{1}, [](auto a, auto b) { return a * b; });
        const auto bytes = elements / static_cast<std::uint64_t>(info->blockElements) *
                           static_cast<std::uint64_t>(info->blockBytes);
        if (bytes < (1U << 20)) {
            m_dataEnd = std::max(m_dataEnd, at + bytes);
            m_next = padded(at + bytes, m_alignment);
        }
    }
    return *this;
}

GgufBuilder &GgufBuilder::padTo(std::uint64_t alignment)
{
    m_alignment = alignment;
    return *this;
}

Bytes GgufBuilder::header() const
{
    Bytes out = bytesOf("GGUF");
    appendLittleEndian(out, m_version);
    appendLittleEndian(out, m_claimedTensors.value_or(m_tensorCount));
    appendLittleEndian(out, m_claimedKeys.value_or(m_keyCount));
    append(out, m_keys);
    append(out, m_tensors);
    if (m_tensorCount > 0)
        out.resize(padded(out.size(), m_alignment), std::byte{0});
    return out;
}

Bytes GgufBuilder::build() const
{
    Bytes out = header();
    for (std::uint64_t i = 0; i < m_dataEnd; ++i)
        out.push_back(static_cast<std::byte>(i));
    return out;
}

GgufBuilder smallModel()
{
    using gguf::Array;
    using gguf::Value;
    const std::array<std::string, 4> tokens = {"<s>", "</s>", "a", "b"};
    const std::array<float, 4> scores = {0.0F, -1.0F, -2.5F, -3.0F};
    GgufBuilder builder;
    builder.key("general.architecture", Value("llama"))
        .key("general.name", Value("Small"))
        .key("general.file_type", Value(std::uint32_t{7}))
        .key("llama.block_count", Value(std::uint32_t{1}))
        .key("llama.context_length", Value(std::uint32_t{2048}))
        .key("test.u8", Value(std::uint8_t{250}))
        .key("test.i8", Value(std::int8_t{-3}))
        .key("test.u16", Value(std::uint16_t{65000}))
        .key("test.i16", Value(std::int16_t{-30000}))
        .key("test.i32", Value(std::int32_t{-70000}))
        .key("test.u64", Value(UINT64_MAX))
        .key("test.i64", Value(INT64_MIN))
        .key("test.f32", Value(0.5F))
        .key("test.f64", Value(-0.25))
        .key("test.bool", Value(true))
        .key("tokenizer.ggml.tokens", Value(Array::ofStrings(tokens)))
        .key("tokenizer.ggml.scores", Value(Array::ofNumbers<float>(scores)))
        .tensor("token_embd.weight", {64, 4}, 0)
        .tensor("blk.0.attn_norm.weight", {64}, 0)
        .tensor("blk.0.attn_q.weight", {64, 64}, 8)
        .tensor("blk.0.rope", {7, 3}, 1)
        .tensor("blk.0.ffn_up.weight", {64, 32, 2}, 8);
    return builder;
}

Bytes truncated(Bytes bytes, std::size_t length)
{
    bytes.resize(std::min(length, bytes.size()));
    return bytes;
}

Bytes withByte(Bytes bytes, std::size_t at, std::uint8_t value)
{
    bytes.at(at) = static_cast<std::byte>(value);
    return bytes;
}

void writeFile(const std::filesystem::path &path, const Bytes &bytes)
{
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

} // namespace snug::test
