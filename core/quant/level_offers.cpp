// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/level_offers.h"

#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace snug::quant {
namespace {

using gguf::TensorType;

// What the misfits of a plan have in common.
struct Misfits {
    std::int64_t count = 0;
    std::set<std::int64_t> rows;                 // their lengths
    std::set<std::int64_t> blocks;               // of the types that do not fit
    std::map<TensorType, std::int64_t> becoming; // how many
};

Misfits misfitsOf(const TypePlan &plan)
{
    Misfits misfits;
    for (const PlannedTensor &planned : plan.tensors) {
        if (planned.type == planned.wanted)
            continue;
        ++misfits.count;
        misfits.rows.insert(planned.source->tensor->dims[0]);
        misfits.blocks.insert(gguf::tensorTypeInfo(planned.wanted).blockElements);
        ++misfits.becoming[planned.type];
    }
    return misfits;
}

std::string numbers(const std::set<std::int64_t> &all, std::string_view conjunction)
{
    constexpr std::size_t kMostShown = 3;
    std::string text;
    std::size_t shown = 0;
    for (const std::int64_t number : all) {
        if (shown == kMostShown)
            return text + " and others";
        const bool last = ++shown == all.size();
        text += shown == 1 ? "" : last ? fmt::format(" {} ", conjunction) : ", ";
        text += fmt::to_string(number);
    }
    return text;
}

// "Q5_0", or "Q5_0 (166), Q8_0 (14)", the most first.
std::string substitutes(const std::map<TensorType, std::int64_t> &becoming)
{
    if (becoming.size() == 1)
        return std::string(gguf::tensorTypeName(becoming.begin()->first));
    std::vector<std::pair<TensorType, std::int64_t>> sorted(becoming.begin(), becoming.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    std::string text;
    for (const auto &[type, count] : sorted)
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", gguf::tensorTypeName(type), count);
    return text;
}

std::string fallbackSentence(const TypePlan &plan)
{
    const Misfits misfits = misfitsOf(plan);
    if (misfits.count == 0)
        return {};
    return fmt::format("This model's rows of {} weights are no multiples of {}: {} of {} tensors {} {}.",
                       numbers(misfits.rows, "and"), numbers(misfits.blocks, "or"), misfits.count,
                       plan.tensors.size(), misfits.count == 1 ? "becomes" : "become",
                       substitutes(misfits.becoming));
}

std::string quantizedSentence(const gguf::Tensor &tensor)
{
    return fmt::format("The file is quantized already ({} is {}); this level can only be made from a better "
                       "one, in F32, F16 or BF16.",
                       gguf::escaped(tensor.name), gguf::tensorTypeName(tensor.type));
}

// A level for experts, of a model without any.
bool isOtherName(const TypePlan &plan, const Level &level)
{
    return level.fileType == FileType::MXFP4_MOE &&
           std::none_of(plan.tensors.begin(), plan.tensors.end(),
                        [](const PlannedTensor &planned) { return planned.type == TensorType::MXFP4; });
}

LevelOffer offer(const SourceModel &model, const Level &level, const TypeOptions &options)
{
    LevelOffer offer;
    offer.level = &level;
    auto plan = planTypes(model, level.fileType, options);
    const auto size = plan ? fileSize(model, *plan) : tl::make_unexpected(plan.error());
    if (!size) {
        offer.obstacle = size.error().message;
        return offer;
    }
    offer.size = *size;
    offer.bitsPerWeight = bitsPerWeight(model, *size);
    offer.needsImatrix = plan->needsImatrix;
    offer.fallbacks = fallbackSentence(*plan);
    if (isOtherName(*plan, level))
        offer.obstacle = "This model has no experts, so this level would be Q8_0 by another name.";
    if (plan->alreadyQuantized != nullptr)
        offer.obstacle = quantizedSentence(*plan->alreadyQuantized);
    offer.plan = *std::move(plan);
    return offer;
}

} // namespace

std::vector<LevelOffer> levelOffers(const SourceModel &model, const TypeOptions &options)
{
    std::vector<LevelOffer> offers;
    for (const Level &level : levels()) {
        if (level.canBeMade)
            offers.push_back(offer(model, level, options));
    }
    return offers;
}

} // namespace snug::quant
