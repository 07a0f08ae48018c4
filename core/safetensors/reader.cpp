// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/safetensors/reader.h"

#include "core/base/error_detail.h"
#include "core/base/units.h"
#include "core/gguf/failure.h"
#include "core/gguf/foreign_file.h"
#include "core/gguf/little_endian.h"
#include "core/gguf/text.h"
#include "core/safetensors/header_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace snug::safetensors {
namespace {

constexpr std::int64_t kLengthBytes = 8;

// What the file is instead, if its beginning tells.
Error foreign(std::string_view prefix, std::int64_t fileBytes)
{
    if (prefix.starts_with("GGUF"))
        return Error{ErrorKind::Unsupported,
                     "This is a GGUF file, not a safetensors file.",
                     {{"reason", std::string("gguf")}},
                     "Open it as the model that it is; it needs no conversion."};
    Error error = gguf::notGguf(prefix, fileBytes);
    if (!hasReason(error, "not_gguf") && !hasReason(error, "safetensors"))
        return error;
    return Error{ErrorKind::Corrupt,
                 fmt::format("This is not a safetensors file: it begins with \"{}\".",
                             gguf::escaped(prefix.substr(0, kLengthBytes + 1))),
                 {{"reason", std::string("not_safetensors")}},
                 std::string(gguf::kDownloadAgain)};
}

// The length of the JSON, or what is wrong with the beginning of the file.
Result<std::int64_t> readLength(gguf::RandomReader &in, const Limits &limits)
{
    std::string prefix(static_cast<std::size_t>(std::min(in.available(), gguf::kForeignPrefixBytes)), '\0');
    SNUG_TRY(const std::size_t got, in.readAt(0, std::as_writable_bytes(std::span(prefix))));
    prefix.resize(got);
    if (in.size() == 0)
        return tl::make_unexpected(foreign(prefix, 0));
    if (static_cast<std::int64_t>(prefix.size()) <= kLengthBytes) {
        if (in.size() > in.available() || prefix.find_first_not_of('\0') == std::string::npos)
            return gguf::endsTooEarly(in, kLengthBytes + 2, "its first bytes");
        return tl::make_unexpected(foreign(prefix, in.size()));
    }
    const auto length = gguf::fromLittleEndian<std::uint64_t>(std::as_bytes(std::span(prefix)).data());
    if (prefix[kLengthBytes] != '{' || length < 2)
        return tl::make_unexpected(foreign(prefix, in.size()));
    if (length > static_cast<std::uint64_t>(limits.headerBytes))
        return gguf::beyondLimit("large_header", limits.headerBytes,
                                 fmt::format("The file claims a header of {} bytes; Snug reads up to {}.",
                                             gguf::countText(length), formatCount(limits.headerBytes)));
    return static_cast<std::int64_t>(length);
}

Result<std::string> readJson(gguf::RandomReader &in, std::int64_t length)
{
    const std::int64_t end = kLengthBytes + length;
    if (end > in.available())
        return gguf::endsTooEarly(in, end, "its list of tensors");
    std::string text(static_cast<std::size_t>(length), '\0');
    SNUG_TRY(const std::size_t got, in.readAt(kLengthBytes, std::as_writable_bytes(std::span(text))));
    if (got != text.size())
        return gguf::endsTooEarly(in, in.size() + 1, "its list of tensors");
    if (!gguf::isUtf8(text))
        return gguf::corrupt("bad_json", kLengthBytes,
                             "The header of the file is no JSON: it is no readable text.");
    return text;
}

Result<void> checkUnique(const Header &header)
{
    std::unordered_set<std::string_view> names;
    for (const Tensor &tensor : header.tensors) {
        if (!names.insert(tensor.name).second)
            return gguf::corrupt(
                "duplicate_tensor", -1,
                fmt::format("The file has two tensors of the name {}.", gguf::escaped(tensor.name)));
    }
    return {};
}

// One tensor's data directly after another's, up to the end of the file.
Result<void> checkLayout(const Header &header, const gguf::RandomReader &in)
{
    std::vector<std::size_t> order(header.tensors.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&header](std::size_t a, std::size_t b) {
        const Tensor &left = header.tensors[a];
        const Tensor &right = header.tensors[b];
        return std::pair(left.offset, left.bytes) < std::pair(right.offset, right.bytes);
    });
    const std::int64_t room = header.fileBytes - header.dataOffset;
    std::int64_t expected = 0;
    for (const std::size_t index : order) {
        const Tensor &tensor = header.tensors[index];
        if (tensor.offset < expected)
            return gguf::corrupt(
                "overlap", header.dataOffset,
                fmt::format("The data of tensor {} lies over that of another.", gguf::escaped(tensor.name)));
        if (tensor.offset > expected)
            return gguf::corrupt(
                "gap", header.dataOffset,
                fmt::format("Before the data of tensor {} there are {} bytes that belong to nothing.",
                            gguf::escaped(tensor.name), formatCount(tensor.offset - expected)));
        if (tensor.bytes > room - expected)
            return gguf::endsTooEarly(in,
                                      tensor.bytes > INT64_MAX - expected - header.dataOffset
                                          ? INT64_MAX
                                          : header.dataOffset + expected + tensor.bytes,
                                      "the data of tensor " + gguf::escaped(tensor.name));
        expected += tensor.bytes;
    }
    if (expected != room)
        return gguf::corrupt("trailing_bytes", header.dataOffset + expected,
                             fmt::format("After the last tensor there are {} bytes that belong to nothing.",
                                         formatCount(room - expected)));
    return {};
}

} // namespace

Result<Header> readHeader(gguf::RandomReader &in, const Limits &limits)
{
    SNUG_TRY(const std::int64_t length, readLength(in, limits));
    SNUG_TRY(const std::string text, readJson(in, length));
    SNUG_TRY(Header header, parseHeaderJson(text, limits));
    header.dataOffset = kLengthBytes + length;
    header.fileBytes = in.size();
    SNUG_CHECK(checkUnique(header));
    SNUG_CHECK(checkLayout(header, in));
    return header;
}

} // namespace snug::safetensors
