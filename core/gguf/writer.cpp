// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/writer.h"

#include "core/gguf/failure.h"
#include "core/gguf/layout.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <string_view>

namespace snug::gguf {
namespace {

using Bytes = std::vector<std::byte>;

void appendString(Bytes &out, std::string_view text)
{
    appendLittleEndian(out, std::uint64_t{text.size()});
    const auto bytes = std::as_bytes(std::span(text));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void appendArray(Bytes &out, const Array &array)
{
    appendLittleEndian(out, static_cast<std::uint32_t>(array.type));
    appendLittleEndian(out, static_cast<std::uint64_t>(array.count));
    out.insert(out.end(), array.content->begin(), array.content->end());
}

void appendKeyValue(Bytes &out, const KeyValue &pair)
{
    appendString(out, pair.key);
    appendLittleEndian(out, static_cast<std::uint32_t>(pair.value.type()));
    std::visit(
        [&out]<class T>(const T &content) {
            if constexpr (std::is_same_v<T, std::string>)
                appendString(out, content);
            else if constexpr (std::is_same_v<T, Array>)
                appendArray(out, content);
            else
                appendLittleEndian(out, content);
        },
        pair.value.content());
}

void appendTensor(Bytes &out, const Tensor &tensor)
{
    appendString(out, tensor.name);
    appendLittleEndian(out, static_cast<std::uint32_t>(tensor.dims.size()));
    for (const std::int64_t dim : tensor.dims)
        appendLittleEndian(out, dim);
    appendLittleEndian(out, static_cast<std::uint32_t>(tensor.type));
    appendLittleEndian(out, static_cast<std::uint64_t>(tensor.offset));
}

Bytes encode(const Header &header)
{
    Bytes out;
    for (const char letter : std::string_view("GGUF"))
        out.push_back(static_cast<std::byte>(letter));
    appendLittleEndian(out, header.version);
    appendLittleEndian(out, std::uint64_t{header.tensors.size()});
    appendLittleEndian(out, std::uint64_t{header.values.size()});
    for (const KeyValue &pair : header.values)
        appendKeyValue(out, pair);
    for (const Tensor &tensor : header.tensors)
        appendTensor(out, tensor);
    return out;
}

Result<void> checkLoaded(const Header &header)
{
    for (const KeyValue &pair : header.values) {
        const Array *array = pair.value.array();
        if (array != nullptr && !array->content)
            return fail(
                ErrorKind::InvalidArgument,
                fmt::format("The list {} cannot be written, because it was not loaded.", escaped(pair.key)),
                {{"reason", "array_not_loaded"}});
    }
    return {};
}

// Each tensor directly after the one before, padded. Returns where the padded data ends.
Result<std::int64_t> placeTensors(Header &header)
{
    std::int64_t next = 0;
    for (Tensor &tensor : header.tensors) {
        const auto bytes = tensorBytes(tensor.type, tensor.dims);
        if (!bytes)
            return corrupt("bad_shape", -1,
                           fmt::format("Tensor {} of type {} cannot have the shape {}.", escaped(tensor.name),
                                       tensorTypeName(tensor.type), fmt::join(tensor.dims, " x ")));
        tensor.offset = next;
        tensor.bytes = *bytes;
        const auto end = *bytes > INT64_MAX - next ? std::nullopt : aligned(next + *bytes, header.alignment);
        if (!end)
            return corrupt("overflow", -1, "The tensors together are larger than any file can be.");
        next = *end;
    }
    return next;
}

} // namespace

Result<EncodedHeader> encodeHeader(Header draft, const Limits &limits)
{
    if (auto loaded = checkLoaded(draft); !loaded)
        return tl::make_unexpected(std::move(loaded).error());
    SNUG_TRY(draft.alignment, alignmentOf(draft.values));
    SNUG_TRY(const std::int64_t dataBytes, placeTensors(draft));
    Bytes bytes = encode(draft);
    if (!draft.tensors.empty()) {
        const auto padded = *aligned(static_cast<std::int64_t>(bytes.size()), draft.alignment);
        bytes.resize(static_cast<std::size_t>(padded), std::byte{0});
    }
    draft.dataOffset = static_cast<std::int64_t>(bytes.size());
    if (dataBytes > INT64_MAX - draft.dataOffset)
        return corrupt("overflow", -1, "The tensors together are larger than any file can be.");
    MemoryReader written(bytes, draft.dataEnd());
    SNUG_TRY(Header header, readHeader(written, limits));
    return EncodedHeader{std::move(header), std::move(bytes)};
}

} // namespace snug::gguf
