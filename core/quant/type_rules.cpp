// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/type_rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace snug::quant {
namespace {

using gguf::TensorType;
using enum FileType;

// A set of values of an enum below 64.
template <class Enum> class Set {
public:
    constexpr Set(std::initializer_list<Enum> members)
    {
        for (const Enum member : members)
            m_bits |= bit(member);
    }
    [[nodiscard]] static constexpr Set all()
    {
        Set set = {};
        set.m_bits = ~std::uint64_t{0};
        return set;
    }
    [[nodiscard]] constexpr Set without(Enum member) const
    {
        Set set = *this;
        set.m_bits &= ~bit(member);
        return set;
    }
    [[nodiscard]] constexpr bool has(Enum member) const { return (m_bits & bit(member)) != 0; }

private:
    static constexpr std::uint64_t bit(Enum member)
    {
        return std::uint64_t{1} << static_cast<unsigned>(member);
    }
    std::uint64_t m_bits = 0;
};
using Levels = Set<FileType>;
using Roles = Set<TensorRole>;

constexpr Levels kAll = Levels::all();
constexpr Levels kOneBit = {IQ1_S, IQ1_M};
constexpr Levels kTwoBit = {IQ2_S, IQ2_M};
constexpr Levels kTiny = {IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M};
constexpr Levels kFinerWithEightExperts = {Q2_K,   Q3_K_S, Q3_K_M, Q4_K_S, Q4_K_M, IQ3_XXS,
                                           IQ3_XS, IQ3_S,  IQ3_M,  IQ4_NL, IQ4_XS};

bool always(const Place &)
{
    return true;
}
bool isFalcon(const Place &place)
{
    return place.model.architecture == "falcon";
}
bool notFalcon(const Place &place)
{
    return !isFalcon(place);
}
bool falconOrMisfit(const Place &place)
{
    return isFalcon(place) || !place.fitsMainType;
}
bool withImatrix(const Place &place)
{
    return place.imatrix;
}
bool withoutImatrix(const Place &place)
{
    return !place.imatrix;
}
bool eightExperts(const Place &place)
{
    return place.model.experts == 8;
}
// One value head serves many query heads, so its tensor is small and worth more bits.
bool sharedValues(const Place &place)
{
    return place.model.queryHeadsPerKey >= 4;
}
bool sharedValuesOrExperts(const Place &place)
{
    return sharedValues(place) || place.model.experts >= 4;
}
bool isFeedForward(TensorRole role)
{
    return role == TensorRole::FfnUp || role == TensorRole::FfnGate || role == TensorRole::FfnDown;
}
// BailingMoE 3 stacks its projections like experts.
bool isExpert(const Place &place)
{
    return place.stacked && (place.model.architecture != "bailingmoe3" || isFeedForward(place.role));
}
bool firstTwo(const Place &place)
{
    return place.index < 2;
}
bool firstFour(const Place &place)
{
    return place.index < 4;
}
bool firstEighth(const Place &place)
{
    return place.index < place.count / 8;
}
bool firstSixteenth(const Place &place)
{
    return place.index < place.count / 16;
}
bool lastEighth(const Place &place)
{
    return place.index >= 7 * place.count / 8;
}
bool middle(const Place &place)
{
    return !firstEighth(place) && !lastEighth(place);
}
// The first and the last eighth, and every third between.
bool important(const Place &place)
{
    return !middle(place) || (place.index - place.count / 8) % 3 == 2;
}

template <bool (*a)(const Place &), bool (*b)(const Place &)> bool both(const Place &place)
{
    return a(place) && b(place);
}
template <bool (*a)(const Place &), bool (*b)(const Place &)> bool either(const Place &place)
{
    return a(place) || b(place);
}

struct Rule {
    Levels levels;
    bool (*applies)(const Place &);
    TensorType type;
};

// In each table the first row that applies counts; where none does, the level's main type stays.

constexpr std::array kOutputRules = {
    Rule{{MXFP4_MOE}, always, TensorType::Q8_0},
    Rule{kAll, falconOrMisfit, TensorType::Q8_0},
    Rule{{IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M, IQ3_XXS}, always, TensorType::Q5_K},
    Rule{kAll.without(Q8_0), always, TensorType::Q6_K},
};

constexpr std::array kExpertRules = {
    Rule{{MXFP4_MOE}, isExpert, TensorType::MXFP4},
    Rule{{MXFP4_MOE}, always, TensorType::Q8_0},
};

constexpr std::array kEmbeddingRules = {
    Rule{{IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS}, always, TensorType::Q2_K},
    Rule{{IQ2_S, IQ2_M, IQ3_XXS}, always, TensorType::IQ3_S},
    Rule{{TQ1_0, TQ2_0, Q2_0}, always, TensorType::Q4_K},
};

constexpr std::array kTinyValueRules = {
    Rule{kTiny, sharedValuesOrExperts, TensorType::Q4_K},
    Rule{kTwoBit, always, TensorType::IQ3_S},
    Rule{kTiny, always, TensorType::Q2_K},
};
constexpr std::array kTinyKeyRules = {
    Rule{kTiny, eightExperts, TensorType::Q4_K},
};
constexpr std::array kTinyFfnDownRules = {
    Rule{kTwoBit, firstEighth, TensorType::IQ3_S},
    Rule{kTiny, firstEighth, TensorType::Q2_K},
};
constexpr std::array kTinyAttentionOutputRules = {
    Rule{kTiny, eightExperts, TensorType::Q5_K},
    Rule{kOneBit, always, TensorType::IQ2_XXS},
    Rule{kTwoBit, always, TensorType::IQ3_S},
};

constexpr std::array kValueRules = {
    Rule{kAll, eightExperts, TensorType::Q8_0},
    Rule{{Q2_K, Q2_K_S, IQ3_XXS, IQ3_XS, IQ3_S}, sharedValues, TensorType::Q4_K},
    Rule{{Q2_K}, always, TensorType::Q3_K},
    Rule{{IQ3_XXS}, withoutImatrix, TensorType::IQ3_S},
    Rule{{IQ3_M}, always, TensorType::Q4_K},
    Rule{{Q3_K_M}, firstTwo, TensorType::Q5_K},
    Rule{{Q3_K_M}, always, TensorType::Q4_K},
    Rule{{Q3_K_L}, always, TensorType::Q5_K},
    Rule{{IQ4_NL, IQ4_XS}, sharedValues, TensorType::Q5_K},
    Rule{{Q4_K_M, Q5_K_M}, important, TensorType::Q6_K},
    Rule{{Q4_K_S}, firstFour, TensorType::Q5_K},
};

constexpr std::array kKeyRules = {
    Rule{kAll, eightExperts, TensorType::Q8_0},
    Rule{{IQ3_XS}, always, TensorType::IQ3_XXS},
    Rule{{IQ3_XXS}, always, TensorType::IQ2_S},
};

constexpr std::array kQueryRules = {
    Rule{{IQ3_XS}, always, TensorType::IQ3_XXS},
    Rule{{IQ3_XXS}, always, TensorType::IQ2_S},
};

constexpr std::array kFfnDownRules = {
    Rule{{Q2_K}, always, TensorType::Q3_K},
    Rule{{Q2_K_S}, firstEighth, TensorType::Q4_K},
    Rule{{IQ3_XXS}, both<withoutImatrix, firstEighth>, TensorType::Q4_K},
    Rule{{IQ3_XXS}, withoutImatrix, TensorType::Q3_K},
    Rule{{IQ3_M}, firstEighth, TensorType::Q4_K},
    Rule{{IQ3_M}, both<eightExperts, important>, TensorType::Q4_K},
    Rule{{Q3_K_M}, firstSixteenth, TensorType::Q5_K},
    Rule{{Q3_K_M}, either<notFalcon, important>, TensorType::Q4_K},
    Rule{{Q3_K_L}, isFalcon, TensorType::Q4_K},
    Rule{{Q3_K_L}, always, TensorType::Q5_K},
    Rule{{Q4_K_M}, both<isFalcon, firstSixteenth>, TensorType::Q6_K},
    Rule{{Q4_K_M}, both<isFalcon, important>, TensorType::Q5_K},
    Rule{{Q4_K_M}, both<notFalcon, important>, TensorType::Q6_K},
    Rule{{Q4_K_S}, both<notFalcon, firstEighth>, TensorType::Q5_K},
    Rule{{Q5_K_M}, important, TensorType::Q6_K},
    Rule{{IQ4_NL, IQ4_XS}, both<withoutImatrix, firstEighth>, TensorType::Q5_K},
    Rule{{Q4_0}, both<withImatrix, firstEighth>, TensorType::Q4_1},
    Rule{{Q5_0}, both<withImatrix, firstEighth>, TensorType::Q5_1},
};

constexpr std::array kFfnInRules = {
    Rule{{IQ3_XS}, middle, TensorType::IQ3_XXS},
};

constexpr std::array kAttentionOutputRules = {
    Rule{{Q3_K_L}, isFalcon, TensorType::Q4_K},
};
constexpr std::array kAttentionOutputRulesOfEight = {
    Rule{kFinerWithEightExperts, always, TensorType::Q5_K},
};
constexpr std::array kAttentionOutputRulesOfOthers = {
    Rule{{Q2_K}, always, TensorType::Q3_K},
    Rule{{IQ3_XXS}, always, TensorType::IQ3_S},
    Rule{{Q3_K_M, IQ3_M}, always, TensorType::Q4_K},
    Rule{{Q3_K_L}, always, TensorType::Q5_K},
};

std::span<const Rule> attentionOutputRules(const Place &place)
{
    if (isFalcon(place))
        return kAttentionOutputRules;
    return eightExperts(place) ? std::span<const Rule>(kAttentionOutputRulesOfEight)
                               : std::span<const Rule>(kAttentionOutputRulesOfOthers);
}

std::span<const Rule> tinyRules(TensorRole role)
{
    switch (role) {
    case TensorRole::Value:
        return kTinyValueRules;
    case TensorRole::Key:
        return kTinyKeyRules;
    case TensorRole::FfnDown:
        return kTinyFfnDownRules;
    case TensorRole::AttentionOutput:
        return kTinyAttentionOutputRules;
    default:
        return {};
    }
}

std::span<const Rule> layerRules(const Place &place)
{
    switch (place.role) {
    case TensorRole::Value:
        return kValueRules;
    case TensorRole::Key:
        return kKeyRules;
    case TensorRole::Query:
        return kQueryRules;
    case TensorRole::FfnDown:
        return kFfnDownRules;
    case TensorRole::FfnUp:
    case TensorRole::FfnGate:
        return kFfnInRules;
    case TensorRole::AttentionOutput:
        return attentionOutputRules(place);
    default:
        return {};
    }
}

std::span<const Rule> rulesFor(FileType level, const Place &place)
{
    if (place.role == TensorRole::Output)
        return kOutputRules;
    if (level == MXFP4_MOE)
        return kExpertRules;
    if (place.role == TensorRole::TokenEmbedding)
        return kEmbeddingRules;
    return kTiny.has(level) ? tinyRules(place.role) : layerRules(place);
}

} // namespace

TensorType mixedType(FileType level, const Place &place)
{
    const auto rules = rulesFor(level, place);
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule &entry) {
        return entry.levels.has(level) && entry.applies(place);
    });
    const TensorType type = rule == rules.end() ? quant::level(level).mainType : rule->type;
    // There eight query heads share a value head, so that more bits cost next to nothing.
    const bool isLargeValue = rules.data() == kValueRules.data() && place.model.is70B;
    return isLargeValue && (type == TensorType::Q3_K || type == TensorType::Q4_K) ? TensorType::Q5_K : type;
}

bool countsByLayerName(FileType level, TensorRole role, const ModelTraits &model)
{
    return model.experts > 1 && isFeedForward(role) && level != MXFP4_MOE && !kTiny.has(level);
}

bool needsImatrix(FileType level, TensorType type, TensorRole role)
{
    constexpr std::array kAlways = {TensorType::IQ1_S,  TensorType::IQ1_M, TensorType::IQ2_XXS,
                                    TensorType::IQ2_XS, TensorType::IQ2_S, TensorType::IQ3_XXS};
    if (role == TensorRole::Output || role == TensorRole::TokenEmbedding)
        return false;
    return std::find(kAlways.begin(), kAlways.end(), type) != kAlways.end() ||
           (level == Q2_K_S && type == TensorType::Q2_K);
}

} // namespace snug::quant
