// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/gguf_data.h"

#include "core/base/paths.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ggml.h>
#include <map>
#include <string_view>

namespace snug::llama {
namespace {

class MappedTensor final : public convert::TensorData {
public:
    // REQUIRES: `bytes` is as long as the tensor's shape and type make it.
    MappedTensor(const gguf::Tensor &tensor, std::span<const std::byte> bytes)
        : m_tensor(tensor)
        , m_bytes(bytes)
        , m_rows(gguf::elementCount(tensor.dims).value_or(0) / tensor.dims[0])
    {
    }

    [[nodiscard]] std::int64_t rows() const override { return m_rows; }
    [[nodiscard]] std::int64_t columns() const override { return m_tensor.dims[0]; }
    [[nodiscard]] std::optional<gguf::TensorType> storedAs() const override { return m_tensor.type; }

    [[nodiscard]] Result<void> readRows(std::int64_t first, std::int64_t count,
                                        std::span<float> into) const override
    {
        const auto bytes = bytesOf(first, count);
        SNUG_CHECK(checkNumbers(bytes));
        if (m_tensor.type == gguf::TensorType::F32) {
            std::copy(bytes.begin(), bytes.end(), std::as_writable_bytes(into).begin());
            return {};
        }
        const auto toFloat = ggml_get_type_traits(static_cast<ggml_type>(m_tensor.type))->to_float;
        if (toFloat == nullptr)
            return fail(ErrorKind::Unsupported,
                        fmt::format("Tensor {} is stored as {}, which the engine cannot turn into numbers.",
                                    gguf::escaped(m_tensor.name), gguf::tensorTypeName(m_tensor.type)),
                        {{"reason", "type"}, {"name", gguf::escaped(m_tensor.name)}});
        toFloat(bytes.data(), into.data(), static_cast<std::int64_t>(into.size()));
        return {};
    }

    [[nodiscard]] Result<void> readStored(std::int64_t first, std::int64_t count,
                                          std::span<std::byte> into) const override
    {
        const auto bytes = bytesOf(first, count);
        SNUG_CHECK(checkNumbers(bytes));
        std::copy(bytes.begin(), bytes.end(), into.begin());
        return {};
    }

private:
    [[nodiscard]] std::span<const std::byte> bytesOf(std::int64_t first, std::int64_t count) const
    {
        const auto rowBytes = m_bytes.size() / static_cast<std::size_t>(m_rows);
        return m_bytes.subspan(static_cast<std::size_t>(first) * rowBytes,
                               static_cast<std::size_t>(count) * rowBytes);
    }

    [[nodiscard]] Result<void> checkNumbers(std::span<const std::byte> bytes) const
    {
        if (ggml_validate_row_data(static_cast<ggml_type>(m_tensor.type), bytes.data(), bytes.size()))
            return {};
        return fail(ErrorKind::Corrupt,
                    fmt::format("Tensor {} holds numbers that are infinite or none at all.",
                                gguf::escaped(m_tensor.name)),
                    {{"reason", "not_finite"}, {"name", gguf::escaped(m_tensor.name)}},
                    std::string(gguf::kDownloadAgain));
    }

    const gguf::Tensor &m_tensor;
    std::span<const std::byte> m_bytes;
    std::int64_t m_rows;
};

} // namespace

Result<void> GgufData::add(const Part &part)
{
    const gguf::Header &header = *part.header;
    SNUG_TRY(gguf::MappedFile file, gguf::MappedFile::open(part.path));
    const auto bytes = file.bytes();
    if (static_cast<std::int64_t>(bytes.size()) != header.fileBytes)
        return fail(ErrorKind::Truncated,
                    fmt::format("The file {} is no longer as long as when it was looked at.",
                                toUtf8(part.path.filename())),
                    {{"reason", "changed_part"},
                     {"file", toUtf8(part.path.filename())},
                     {"wanted_bytes", header.fileBytes},
                     {"file_bytes", static_cast<std::int64_t>(bytes.size())}},
                    "Wait until nothing writes to it, and start again.");
    for (const gguf::Tensor &tensor : header.tensors) {
        // The reader checked this against the length, which is still the same.
        const auto offset = static_cast<std::size_t>(header.dataOffset + tensor.offset);
        m_places.push_back({tensor, bytes.subspan(offset, static_cast<std::size_t>(tensor.bytes))});
    }
    m_files.push_back(std::move(file));
    return {};
}

Result<std::unique_ptr<GgufData>> GgufData::open(std::span<const Part> parts,
                                                 std::span<const gguf::Tensor> made)
{
    std::unique_ptr<GgufData> data(new GgufData());
    for (const Part &part : parts)
        SNUG_CHECK(data->add(part));
    std::map<std::string_view, const Place *> byName;
    for (const Place &place : data->m_places)
        byName.emplace(place.tensor.name, &place);
    std::vector<Place> ordered;
    for (const gguf::Tensor &tensor : made) {
        const auto found = byName.find(tensor.name);
        if (found == byName.end() || found->second->tensor.dims != tensor.dims)
            return fail(ErrorKind::InvalidArgument,
                        fmt::format("The model has no tensor {} of that shape.", gguf::escaped(tensor.name)),
                        {{"reason", "no_source"}, {"name", gguf::escaped(tensor.name)}});
        ordered.push_back(*found->second);
    }
    data->m_places = std::move(ordered);
    return data;
}

Result<void> GgufData::await(std::size_t /*tensor*/, std::stop_token /*stop*/)
{
    return {};
}

Result<std::unique_ptr<convert::TensorData>> GgufData::tensor(std::size_t tensor) const
{
    const Place &place = m_places[tensor];
    return std::make_unique<MappedTensor>(place.tensor, place.bytes);
}

void GgufData::release(std::size_t tensor) const
{
    for (const gguf::MappedFile &file : m_files)
        file.release(m_places[tensor].bytes); // one of them has it
}

} // namespace snug::llama
