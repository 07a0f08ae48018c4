// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/level_rows.h"

#include "core/model/levels.h"
#include "core/quant/byte_sum.h"
#include "core/quant/dry_header.h"

#include <algorithm>
#include <cmath>

namespace snug::fit {
namespace {

// A file that is further from our forecast was made by other rules, not with other keys in its header.
constexpr double kMostDeviation = 0.005;
constexpr std::int64_t kMostParameters = std::int64_t{1} << 50;

std::optional<double> bitsOf(std::optional<std::int64_t> bytes, std::int64_t weights)
{
    if (!bytes || weights <= 0)
        return std::nullopt;
    return 8.0 * static_cast<double>(*bytes) / static_cast<double>(weights);
}

bool isNear(std::int64_t bytes, std::int64_t forecast)
{
    return std::abs(static_cast<double>(bytes - forecast)) <= kMostDeviation * static_cast<double>(bytes);
}

std::optional<std::int64_t> bytesOf(std::span<const gguf::Header> parts)
{
    quant::ByteSum sum;
    for (const gguf::Header &part : parts)
        sum.add(part.tensorBytes());
    return sum.value();
}

LevelRow offeredRow(const quant::LevelOffer &offer)
{
    LevelRow row;
    row.label = offer.level->name;
    row.level = offer.level;
    row.needsImatrix = offer.needsImatrix;
    row.fallbacks = offer.fallbacks;
    row.obstacle = offer.obstacle;
    if (offer.plan && offer.size.fileBytes > 0) {
        row.fileBytes = offer.size.fileBytes;
        row.bitsPerWeight = offer.bitsPerWeight;
        row.plan = offer.plan;
    }
    return row;
}

// `offer` is what our rules would make of a level with that label; nullptr if they have none.
LevelRow existingRow(const ExistingLevel &level, const quant::LevelOffer *offer, std::int64_t weights)
{
    LevelRow row;
    if (offer != nullptr)
        row = offeredRow(*offer);
    row.label = level.label;
    row.exists = true;
    row.needsImatrix = false;
    row.obstacle.clear();
    row.headers = level.headers;
    if (!level.headers.empty() || (level.bytes && row.plan && !isNear(*level.bytes, *row.fileBytes)))
        row.plan.reset();
    row.fileBytes = level.bytes;
    if (!row.plan)
        row.bitsPerWeight = bitsOf(level.headers.empty() ? level.bytes : bytesOf(level.headers), weights);
    return row;
}

// A file's name may claim nothing, or something else than what is in it.
std::string levelName(const ExistingLevel &level)
{
    return level.headers.empty() ? level.label : findLevel(level.headers).name.value_or(level.label);
}

void sortBySize(std::vector<LevelRow> &rows)
{
    std::stable_sort(rows.begin(), rows.end(), [](const LevelRow &a, const LevelRow &b) {
        return a.fileBytes.value_or(0) > b.fileBytes.value_or(0);
    });
}

} // namespace

std::vector<gguf::Tensor> LevelRow::tensors() const
{
    if (plan)
        return quant::tensorsOf(*plan);
    return quant::tensorsOf(headers);
}

Result<RoughModel> roughModel(const ModelShape &shape, const LevelRow &row)
{
    if (row.plan)
        return roughModel(shape, std::span<const gguf::Tensor>(quant::tensorsOf(*row.plan)));
    if (!row.headers.empty())
        return roughModel(row.headers);
    return roughModel(shape, row.fileBytes.value_or(0));
}

Result<TokenWork> tokenWork(std::span<const gguf::Header> source, const LevelRow &row)
{
    if (row.plan)
        return tokenWork(source, *row.plan);
    if (row.headers.empty())
        return fail(ErrorKind::Unsupported, "Nothing but the size of this level is known.");
    return tokenWork(row.headers);
}

std::vector<LevelRow> levelRows(const quant::SourceModel &model, std::span<const ExistingLevel> existing,
                                std::int64_t uncountedBytes)
{
    auto offers = quant::levelOffers(model);
    for (quant::LevelOffer &offer : offers) {
        if (offer.size.fileBytes > 0)
            offer.size.fileBytes += std::min(uncountedBytes, INT64_MAX - offer.size.fileBytes);
    }
    std::vector<LevelRow> rows;
    std::vector<const quant::LevelOffer *> left;
    for (const quant::LevelOffer &offer : offers)
        left.push_back(&offer);
    for (const ExistingLevel &level : existing) {
        const auto same = [name = levelName(level)](const auto *offer) { return offer->level->name == name; };
        const auto offer = std::find_if(offers.begin(), offers.end(),
                                        [&same](const quant::LevelOffer &one) { return same(&one); });
        rows.push_back(existingRow(level, offer == offers.end() ? nullptr : &*offer, model.elements));
        std::erase_if(left, same);
    }
    for (const quant::LevelOffer *offer : left) {
        rows.push_back(offeredRow(*offer));
        rows.back().fileBytesExact = uncountedBytes == 0;
    }
    sortBySize(rows);
    return rows;
}

std::vector<LevelRow> levelRows(std::span<const ExistingLevel> existing, std::int64_t parameters)
{
    std::vector<LevelRow> rows;
    for (const ExistingLevel &level : existing) {
        rows.push_back(existingRow(level, nullptr, parameters));
        rows.back().level = quant::levelFromName(levelName(level));
    }
    sortBySize(rows);
    return rows;
}

std::vector<LevelRow> guessedRows(std::int64_t parameters, const std::string &obstacle)
{
    std::vector<LevelRow> rows;
    if (parameters <= 0 || parameters > kMostParameters)
        return rows;
    for (const quant::FileType type :
         {quant::FileType::F16, quant::FileType::Q8_0, quant::FileType::Q4_K_M}) {
        LevelRow row;
        row.level = &quant::level(type);
        row.label = row.level->name;
        row.bitsPerWeight = row.level->bitsPerWeight;
        row.fileBytes = static_cast<std::int64_t>(static_cast<double>(parameters) * *row.bitsPerWeight / 8);
        row.fileBytesExact = false;
        row.obstacle = obstacle;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace snug::fit
