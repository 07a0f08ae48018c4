// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/number_sets.h"

#include "core/quant/half.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace snug::test {
namespace {

using Random = std::mt19937;

float normal(Random &random)
{
    return std::normal_distribution<float>(0.0F, 0.02F)(random);
}

float uniform(Random &random)
{
    return std::uniform_real_distribution<float>(-1.0F, 1.0F)(random);
}

// Of 2^-range to 2^range, both signs.
float anySize(Random &random, float range)
{
    const float size = std::exp2(uniform(random) * range);
    return random() % 2 == 0 ? size : -size;
}

float anyFiniteBits(Random &random)
{
    for (;;) {
        const auto number = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (std::isfinite(number))
            return number;
    }
}

// So many units in the last place further.
float nudged(float number, int ulps)
{
    for (; ulps > 0; --ulps)
        number = std::nextafter(number, std::numeric_limits<float>::max());
    for (; ulps < 0; ++ulps)
        number = std::nextafter(number, std::numeric_limits<float>::lowest());
    return number;
}

int ulps(Random &random)
{
    return static_cast<int>(random() % 7) - 3;
}

struct Kind {
    std::string_view name;
    float (*at)(std::size_t place, Random &random);
};

float sixteens(std::size_t place, Random &random)
{
    constexpr std::array<float, 7> kScales{1.0F, 1e-3F, 0.0F, 1e3F, 1e-8F, 1e-1F, 3.0F};
    return uniform(random) * kScales[place / 16 % kScales.size()];
}

float outliers(std::size_t place, Random &random)
{
    return place % 97 == 13 ? 40.0F * normal(random) : normal(random);
}

float firstOfTies(std::size_t place, Random &random)
{
    return (random() % 2 == 0 ? 0.5F : -0.5F) * (place % 3 == 0 ? 1.0F : 0.25F);
}

const std::array kKinds{
    Kind{"normal", [](std::size_t, Random &random) { return normal(random); }},
    Kind{"normal, large", [](std::size_t, Random &random) { return 100.0F * normal(random); }},
    Kind{"student", [](std::size_t,
                       Random &random) { return 0.01F * std::student_t_distribution<float>(3.0F)(random); }},
    Kind{"cauchy",
         [](std::size_t, Random &random) { return std::cauchy_distribution<float>(0.0F, 0.01F)(random); }},
    Kind{"uniform", [](std::size_t, Random &random) { return uniform(random); }},
    Kind{"bfloat16",
         [](std::size_t, Random &random) { return quant::fromBfloat16(quant::toBfloat16(normal(random))); }},
    Kind{"half", [](std::size_t, Random &random) { return quant::fromHalf(quant::toHalf(normal(random))); }},
    Kind{"zeros", [](std::size_t, Random &) { return 0.0F; }},
    Kind{"zeros below zero", [](std::size_t, Random &) { return -0.0F; }},
    Kind{"both zeros", [](std::size_t, Random &random) { return random() % 2 == 0 ? 0.0F : -0.0F; }},
    Kind{"one number", [](std::size_t, Random &) { return 0.37F; }},
    Kind{"one number below zero", [](std::size_t, Random &) { return -0.37F; }},
    Kind{"one number a block",
         [](std::size_t place, Random &) { return static_cast<float>(place / 32 % 11) * 0.1F - 0.5F; }},
    Kind{"positive", [](std::size_t, Random &random) { return std::abs(normal(random)) + 0.01F; }},
    Kind{"negative", [](std::size_t, Random &random) { return -std::abs(normal(random)) - 0.01F; }},
    Kind{"sparse", [](std::size_t, Random &random) { return random() % 12 == 0 ? normal(random) : 0.0F; }},
    Kind{"one in a block",
         [](std::size_t place, Random &random) { return place % 256 == 77 ? uniform(random) : 0.0F; }},
    Kind{"outliers", outliers},
    Kind{"other scales every 16", sixteens},
    Kind{"subnormal", [](std::size_t, Random &random) { return uniform(random) * 1e-40F; }},
    Kind{"1e-36", [](std::size_t, Random &random) { return uniform(random) * 1e-36F; }},
    Kind{"1e-20", [](std::size_t, Random &random) { return uniform(random) * 1e-20F; }},
    Kind{"1e-15", [](std::size_t, Random &random) { return uniform(random) * 2e-15F; }},
    Kind{"1e-6", [](std::size_t, Random &random) { return uniform(random) * 1e-6F; }},
    Kind{"halves' end", [](std::size_t, Random &random) { return uniform(random) * 4e6F; }},
    Kind{"1e12", [](std::size_t, Random &random) { return uniform(random) * 1e12F; }},
    Kind{"1e20", [](std::size_t, Random &random) { return uniform(random) * 1e20F; }},
    Kind{"largest", [](std::size_t, Random &random) { return uniform(random) * 3.4e38F; }},
    Kind{"around 1", [](std::size_t, Random &random) { return nudged(1.0F, ulps(random)); }},
    Kind{"around -3", [](std::size_t, Random &random) { return nudged(-3.0F, ulps(random)); }},
    Kind{"under powers of two",
         [](std::size_t place, Random &) {
             return nudged(std::exp2(-static_cast<float>(place / 32 % 131)),
                           -static_cast<int>(place / 32 % 4));
         }},
    Kind{"far from zero", [](std::size_t, Random &random) { return 10.0F + normal(random); }},
    Kind{"ramp",
         [](std::size_t place, Random &) { return static_cast<float>(place % 256) * 0.125F - 16.0F; }},
    Kind{"few numbers", [](std::size_t, Random &random) { return static_cast<float>(random() % 5) - 2.0F; }},
    Kind{"same distance", firstOfTies},
    Kind{"any size", [](std::size_t, Random &random) { return anySize(random, 20.0F); }},
    Kind{"any size, wide", [](std::size_t, Random &random) { return anySize(random, 60.0F); }},
    Kind{"any small size", [](std::size_t, Random &random) { return anySize(random, 14.0F) * 1e-7F; }},
    Kind{"any bits", [](std::size_t, Random &random) { return anyFiniteBits(random); }},
    Kind{"any small bits",
         [](std::size_t, Random &random) {
             const float number = anyFiniteBits(random);
             return std::abs(number) < 1e4F ? number : 1.0F / number;
         }},
};

std::vector<float> numbersOf(const Kind &kind, std::size_t count)
{
    Random random(static_cast<unsigned>(&kind - kKinds.data()) + 1);
    std::vector<float> numbers(count);
    for (std::size_t i = 0; i < count; ++i)
        numbers[i] = kind.at(i, random);
    return numbers;
}

} // namespace

std::vector<NumberSet> numberSets(std::size_t count)
{
    std::vector<NumberSet> sets;
    sets.reserve(kKinds.size());
    for (const Kind &kind : kKinds)
        sets.push_back({std::string(kind.name), numbersOf(kind, count)});
    return sets;
}

std::vector<float> numberSet(std::string_view name, std::size_t count)
{
    const auto *const kind = std::ranges::find(kKinds, name, &Kind::name);
    return kind == kKinds.end() ? std::vector<float>() : numbersOf(*kind, count);
}

std::vector<float> ordinaryImportance(std::size_t columns)
{
    Random random(7);
    std::exponential_distribution<float> square(2.0F);
    std::vector<float> all(columns);
    std::ranges::generate(all, [&] { return square(random); });
    return all;
}

std::vector<float> wildImportance(std::size_t columns)
{
    Random random(8);
    std::vector<float> all(columns);
    for (std::size_t i = 0; i < columns; ++i)
        all[i] = i % 5 == 2 || i / 32 % 7 == 3 ? 0.0F : std::abs(anySize(random, 20.0F));
    return all;
}

} // namespace snug::test
