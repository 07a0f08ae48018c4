// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/job/chunks.h"

#include <algorithm>

namespace snug::convert {
namespace {

// As many as stay in a core's cache while they are read, looked at and encoded. The slowest types take some
// 50 ms for them.
constexpr std::int64_t kChunkElements = 64 * 1024;

} // namespace

std::optional<Chunk> Chunks::next()
{
    if (m_tensor == m_plan.tensors.size())
        return std::nullopt;
    const OutputTensor &place = m_plan.tensors[m_tensor];
    const gguf::Header &header = m_plan.files[place.file].header.header;
    const gguf::Tensor &tensor = header.tensors[place.place];
    const std::int64_t columns = tensor.dims.front();
    const std::int64_t matrixRows = tensor.dims.size() > 1 ? tensor.dims[1] : 1;
    const std::int64_t rows = *gguf::elementCount(tensor.dims) / columns;
    const std::int64_t rowBytes = tensor.bytes / rows;
    const std::int64_t most = std::max<std::int64_t>(1, kChunkElements / columns);

    Chunk chunk{m_number++, m_tensor, m_row / matrixRows, m_row};
    chunk.rows = std::min(most, matrixRows - m_row % matrixRows);
    chunk.offset = header.dataOffset + tensor.offset + m_row * rowBytes;
    chunk.bytes = chunk.rows * rowBytes;
    m_row += chunk.rows;
    std::int64_t end = chunk.offset + chunk.bytes;
    if (m_row == rows) {
        const bool isLast = place.place + 1 == header.tensors.size();
        end = isLast ? header.fileBytes : header.dataOffset + header.tensors[place.place + 1].offset;
        chunk.padding = end - chunk.offset - chunk.bytes;
        m_row = 0;
        ++m_tensor;
        chunk.end = m_before + end;
        m_before += isLast ? header.fileBytes : 0;
        return chunk;
    }
    chunk.end = m_before + end;
    return chunk;
}

} // namespace snug::convert
