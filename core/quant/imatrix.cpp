// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/imatrix.h"

#include "core/chat/utf8_stream.h"
#include "core/gguf/text.h"
#include "core/quant/imatrix_formats.h"
#include "core/quant/tensor_role.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace snug::quant {
namespace {

// llama.cpp keeps such texts in 128 bytes with a final zero. Half a character would be no text.
std::string shortened(std::string_view text)
{
    constexpr std::size_t kMostBytes = 127;
    return std::string(chat::cutUtf8(chat::validUtf8(text), kMostBytes));
}

} // namespace

Result<std::span<const float>> Imatrix::of(const gguf::Tensor &tensor) const
{
    const auto found = importance.find(tensor.name);
    if (found == importance.end())
        return std::span<const float>();
    const std::int64_t matrices = tensor.dims.size() > 2 ? tensor.dims[2] : 1;
    const std::array<std::int64_t, 2> wanted = {tensor.dims[0], matrices};
    if (gguf::elementCount(wanted) == static_cast<std::int64_t>(found->second.size()))
        return std::span(found->second);
    if (roleOf(tensor.name) == TensorRole::TokenEmbedding)
        return std::span<const float>();
    return fail(ErrorKind::InvalidArgument,
                fmt::format("The importance matrix has {} numbers for {}, which has {} columns in {} "
                            "matrices: it was made of another model.",
                            found->second.size(), gguf::escaped(tensor.name), tensor.dims[0], matrices),
                {{"reason", "imatrix_shape"}, {"name", gguf::escaped(tensor.name)}},
                "Choose the importance matrix of this model.");
}

std::vector<gguf::KeyValue> Imatrix::keys(std::string_view file) const
{
    std::vector<gguf::KeyValue> keys;
    keys.push_back({"quantize.imatrix.file", gguf::Value(shortened(file))});
    if (!dataset.empty())
        keys.push_back({"quantize.imatrix.dataset", gguf::Value(shortened(dataset))});
    keys.push_back(
        {"quantize.imatrix.entries_count", gguf::Value(static_cast<std::uint32_t>(importance.size()))});
    if (chunks > 0)
        keys.push_back({"quantize.imatrix.chunks_count", gguf::Value(static_cast<std::uint32_t>(chunks))});
    return keys;
}

Result<Imatrix> readImatrix(gguf::RandomReader &in, const ImatrixLimits &limits)
{
    if (in.size() > limits.fileBytes)
        return fail(ErrorKind::TooLarge,
                    fmt::format("The file has {} bytes, more than any importance matrix.", in.size()),
                    {{"reason", "large_imatrix"}, {"limit", limits.fileBytes}});
    constexpr std::array kMagic = {std::byte{'G'}, std::byte{'G'}, std::byte{'U'}, std::byte{'F'}};
    std::array<std::byte, kMagic.size()> begin = {};
    SNUG_TRY(const std::size_t got, in.readAt(0, begin));
    const bool isGguf = got == begin.size() && begin == kMagic;
    return isGguf ? readGgufImatrix(in) : readOldImatrix(in, limits);
}

} // namespace snug::quant
