// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/type_plan.h"

#include "core/gguf/text.h"
#include "core/quant/shape_fallback.h"
#include "core/quant/type_kinds.h"
#include "core/quant/type_rules.h"

#include <fmt/format.h>

#include <array>

namespace snug::quant {
namespace {

using gguf::TensorType;

// A large table beside the embeddings proper.
constexpr std::string_view kLayerEmbeddings = "per_layer_token_embd.weight";

bool fits(TensorType type, const gguf::Tensor &tensor)
{
    return tensor.dims[0] % gguf::tensorTypeInfo(type).blockElements == 0;
}

// Several matrices: the third dimension is not 1.
bool isStacked(const gguf::Tensor &tensor)
{
    return tensor.dims.size() > 2 && tensor.dims[2] > 1;
}

// Goes through the tensors of one level in order, for some rules count.
class Planner {
public:
    Planner(const SourceModel &model, const Level &level, const TypeOptions &options)
        : m_model(model), m_level(level), m_options(options)
    {
    }

    [[nodiscard]] Result<PlannedTensor> plan(const SourceTensor &source)
    {
        const gguf::Tensor &tensor = *source.tensor;
        if (!source.converted)
            return PlannedTensor{&source, tensor.type, tensor.type};
        SNUG_TRY(const auto named, namedType(tensor));
        if (const auto type = chosenType(source, named.has_value()))
            return chosen(source, *type);
        if (m_level.family == Family::Float)
            return PlannedTensor{&source, m_level.mainType, m_level.mainType};
        SNUG_TRY(const TensorType wanted, named ? Result<TensorType>(*named) : wantedType(source));
        const auto type = typeForRow(wanted, tensor.dims[0]);
        if (!type)
            return fail(ErrorKind::Unsupported,
                        fmt::format("{} stores {} weights at a time, which do not divide the rows of {} "
                                    "weights in {}; nothing else can stand in.",
                                    gguf::tensorTypeName(wanted), gguf::tensorTypeInfo(wanted).blockElements,
                                    tensor.dims[0], gguf::escaped(tensor.name)),
                        {{"reason", "no_fallback"}}, "Choose another level.");
        return PlannedTensor{&source, *type, wanted};
    }

private:
    [[nodiscard]] Result<std::optional<TensorType>> namedType(const gguf::Tensor &tensor) const
    {
        for (const TypePattern &pattern : m_options.patterns) {
            SNUG_TRY(const bool isIn, pattern.isIn(tensor.name));
            if (isIn)
                return pattern.type();
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<TensorType> chosenType(const SourceTensor &source, bool isNamed) const
    {
        if (source.role == TensorRole::TokenEmbedding)
            return isNamed && source.tensor->name == kLayerEmbeddings ? std::nullopt
                                                                      : m_options.embeddingType;
        return source.role == TensorRole::Output ? m_options.outputType : std::nullopt;
    }

    [[nodiscard]] static Result<PlannedTensor> chosen(const SourceTensor &source, TensorType type)
    {
        if (!fits(type, *source.tensor))
            return fail(ErrorKind::InvalidArgument,
                        fmt::format("{} has rows of {} weights and cannot be stored as {}.",
                                    gguf::escaped(source.tensor->name), source.tensor->dims[0],
                                    gguf::tensorTypeName(type)),
                        {{"reason", "bad_type"}}, "Choose another type for it.");
        return PlannedTensor{&source, type, type};
    }

    [[nodiscard]] Result<TensorType> wantedType(const SourceTensor &source)
    {
        if (m_options.pure)
            return m_level.mainType;
        const bool isOutput =
            source.role == TensorRole::Output || (source.role == TensorRole::TokenEmbedding && m_model.tied);
        if (isOutput && m_options.outputType)
            return *m_options.outputType;
        SNUG_TRY(const std::int64_t index, indexOf(source));
        const Place place{m_model.traits,
                          isOutput ? TensorRole::Output : source.role,
                          m_options.imatrix,
                          fits(m_level.mainType, *source.tensor),
                          isStacked(*source.tensor),
                          index,
                          source.role == TensorRole::Value ? m_model.valueTensors : m_model.traits.layers};
        return mixedType(m_level.fileType, place);
    }

    // Counts the tensor.
    [[nodiscard]] Result<std::int64_t> indexOf(const SourceTensor &source)
    {
        const std::int64_t seen = m_seen.at(static_cast<std::size_t>(source.role))++;
        if (!countsByLayerName(m_level.fileType, source.role, m_model.traits))
            return seen;
        if (source.layer < 0 || source.layer >= m_model.traits.layers)
            return fail(ErrorKind::Unsupported,
                        fmt::format("The name of {} tells none of the model's {} layers, which a mixture of "
                                    "experts needs.",
                                    gguf::escaped(source.tensor->name), m_model.traits.layers),
                        {{"reason", "no_layer"}});
        return source.layer;
    }

    const SourceModel &m_model;
    const Level &m_level;
    const TypeOptions &m_options;
    std::array<std::int64_t, static_cast<std::size_t>(TensorRole::Other) + 1> m_seen = {};
};

} // namespace

Result<TypePlan> planTypes(const SourceModel &model, FileType level, const TypeOptions &options)
{
    const Level &entry = quant::level(level);
    if (!entry.canBeMade)
        return fail(ErrorKind::Unsupported, fmt::format("The engine does not make {} files.", entry.name),
                    {{"reason", "no_such_level"}}, "Choose another level, or a file that its maker offers.");
    TypePlan plan;
    plan.tensors.reserve(model.tensors.size());
    Planner planner(model, entry, options);
    for (const SourceTensor &source : model.tensors) {
        SNUG_TRY(const PlannedTensor planned, planner.plan(source));
        const gguf::Tensor &tensor = *source.tensor;
        plan.needsImatrix =
            plan.needsImatrix || (source.converted && needsImatrix(level, planned.type, source.role));
        if (plan.alreadyQuantized == nullptr && planned.type != tensor.type && !isFloat(tensor.type))
            plan.alreadyQuantized = &tensor;
        plan.tensors.push_back(planned);
    }
    return plan;
}

} // namespace snug::quant
