// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/reader.h"

#include "core/base/error_detail.h"
#include "core/base/units.h"
#include "core/gguf/byte_cursor.h"
#include "core/gguf/failure.h"
#include "core/gguf/foreign_file.h"
#include "core/gguf/layout.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace snug::gguf {
namespace {

constexpr std::int64_t kFixedBytes = 24; // magic, version and the two counts
// The least that one entry can take: an empty key and a one-byte value; an empty name, one dimension, type
// and offset.
constexpr std::int64_t kLeastKeyBytes = 8 + 4 + 1;
constexpr std::int64_t kLeastTensorBytes = 8 + 4 + 8 + 4 + 8;

struct Counts {
    std::int64_t tensors = 0;
    std::int64_t keys = 0;
};

Result<void> checkMagic(RandomReader &in)
{
    std::string prefix(static_cast<std::size_t>(std::min(in.available(), kForeignPrefixBytes)), '\0');
    SNUG_TRY(const std::size_t got, in.readAt(0, std::as_writable_bytes(std::span(prefix))));
    prefix.resize(got);
    constexpr std::string_view kMagic = "GGUF";
    if (in.size() > 0 && kMagic.starts_with(std::string_view(prefix).substr(0, 4))) {
        if (prefix.size() < 4)
            return endsTooEarly(in, kFixedBytes, "its first bytes");
        return {};
    }
    return tl::make_unexpected(notGguf(prefix, in.size()));
}

Result<std::uint32_t> readVersion(ByteCursor &cursor)
{
    if (auto magic = cursor.skip(4); !magic)
        return tl::make_unexpected(std::move(magic).error());
    SNUG_TRY(const auto version, cursor.number<std::uint32_t>());
    if (version == 2 || version == 3)
        return version;
    // A small number whose bytes stand in reverse.
    if (version != 0 && (version & 0xFFFFU) == 0)
        return fail(
            ErrorKind::Unsupported,
            "This GGUF file was written for big-endian machines, which Snug and its engine do not read here.",
            {{"reason", "big_endian"}}, "Choose the ordinary (little-endian) file of the same model.");
    if (version == 1)
        return fail(ErrorKind::Unsupported,
                    "This is a GGUF file of version 1, from August 2023, which llama.cpp no longer reads.",
                    {{"reason", "gguf_version"}, {"version", std::int64_t{version}}},
                    "Download a newer file of the same model.");
    return fail(
        ErrorKind::Unsupported,
        fmt::format("This GGUF file says that it is of version {}; Snug reads versions 2 and 3.", version),
        {{"reason", "gguf_version"}, {"version", std::int64_t{version}}},
        "If the model is new, a newer Snug may read it; otherwise the file is damaged: download it again.");
}

Result<std::int64_t> readCount(ByteCursor &cursor, std::int64_t limit, std::string_view what)
{
    SNUG_TRY(const auto count, cursor.number<std::uint64_t>());
    if (count > static_cast<std::uint64_t>(limit))
        return beyondLimit("absurd_count", limit,
                           fmt::format("The file claims to hold {} {}; Snug reads up to {}.",
                                       countText(count), what, formatCount(limit)));
    return static_cast<std::int64_t>(count);
}

Result<Counts> readCounts(ByteCursor &cursor, const Limits &limits)
{
    SNUG_TRY(const auto tensors, readCount(cursor, limits.tensors, "tensors"));
    SNUG_TRY(const auto keys, readCount(cursor, limits.keys, "keys"));
    if (auto there = cursor.need(keys * kLeastKeyBytes + tensors * kLeastTensorBytes); !there)
        return tl::make_unexpected(std::move(there).error());
    return Counts{tensors, keys};
}

// The length of a string, checked against `limit` and against what is left of the file.
Result<std::int64_t> readLength(ByteCursor &cursor, std::int64_t limit, std::string_view reason,
                                std::string_view what)
{
    const std::int64_t at = cursor.position();
    SNUG_TRY(const auto length, cursor.number<std::uint64_t>());
    if (length > static_cast<std::uint64_t>(limit))
        return beyondLimit(
            reason, limit,
            fmt::format("The file claims that the {} at byte {} is {} bytes long; Snug reads up to {}.", what,
                        formatCount(at), countText(length), formatCount(limit)));
    if (auto there = cursor.need(static_cast<std::int64_t>(length)); !there)
        return tl::make_unexpected(std::move(there).error());
    return static_cast<std::int64_t>(length);
}

// A key or tensor name. C code would cut it at a zero, so that two different names became one: no control
// characters.
Result<std::string> readName(ByteCursor &cursor, std::int64_t limit, std::string_view what)
{
    const std::int64_t at = cursor.position();
    SNUG_TRY(const auto length, readLength(cursor, limit, "long_name", what));
    SNUG_TRY(auto name, cursor.text(length));
    const bool control = std::any_of(
        name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (name.empty() || control || !isUtf8(name))
        return corrupt("bad_name", at,
                       fmt::format("The {} at byte {} is no readable text: \"{}\".", what, formatCount(at),
                                   escaped(name)));
    return name;
}

Result<ValueType> readValueType(ByteCursor &cursor, std::string_view key)
{
    const std::int64_t at = cursor.position();
    SNUG_TRY(const auto id, cursor.number<std::uint32_t>());
    if (const auto type = valueTypeFromId(id))
        return *type;
    return corrupt("bad_value_type", at,
                   fmt::format("The value of {} has the unknown type {}.", escaped(key), id));
}

// Moves past `count` strings, so that their total length is known.
Result<void> skipStrings(ByteCursor &cursor, std::int64_t count, const Limits &limits)
{
    if (auto there = cursor.need(count * 8); !there)
        return there;
    for (std::int64_t i = 0; i < count; ++i) {
        SNUG_TRY(const auto length, readLength(cursor, limits.stringBytes, "long_string", "text"));
        if (auto skipped = cursor.skip(length); !skipped)
            return skipped;
    }
    return {};
}

Result<Value> readArray(ByteCursor &cursor, RandomReader &in, std::string_view key, const Limits &limits)
{
    Array array;
    SNUG_TRY(array.type, readValueType(cursor, key));
    if (array.type == ValueType::Array)
        return fail(
            ErrorKind::Unsupported,
            fmt::format("The value of {} is a list of lists, which llama.cpp does not read.", escaped(key)),
            {{"reason", "nested_array"}, {"offset", cursor.position() - 4}}, std::string(kDownloadAgain));
    SNUG_TRY(const auto count, cursor.number<std::uint64_t>());
    if (count > static_cast<std::uint64_t>(limits.arrayElements))
        return beyondLimit("long_array", limits.arrayElements,
                           fmt::format("The file claims that {} has {} elements; Snug reads up to {}.",
                                       escaped(key), countText(count), formatCount(limits.arrayElements)));
    array.count = static_cast<std::int64_t>(count);
    array.offset = cursor.position();
    auto passed = array.type == ValueType::String ? skipStrings(cursor, array.count, limits)
                                                  : cursor.skip(array.count * valueTypeBytes(array.type));
    if (!passed)
        return tl::make_unexpected(std::move(passed).error());
    array.bytes = cursor.position() - array.offset;
    if (array.bytes > limits.keptArrayBytes)
        return Value(std::move(array));
    SNUG_TRY(auto loaded, loadArray(in, array, limits.keptArrayBytes));
    return Value(std::move(loaded));
}

Result<Value> readNumber(ByteCursor &cursor, ValueType type, std::string_view key)
{
    if (type == ValueType::Bool) {
        const std::int64_t at = cursor.position();
        SNUG_TRY(const auto byte, cursor.number<std::uint8_t>());
        if (byte > 1)
            return corrupt("bad_bool", at,
                           fmt::format("The value of {} is neither true nor false.", escaped(key)));
        return Value(byte == 1);
    }
    return withNumberType(type, [&cursor]<class T>(std::type_identity<T>) -> Result<Value> {
        SNUG_TRY(const T number, cursor.number<T>());
        return Value(number);
    });
}

Result<KeyValue> readKeyValue(ByteCursor &cursor, RandomReader &in, const Limits &limits)
{
    SNUG_TRY(auto key, readName(cursor, limits.keyBytes, "key"));
    SNUG_TRY(const auto type, readValueType(cursor, key));
    if (type == ValueType::Array) {
        SNUG_TRY(auto value, readArray(cursor, in, key, limits));
        return KeyValue{std::move(key), std::move(value)};
    }
    if (type == ValueType::String) {
        SNUG_TRY(const auto length, readLength(cursor, limits.stringBytes, "long_string", "text"));
        SNUG_TRY(auto text, cursor.text(length));
        return KeyValue{std::move(key), Value(std::move(text))};
    }
    SNUG_TRY(auto value, readNumber(cursor, type, key));
    return KeyValue{std::move(key), std::move(value)};
}

Result<std::vector<std::int64_t>> readShape(ByteCursor &cursor, const std::string &name)
{
    const std::int64_t at = cursor.position();
    SNUG_TRY(const auto count, cursor.number<std::uint32_t>());
    if (count < 1 || count > kMaxDims)
        return corrupt(
            "bad_shape", at,
            fmt::format("Tensor {} has {} dimensions; 1 to {} are possible.", name, count, kMaxDims));
    std::vector<std::int64_t> dims(count);
    for (auto &dim : dims) {
        SNUG_TRY(dim, cursor.number<std::int64_t>());
    }
    if (!elementCount(dims))
        return corrupt("bad_shape", at,
                       fmt::format("Tensor {} has the impossible shape {}.", name, fmt::join(dims, " x ")));
    return dims;
}

Result<TensorType> readTensorType(ByteCursor &cursor, const std::string &name)
{
    const std::int64_t at = cursor.position();
    SNUG_TRY(const auto id, cursor.number<std::uint32_t>());
    if (const auto *info = tensorTypeFromId(id))
        return info->type;
    if (const auto removed = removedTensorTypeName(id); !removed.empty())
        return fail(ErrorKind::Unsupported,
                    fmt::format("Tensor {} is of type {}, which llama.cpp no longer reads.", name, removed),
                    {{"reason", "removed_type"}, {"offset", at}}, "Download a newer file of the same model.");
    return corrupt("bad_type", at, fmt::format("Tensor {} is of the unknown type {}.", name, id));
}

Result<Tensor> readTensor(ByteCursor &cursor)
{
    Tensor tensor;
    SNUG_TRY(tensor.name, readName(cursor, kMaxNameBytes, "tensor name"));
    SNUG_TRY(tensor.dims, readShape(cursor, tensor.name));
    SNUG_TRY(tensor.type, readTensorType(cursor, tensor.name));
    const std::int64_t at = cursor.position();
    const auto bytes = tensorBytes(tensor.type, tensor.dims);
    if (!bytes)
        return corrupt(
            "bad_shape", at,
            fmt::format("Tensor {} of type {} cannot have the shape {}: its rows are stored in blocks of {}.",
                        tensor.name, tensorTypeName(tensor.type), fmt::join(tensor.dims, " x "),
                        tensorTypeInfo(tensor.type).blockElements));
    tensor.bytes = *bytes;
    SNUG_TRY(const auto offset, cursor.number<std::uint64_t>());
    if (offset > static_cast<std::uint64_t>(INT64_MAX))
        return corrupt(
            "overflow", at,
            fmt::format("The data of tensor {} would begin beyond what any file can hold.", tensor.name));
    tensor.offset = static_cast<std::int64_t>(offset);
    return tensor;
}

// The list that begins at `at`, if as much of it is there.
Result<std::optional<CutList>> readCutList(RandomReader &in, std::int64_t at, const Limits &limits)
{
    ByteCursor cursor(in, limits.headerBytes);
    const auto read = [&]() -> Result<std::optional<CutList>> {
        SNUG_CHECK(cursor.skip(at));
        CutList list;
        SNUG_TRY(list.key, readName(cursor, limits.keyBytes, "key"));
        SNUG_TRY(const ValueType type, readValueType(cursor, list.key));
        if (type != ValueType::Array)
            return std::nullopt;
        SNUG_TRY(list.type, readValueType(cursor, list.key));
        SNUG_TRY(list.count, readCount(cursor, limits.arrayElements, "elements of a list"));
        return list;
    };
    auto list = read();
    if (!list && hasReason(list.error(), "need_more_bytes"))
        return std::nullopt;
    return list;
}

} // namespace

Result<Header> readHeader(RandomReader &in, const Limits &limits)
{
    if (auto magic = checkMagic(in); !magic)
        return tl::make_unexpected(std::move(magic).error());
    ByteCursor cursor(in, limits.headerBytes);
    Header header;
    header.fileBytes = in.size();
    SNUG_TRY(header.version, readVersion(cursor));
    cursor.enter("its header");
    SNUG_TRY(const Counts counts, readCounts(cursor, limits));
    cursor.enter("its list of keys");
    for (std::int64_t i = 0; i < counts.keys; ++i) {
        SNUG_TRY(auto pair, readKeyValue(cursor, in, limits));
        header.values.push_back(std::move(pair));
    }
    SNUG_TRY(header.alignment, alignmentOf(header.values));
    cursor.enter("its list of tensors");
    for (std::int64_t i = 0; i < counts.tensors; ++i) {
        SNUG_TRY(auto tensor, readTensor(cursor));
        header.tensors.push_back(std::move(tensor));
    }
    // The limit on the header keeps this far from overflowing.
    header.dataOffset =
        counts.tensors == 0 ? cursor.position() : *aligned(cursor.position(), header.alignment);
    for (const auto check : {checkUnique, checkLayout}) {
        if (auto checked = check(header); !checked)
            return tl::make_unexpected(std::move(checked).error());
    }
    return header;
}

Result<FirstKeys> readFirstKeys(RandomReader &in, const Limits &limits)
{
    SNUG_CHECK(checkMagic(in));
    ByteCursor cursor(in, limits.headerBytes);
    FirstKeys first;
    SNUG_TRY(first.version, readVersion(cursor));
    cursor.enter("its header");
    SNUG_TRY(first.tensorCount, readCount(cursor, limits.tensors, "tensors"));
    SNUG_TRY(first.keyCount, readCount(cursor, limits.keys, "keys"));
    cursor.enter("its list of keys");
    Header header;
    while (static_cast<std::int64_t>(header.values.size()) < first.keyCount) {
        const std::int64_t at = cursor.position();
        auto pair = readKeyValue(cursor, in, limits);
        if (!pair && hasReason(pair.error(), "need_more_bytes")) {
            SNUG_TRY(first.cut, readCutList(in, at, limits));
            break;
        }
        SNUG_TRY(auto whole, std::move(pair));
        header.values.push_back(std::move(whole));
    }
    SNUG_CHECK(checkUnique(header));
    first.values = std::move(header.values);
    return first;
}

Result<Array> loadArray(RandomReader &in, const Array &array, std::int64_t limitBytes)
{
    if (array.content)
        return array;
    if (array.bytes > limitBytes)
        return beyondLimit("long_array", limitBytes,
                           fmt::format("A list in the file takes {}, more than the {} that were expected.",
                                       formatBytes(array.bytes), formatBytes(limitBytes)));
    if (array.offset > INT64_MAX - array.bytes || array.offset + array.bytes > in.available())
        return endsTooEarly(in,
                            array.offset > INT64_MAX - array.bytes ? INT64_MAX : array.offset + array.bytes,
                            "a list of values");
    std::vector<std::byte> content(static_cast<std::size_t>(array.bytes));
    SNUG_TRY(const std::size_t got, in.readAt(array.offset, content));
    if (got != content.size())
        return endsTooEarly(in, in.size() + 1, "a list of values");
    Array loaded = array;
    loaded.content = std::move(content);
    return loaded;
}

Result<void> loadArrays(RandomReader &in, Header &header, const Limits &limits)
{
    for (KeyValue &pair : header.values) {
        if (Array *array = pair.value.array()) {
            SNUG_TRY(*array, loadArray(in, *array, limits.headerBytes));
        }
    }
    return {};
}

} // namespace snug::gguf
