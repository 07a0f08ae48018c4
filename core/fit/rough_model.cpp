// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/rough_model.h"

#include "core/fit/compute_form.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/quant/byte_sum.h"
#include "core/quant/tensor_role.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::fit {
namespace {

using gguf::TensorType;

// A thousand times the largest disk: no sum of several such numbers overflows.
constexpr std::int64_t kMostBytes = std::int64_t{1} << 60;

// ggml_repack_get_optimal_repack_type in ggml/src/ggml-cpu/repack.cpp, for the processors of most computers:
// x86 with AVX2. With others Q2_K, Q8_0, Q5_K and Q6_K follow.
bool isRepacked(TensorType type, std::int64_t matrixRows)
{
    constexpr std::int64_t kRowsAtOnce = 8;
    const bool can = type == TensorType::Q4_0 || type == TensorType::Q4_K || type == TensorType::IQ4_NL ||
                     type == TensorType::MXFP4;
    return can && matrixRows % kRowsAtOnce == 0;
}

// Between attention and net; without any, both read the same numbers.
bool isSecondNorm(std::string_view part)
{
    constexpr std::array<std::string_view, 4> kNames = {"ffn_norm.weight", "post_attention_norm.weight",
                                                        "layer_output_norm.weight",
                                                        "attn_output_norm.weight"};
    return std::find(kNames.begin(), kNames.end(), part) != kNames.end();
}

tl::unexpected<Error> tooLarge()
{
    return fail(ErrorKind::TooLarge, "The tensors together are larger than any file can be.",
                {{"reason", "overflow"}});
}

// What follows from shape and weights.
void settle(RoughModel &model, bool parallel)
{
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        model.layers[i].parallel = parallel;
        // Those that predict further tokens are not loaded.
        if (static_cast<std::int64_t>(i) >= model.shape.trunk)
            model.layers[i] = {};
        const LayerShape &shape = model.shape.layers[i];
        const auto kind = std::find(model.kinds.begin(), model.kinds.end(), shape);
        model.kindOf.push_back(static_cast<std::size_t>(kind - model.kinds.begin()));
        if (kind == model.kinds.end())
            model.kinds.push_back(shape);
    }
    setComputeForms(model);
}

// As large as their matrices have numbers, where all numbers are alike.
void shareOut(RoughModel &model, std::int64_t weightBytes)
{
    const double vocabulary =
        static_cast<double>(model.shape.vocabulary) * static_cast<double>(model.shape.width);
    const auto &shapes = model.shape.layers;
    const std::span<const LayerShape> own(shapes.data(), static_cast<std::size_t>(model.shape.ownLayers));
    double sum = 2 * vocabulary;
    for (const LayerShape &layer : own)
        sum += usualNumbers(model.shape, layer).all;
    const double bytes = static_cast<double>(weightBytes) / std::max(sum, 1.0);
    std::int64_t left = weightBytes;
    const auto take = [&left, bytes](double numbers) {
        const auto taken = std::min(static_cast<std::int64_t>(numbers * bytes), left);
        left -= taken;
        return taken;
    };
    model.input = take(vocabulary);
    model.output = take(vocabulary);
    for (const LayerShape &layer : own) {
        const UsualNumbers numbers = usualNumbers(model.shape, layer);
        LayerWeights weights;
        weights.query = take(numbers.query);
        weights.key = take(numbers.key);
        weights.value = take(numbers.value);
        weights.output = take(numbers.query);
        weights.gate = take(numbers.net);
        weights.up = take(numbers.net);
        weights.down = take(numbers.net);
        weights.expertGate = take(numbers.expert);
        weights.expertUp = take(numbers.expert);
        weights.expertDown = take(numbers.expert);
        weights.experts = weights.expertGate + weights.expertUp + weights.expertDown;
        weights.all = weights.query + weights.key + weights.value + weights.output + weights.gate +
                      weights.up + weights.down + weights.experts;
        model.layers.push_back(weights);
    }
    model.layers.resize(shapes.size());
    // What rounding left over.
    model.input += left;
}

// Sorts tensors into places.
class Sorter {
public:
    explicit Sorter(ModelShape shape)
    {
        m_model.shape = std::move(shape);
        m_model.layers.resize(m_model.shape.layers.size());
    }

    [[nodiscard]] Result<void> add(const gguf::Tensor &tensor)
    {
        const auto bytes = gguf::tensorBytes(tensor.type, tensor.dims);
        if (!bytes)
            return gguf::corrupt(
                "bad_shape", -1,
                fmt::format("Tensor {} has an impossible shape.", gguf::escaped(tensor.name)));
        m_sum.add(bytes);
        if (m_sum.value().value_or(kMostBytes) >= kMostBytes)
            return tooLarge();
        place(tensor, *bytes);
        return {};
    }

    [[nodiscard]] RoughModel take()
    {
        if (m_hasOutput || !m_model.shape.remembers)
            m_model.tied = 0;
        settle(m_model, !m_hasSecondNorm);
        return std::move(m_model);
    }

private:
    void place(const gguf::Tensor &tensor, std::int64_t bytes)
    {
        const std::string_view name = tensor.name;
        const std::int64_t layer = quant::layerOf(name);
        if (layer >= 0 && layer < static_cast<std::int64_t>(m_model.layers.size())) {
            const std::size_t dot = name.find('.', name.find('.') + 1);
            const std::string_view part = dot == name.npos ? std::string_view() : name.substr(dot + 1);
            addTensor(m_model.layers[static_cast<std::size_t>(layer)], part, tensor.dims, bytes);
            m_hasSecondNorm = m_hasSecondNorm || isSecondNorm(part);
        } else if (name.starts_with("output") || name.starts_with("cls")) {
            m_model.output += bytes;
            m_hasOutput = m_hasOutput || name == "output.weight";
        } else {
            m_model.input += bytes;
            if (name == "token_embd.weight") {
                m_model.tied = bytes;
                m_model.tiedRepacked = tensor.dims.size() == 2 && isRepacked(tensor.type, tensor.dims[1]);
            }
        }
    }

    RoughModel m_model;
    quant::ByteSum m_sum;
    bool m_hasOutput = false;
    bool m_hasSecondNorm = false;
};

} // namespace

Result<RoughModel> roughModel(std::span<const gguf::Header> parts)
{
    SNUG_TRY(ModelShape shape, shapeOf(parts));
    Sorter sorter(std::move(shape));
    for (const gguf::Header &part : parts) {
        for (const gguf::Tensor &tensor : part.tensors)
            SNUG_CHECK(sorter.add(tensor));
    }
    return sorter.take();
}

Result<RoughModel> roughModel(ModelShape shape, std::span<const gguf::Tensor> tensors)
{
    Sorter sorter(std::move(shape));
    for (const gguf::Tensor &tensor : tensors)
        SNUG_CHECK(sorter.add(tensor));
    return sorter.take();
}

Result<RoughModel> roughModel(ModelShape shape, std::int64_t weightBytes)
{
    if (weightBytes <= 0)
        return fail(ErrorKind::InvalidArgument, "Nothing is known of the size of the model.",
                    {{"reason", "no_size"}});
    if (weightBytes >= kMostBytes)
        return tooLarge();
    RoughModel model;
    model.shape = std::move(shape);
    shareOut(model, weightBytes);
    settle(model, false);
    return model;
}

} // namespace snug::fit
