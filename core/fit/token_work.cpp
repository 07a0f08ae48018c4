// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/token_work.h"

#include "core/model/shape.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace snug::fit {
namespace {

using gguf::TensorType;
using quant::SourceTensor;
using quant::TensorRole;

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != text.npos;
}

bool isFeedForward(const SourceTensor &tensor)
{
    return tensor.role == TensorRole::FfnUp || tensor.role == TensorRole::FfnGate ||
           tensor.role == TensorRole::FfnDown || contains(tensor.tensor->name, "ffn_gate_inp");
}

bool isEmbedding(const SourceTensor &tensor)
{
    const std::string_view name = tensor.tensor->name;
    return tensor.role == TensorRole::TokenEmbedding || contains(name, "position_embd") ||
           contains(name, "token_types");
}

// A matrix, or a stack of them; norms, biases and lists of numbers are none.
bool isMatrix(const SourceTensor &tensor)
{
    const auto &dims = tensor.tensor->dims;
    return quant::dimensionCount(dims) >= 2 && tensor.tensor->name.ends_with(".weight") &&
           !contains(tensor.tensor->name, "_norm") && !contains(tensor.tensor->name, "conv1d");
}

std::int64_t dim(const gguf::Tensor &tensor, std::size_t index)
{
    return index < tensor.dims.size() ? tensor.dims[index] : 1;
}

// Layers that a model runs through again and again are told apart.
Result<void> checkRepeats(const ModelShape &shape, const quant::SourceModel &model)
{
    constexpr std::int64_t kMostMatrices = 1'000'000;
    const std::int64_t repeats = shape.trunk / std::max<std::int64_t>(shape.ownLayers, 1) + 1;
    const auto tensors = static_cast<std::int64_t>(model.tensors.size());
    if (tensors <= kMostMatrices / repeats)
        return {};
    return fail(ErrorKind::TooLarge, "The model runs through its tensors more often than any real one.",
                {{"reason", std::string("absurd_layers")}, {"limit", kMostMatrices}});
}

class Reader {
public:
    Reader(const ModelShape &shape, const quant::SourceModel &model) : m_shape(shape), m_model(model)
    {
        m_work.width = shape.width;
        m_work.layers.resize(shape.layers.size());
    }

    [[nodiscard]] TokenWork read(const std::map<const gguf::Tensor *, TensorType> &types)
    {
        for (const SourceTensor &tensor : m_model.tensors) {
            const auto planned = types.find(tensor.tensor);
            add(tensor, planned == types.end() ? tensor.tensor->type : planned->second);
        }
        for (std::size_t i = 0; i < m_work.layers.size(); ++i)
            finishLayer(i);
        return std::move(m_work);
    }

private:
    [[nodiscard]] LayerWork *layerOf(const SourceTensor &tensor)
    {
        const auto index = static_cast<std::size_t>(tensor.layer);
        return tensor.layer >= 0 && index < m_work.layers.size() ? &m_work.layers[index] : nullptr;
    }

    void add(const SourceTensor &tensor, TensorType type)
    {
        // Layers that predict further tokens are not run for each.
        if (tensor.layer >= m_shape.trunk)
            return;
        addOnce(tensor, type);
        SourceTensor again = tensor;
        for (again.layer += m_shape.ownLayers; tensor.layer >= 0 && again.layer < m_shape.trunk;
             again.layer += m_shape.ownLayers)
            addOnce(again, type);
    }

    void addOnce(const SourceTensor &tensor, TensorType type)
    {
        LayerWork *layer = layerOf(tensor);
        if (isEmbedding(tensor)) {
            if (tensor.role == TensorRole::TokenEmbedding && tensor.tensor->name == "token_embd.weight") {
                m_work.vocabulary = dim(*tensor.tensor, 1);
                if (m_model.tied)
                    addMatrix(tensor, type, true);
            }
            return;
        }
        if (isMatrix(tensor)) {
            const bool last = tensor.layer + 1 == m_shape.trunk;
            addMatrix(tensor, type, layer == nullptr || (last && isFeedForward(tensor)));
            return;
        }
        if (layer != nullptr) {
            // A norm scales after it has measured; a bias is added.
            const bool norm = contains(tensor.tensor->name, "norm");
            layer->nodes += norm ? 2 : 1;
            layer->activations += (norm ? 4.0 : 2.0) * static_cast<double>(m_work.width);
        }
    }

    void addMatrix(const SourceTensor &tensor, TensorType type, bool lastOnly)
    {
        MatrixWork matrix;
        matrix.type = type;
        matrix.layer = tensor.layer;
        matrix.columns = dim(*tensor.tensor, 0);
        matrix.rows = dim(*tensor.tensor, 1);
        matrix.stored = static_cast<double>(dim(*tensor.tensor, 2));
        matrix.copies = matrix.stored;
        matrix.lastOnly = lastOnly;
        if (LayerWork *layer = layerOf(tensor)) {
            const LayerShape &shape = m_shape.layers[static_cast<std::size_t>(tensor.layer)];
            if (contains(tensor.tensor->name, "_exps"))
                matrix.copies = static_cast<double>(
                    std::min(std::max<std::int64_t>(shape.expertsUsed, 1), dim(*tensor.tensor, 2)));
            layer->activations += 2.0 * static_cast<double>(matrix.rows) * matrix.copies;
            noteAttention(tensor, shape, *layer);
            // Choosing and weighting experts.
            constexpr double kRouting = 10;
            layer->nodes += contains(tensor.tensor->name, "ffn_gate_inp.") ? kRouting : 0;
        }
        m_work.matrices.push_back(matrix);
    }

    // The layer has attention if it has keys.
    static void noteAttention(const SourceTensor &tensor, const LayerShape &shape, LayerWork &layer)
    {
        const std::string_view name = tensor.tensor->name;
        if (!contains(name, "attn_k.") && !contains(name, "attn_qkv.") && !contains(name, "attn_kv_a"))
            return;
        layer.queryHeads = static_cast<double>(shape.heads);
        layer.keyHeads = static_cast<double>(shape.keyHeads > 0 ? shape.keyHeads : shape.heads);
        layer.keyLength = static_cast<double>(shape.keyLength);
        layer.valueLength = static_cast<double>(shape.valueLength);
        layer.window = shape.window;
    }

    void finishLayer(std::size_t index)
    {
        LayerWork &layer = m_work.layers[index];
        // Turning queries and keys, storing keys and values, attention itself.
        layer.nodes += layer.queryHeads > 0 ? 5 : 0;
        // Two sums with what came in, and the gate's product.
        constexpr double kSums = 3;
        layer.nodes += kSums;
        layer.activations += kSums * 2 * static_cast<double>(m_work.width);
    }

    const ModelShape &m_shape;
    const quant::SourceModel &m_model;
    TokenWork m_work;
};

} // namespace

double MatrixWork::bytes() const
{
    const auto &info = gguf::tensorTypeInfo(type);
    return static_cast<double>(columns) * static_cast<double>(rows) * static_cast<double>(info.blockBytes) /
           static_cast<double>(info.blockElements);
}

TensorType TokenWork::mainType() const
{
    std::map<TensorType, double> bytes;
    for (const MatrixWork &matrix : matrices)
        bytes[matrix.type] += matrix.bytes() * matrix.copies;
    const auto most = std::max_element(bytes.begin(), bytes.end(),
                                       [](const auto &a, const auto &b) { return a.second < b.second; });
    return most == bytes.end() ? TensorType::F16 : most->first;
}

double TokenWork::touchedBytes() const
{
    double bytes = 0;
    for (const MatrixWork &matrix : matrices)
        bytes += matrix.bytes() * matrix.copies;
    return bytes;
}

Result<TokenWork> tokenWork(std::span<const gguf::Header> parts)
{
    SNUG_TRY(const auto model, quant::sourceModel(parts));
    SNUG_TRY(const ModelShape shape, shapeOf(parts));
    SNUG_CHECK(checkRepeats(shape, model));
    return Reader(shape, model).read({});
}

Result<TokenWork> tokenWork(std::span<const gguf::Header> parts, const quant::TypePlan &plan)
{
    SNUG_TRY(const auto model, quant::sourceModel(parts));
    SNUG_TRY(const ModelShape shape, shapeOf(parts));
    SNUG_CHECK(checkRepeats(shape, model));
    std::map<const gguf::Tensor *, TensorType> types;
    for (const quant::PlannedTensor &planned : plan.tensors)
        types[planned.source->tensor] = planned.type;
    return Reader(shape, model).read(types);
}

} // namespace snug::fit
