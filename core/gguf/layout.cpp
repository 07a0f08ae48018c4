// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/layout.h"

#include "core/base/units.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace snug::gguf {
namespace {

// The indices of `items`, ordered by `less` of what they stand for: no hash table that a hostile file could
// make slow.
template <class Item, class Less>
std::vector<std::size_t> sortedIndices(const std::vector<Item> &items, Less less)
{
    std::vector<std::size_t> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return less(items[a], items[b]); });
    return order;
}

template <class Item>
const std::string *firstDuplicate(const std::vector<Item> &items, std::string Item::*name)
{
    const auto order =
        sortedIndices(items, [name](const Item &a, const Item &b) { return a.*name < b.*name; });
    const auto twin = std::adjacent_find(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return items[a].*name == items[b].*name;
    });
    return twin == order.end() ? nullptr : &(items[*twin].*name);
}

Result<void> checkOffsets(const Header &header)
{
    for (const Tensor &tensor : header.tensors) {
        if (tensor.offset % header.alignment != 0)
            return corrupt(
                "misaligned", header.dataOffset,
                fmt::format(
                    "The data of tensor {} begins at byte {} of its section, which is no multiple of {}.",
                    tensor.name, formatCount(tensor.offset), header.alignment));
        const auto paddedBytes = aligned(tensor.bytes, header.alignment);
        if (!paddedBytes || tensor.offset > INT64_MAX - header.dataOffset - *paddedBytes)
            return corrupt(
                "overflow", header.dataOffset,
                fmt::format("The data of tensor {} would end beyond what any file can hold.", tensor.name));
    }
    return {};
}

Result<void> checkOverlap(const Header &header)
{
    const auto order =
        sortedIndices(header.tensors, [](const Tensor &a, const Tensor &b) { return a.offset < b.offset; });
    for (std::size_t i = 1; i < order.size(); ++i) {
        const Tensor &before = header.tensors[order[i - 1]];
        const Tensor &after = header.tensors[order[i]];
        if (before.offset + before.bytes > after.offset)
            return corrupt(
                "overlap", header.dataOffset + after.offset,
                fmt::format("The data of the tensors {} and {} overlap.", before.name, after.name));
    }
    return {};
}

Result<void> checkContiguous(const Header &header)
{
    std::int64_t expected = 0;
    for (const Tensor &tensor : header.tensors) {
        if (tensor.offset != expected)
            return fail(
                ErrorKind::Unsupported,
                fmt::format(
                    "The data of tensor {} begins at byte {} of its section instead of {}; llama.cpp reads "
                    "only files whose tensors follow one another without gaps.",
                    tensor.name, formatCount(tensor.offset), formatCount(expected)),
                {{"reason", "gap"}, {"offset", header.dataOffset + tensor.offset}},
                std::string(kDownloadAgain));
        // Fits: checkOffsets has added the same numbers.
        expected = *aligned(tensor.offset + tensor.bytes, header.alignment);
    }
    return {};
}

Result<void> checkInsideFile(const Header &header)
{
    if (header.dataEnd() <= header.fileBytes)
        return {};
    const auto outside =
        std::find_if(header.tensors.begin(), header.tensors.end(), [&header](const Tensor &tensor) {
            return header.dataOffset + tensor.offset + tensor.bytes > header.fileBytes;
        });
    const std::int64_t begin = header.dataOffset + outside->offset;
    const bool cut = begin < header.fileBytes;
    return fail(
        ErrorKind::Truncated,
        fmt::format("Tensor {} of {} should {} at byte {}, but the file ends at {}. Nothing was changed.",
                    formatCount(outside - header.tensors.begin() + 1),
                    formatCount(static_cast<std::int64_t>(header.tensors.size())), cut ? "end" : "begin",
                    formatCount(cut ? begin + outside->bytes : begin), formatCount(header.fileBytes)),
        {{"reason", "truncated"},
         {"wanted_bytes", header.dataEnd()},
         {"file_bytes", header.fileBytes},
         {"tensor", outside->name}},
        "Download it again.");
}

} // namespace

Result<std::uint32_t> alignmentOf(const std::vector<KeyValue> &values)
{
    const auto entry = std::find_if(values.begin(), values.end(),
                                    [](const KeyValue &pair) { return pair.key == "general.alignment"; });
    if (entry == values.end())
        return kDefaultAlignment;
    const auto *alignment = std::get_if<std::uint32_t>(&entry->value.content());
    if (alignment == nullptr || !std::has_single_bit(*alignment) || *alignment > kMaxAlignment)
        return corrupt("bad_alignment", -1,
                       fmt::format("The file's general.alignment is not a power of two up to {}.",
                                   formatCount(kMaxAlignment)));
    return *alignment;
}

std::optional<std::int64_t> aligned(std::int64_t offset, std::uint32_t alignment)
{
    const std::int64_t rest = offset % alignment;
    if (rest == 0)
        return offset;
    const std::int64_t padding = alignment - rest;
    return offset > INT64_MAX - padding ? std::nullopt : std::optional(offset + padding);
}

Result<void> checkUnique(const Header &header)
{
    if (const std::string *key = firstDuplicate(header.values, &KeyValue::key))
        return corrupt("duplicate_key", -1, fmt::format("The key {} occurs twice.", escaped(*key)));
    if (const std::string *name = firstDuplicate(header.tensors, &Tensor::name))
        return corrupt("duplicate_tensor", -1, fmt::format("There are two tensors named {}.", *name));
    return {};
}

Result<void> checkLayout(const Header &header)
{
    for (const auto check : {checkOffsets, checkOverlap, checkContiguous, checkInsideFile}) {
        if (auto checked = check(header); !checked)
            return checked;
    }
    return {};
}

} // namespace snug::gguf
