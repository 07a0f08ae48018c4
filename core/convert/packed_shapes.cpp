// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/packed_shapes.h"

#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace snug::convert {
namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::int64_t kWordBits = 32;
constexpr std::int64_t kMostRowLength = std::int64_t{1} << 31;

tl::unexpected<Error> unknownShape(const PackedTensor &packed)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("The shape of the packed tensor {} ({}) cannot be told.",
                            gguf::escaped(packed.tensor.name), packed.method.name),
                {{"reason", std::string("packed_shape")},
                 {"name", gguf::escaped(packed.tensor.name)},
                 {"method", packed.method.name}},
                "Choose the unpacked checkpoint of the model, or a GGUF file of it.");
}

bool isMatrix(const CheckpointTensor &tensor)
{
    return tensor.shape.size() == 2 && tensor.shape[0] > 0 && tensor.shape[1] > 0 &&
           tensor.shape[0] < kMostRowLength && tensor.shape[1] < kMostRowLength;
}

// Which dimension of a matrix is packed into words of 32 bits, and whether it is stored as [in, out].
struct WordLayout {
    std::size_t packed = 0;
    bool turned = false;
};

Result<Shape> shapeOfWords(const PackedTensor &packed, WordLayout layout)
{
    const std::int64_t bits = packed.method.bits;
    if (!isMatrix(packed.tensor) || bits <= 0)
        return unknownShape(packed);
    Shape shape = packed.tensor.shape;
    const std::int64_t packedBits = shape[layout.packed] * kWordBits;
    if (packedBits % bits != 0)
        return unknownShape(packed);
    shape[layout.packed] = packedBits / bits;
    if (!layout.turned)
        return shape;
    std::swap(shape[0], shape[1]);
    // Of such a matrix, the scales have a column for each output.
    const CheckpointTensor *scales = packed.beside(".scales");
    if (scales == nullptr || !isMatrix(*scales) || scales->shape[1] != shape[0])
        return unknownShape(packed);
    return shape;
}

// How wide the vectors are that a layer of this name reads; 0 for one that writes the hidden vector.
std::int64_t inputWidth(std::string_view layer, const Config &config, std::int64_t hidden)
{
    constexpr std::array<std::string_view, 7> kWriters = {"o_proj", "down_proj", "out_proj",     "c_proj",
                                                          "dense",  "w2",        "dense_4h_to_h"};
    const auto dot = layer.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? layer : layer.substr(dot + 1);
    if (last == "q_b_proj")
        return config.count({"q_lora_rank"}).value_or(0);
    if (last == "kv_b_proj")
        return config.count({"kv_lora_rank"}).value_or(0);
    return std::find(kWriters.begin(), kWriters.end(), last) != kWriters.end() ? 0 : hidden;
}

} // namespace

Result<Shape> shapeAsStored(const PackedTensor &packed)
{
    return packed.tensor.shape;
}

Result<Shape> shapeOfGptq(const PackedTensor &packed)
{
    return shapeOfWords(packed, {.packed = 0, .turned = true});
}

Result<Shape> shapeOfAwqGemm(const PackedTensor &packed)
{
    return shapeOfWords(packed, {.packed = 1, .turned = true});
}

Result<Shape> shapeOfPackedRows(const PackedTensor &packed)
{
    return shapeOfWords(packed, {.packed = 1, .turned = false});
}

Result<Shape> shapeOfMxfp4(const PackedTensor &packed)
{
    constexpr std::int64_t kBlockBytes = 16;
    constexpr std::int64_t kBlockElements = 32;
    const Shape &blocks = packed.tensor.shape; // ..., blocks of a row, bytes of a block
    const CheckpointTensor *scales = packed.beside("_scales");
    if (blocks.size() < 3 || blocks.back() != kBlockBytes || scales == nullptr ||
        !std::equal(scales->shape.begin(), scales->shape.end(), blocks.begin(), blocks.end() - 1))
        return unknownShape(packed);
    Shape shape(blocks.begin(), blocks.end() - 1);
    if (shape.back() <= 0 || shape.back() >= kMostRowLength)
        return unknownShape(packed);
    shape.back() *= kBlockElements;
    return shape;
}

Result<Shape> shapeOfPackedBytes(const PackedTensor &packed)
{
    const std::int64_t bits = packed.method.bits;
    const std::int64_t hidden = packed.config.count({"hidden_size", "n_embd", "dim"}).value_or(0);
    // Numbers of 3 bits do not fill their words, so that padding could not be told from numbers.
    if ((bits != 1 && bits != 2 && bits != 4 && bits != 8) || hidden == 0 ||
        packed.tensor.bytes > INT64_MAX / 8)
        return unknownShape(packed);
    const std::int64_t elements = packed.tensor.bytes * 8 / bits;
    const std::string_view name = packed.tensor.name;
    const std::int64_t in =
        inputWidth(name.substr(0, name.size() - packed.method.suffix.size()), packed.config, hidden);
    const std::int64_t known = in == 0 ? hidden : in;
    if (elements == 0 || elements % known != 0)
        return unknownShape(packed);
    return in == 0 ? Shape{hidden, elements / hidden} : Shape{elements / in, in};
}

} // namespace snug::convert
