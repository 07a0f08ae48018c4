// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/safetensors_builder.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace snug::test {

Bytes safetensorsOf(std::string_view json, std::size_t dataBytes)
{
    Bytes bytes;
    gguf::appendLittleEndian(bytes, static_cast<std::uint64_t>(json.size()));
    const Bytes text = bytesOf(json);
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.resize(bytes.size() + dataBytes);
    return bytes;
}

SafetensorsBuilder &SafetensorsBuilder::tensor(std::string_view name, std::string_view dtype,
                                               const std::vector<std::int64_t> &shape, std::int64_t bytes)
{
    m_entries +=
        fmt::format(R"({}"{}":{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                    m_entries.empty() ? "" : ",", name, dtype, fmt::join(shape, ","), m_end, m_end + bytes);
    m_end += bytes;
    return *this;
}

SafetensorsBuilder &SafetensorsBuilder::bf16(std::string_view name, const std::vector<std::int64_t> &shape)
{
    const std::int64_t count =
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    return tensor(name, "BF16", shape, count * 2);
}

std::string SafetensorsBuilder::json() const
{
    return "{" + m_entries + "}";
}

Bytes SafetensorsBuilder::build() const
{
    return safetensorsOf(json(), static_cast<std::size_t>(m_end));
}

Bytes SafetensorsBuilder::header() const
{
    return safetensorsOf(json(), 0);
}

} // namespace snug::test
