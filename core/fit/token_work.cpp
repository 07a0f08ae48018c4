// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/token_work.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
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

// Numbers of one architecture: one for all layers, or a list with one for each.
class Keys {
public:
    explicit Keys(const gguf::Header &header) : m_header(header)
    {
        const gguf::Value *name = header.find("general.architecture");
        if (name != nullptr && name->text() != nullptr)
            m_architecture = *name->text();
    }

    [[nodiscard]] std::optional<std::int64_t> number(const std::string &suffix, std::size_t layer = 0) const
    {
        const gguf::Value *value = m_header.find(m_architecture + "." + suffix);
        if (value == nullptr)
            return std::nullopt;
        auto found = value->integer();
        if (const gguf::Array *array = value->array()) {
            const auto list = array->integers();
            found = list && layer < list->size() ? std::optional((*list)[layer]) : std::nullopt;
        }
        return found && *found >= 0 && *found <= INT32_MAX ? found : std::nullopt;
    }

    [[nodiscard]] const std::string &architecture() const { return m_architecture; }

private:
    const gguf::Header &m_header;
    std::string m_architecture;
};

// Of so many layers the last one looks at everything, the others only at a window (set_swa_pattern in
// src/models of llama.cpp v0.5.0).
std::int64_t windowPeriod(std::string_view architecture)
{
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kPeriods = {
        {{"gemma2", 2}, {"gemma3", 6}, {"gemma3n", 5}, {"gpt-oss", 2}, {"cohere2", 4}}};
    for (const auto &[name, period] : kPeriods) {
        if (name == architecture)
            return period;
    }
    return 1;
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

class Reader {
public:
    Reader(const gguf::Header &first, const quant::SourceModel &model) : m_keys(first), m_model(model)
    {
        m_work.width = m_keys.number("embedding_length").value_or(0);
        m_work.layers.resize(static_cast<std::size_t>(model.traits.layers));
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
            const bool last = tensor.layer + 1 == m_model.traits.layers;
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
        const bool experts = contains(tensor.tensor->name, "_exps");
        if (experts)
            matrix.copies = static_cast<double>(
                std::min(m_keys.number("expert_used_count").value_or(1), dim(*tensor.tensor, 2)));
        matrix.lastOnly = lastOnly;
        if (LayerWork *layer = layerOf(tensor)) {
            layer->activations += 2.0 * static_cast<double>(matrix.rows) * matrix.copies;
            noteAttention(tensor, *layer);
            // Choosing and weighting experts.
            constexpr double kRouting = 10;
            layer->nodes += contains(tensor.tensor->name, "ffn_gate_inp.") ? kRouting : 0;
        }
        m_work.matrices.push_back(matrix);
    }

    // The layer has attention if it has keys.
    void noteAttention(const SourceTensor &tensor, LayerWork &layer) const
    {
        const std::string_view name = tensor.tensor->name;
        if (!contains(name, "attn_k.") && !contains(name, "attn_qkv.") && !contains(name, "attn_kv_a"))
            return;
        const auto index = static_cast<std::size_t>(tensor.layer);
        layer.queryHeads = static_cast<double>(m_keys.number("attention.head_count", index).value_or(0));
        layer.keyHeads = static_cast<double>(m_keys.number("attention.head_count_kv", index).value_or(0));
        if (layer.keyHeads <= 0)
            layer.keyHeads = layer.queryHeads;
        const double head = layer.queryHeads > 0 ? static_cast<double>(m_work.width) / layer.queryHeads : 0;
        const auto length = [&](const char *key) {
            const auto found = m_keys.number(key);
            return found ? static_cast<double>(*found) : head;
        };
        layer.keyLength = length("attention.key_length");
        layer.valueLength = length("attention.value_length");
        const std::int64_t period = windowPeriod(m_keys.architecture());
        if (period > 1 && (tensor.layer + 1) % period != 0)
            layer.window = m_keys.number("attention.sliding_window").value_or(0);
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

    Keys m_keys;
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
    return Reader(parts.front(), model).read({});
}

Result<TokenWork> tokenWork(std::span<const gguf::Header> parts, const quant::TypePlan &plan)
{
    SNUG_TRY(const auto model, quant::sourceModel(parts));
    std::map<const gguf::Tensor *, TensorType> types;
    for (const quant::PlannedTensor &planned : plan.tensors)
        types[planned.source->tensor] = planned.type;
    return Reader(parts.front(), model).read(types);
}

} // namespace snug::fit
