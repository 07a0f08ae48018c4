// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/device_speed.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace snug::fit {
namespace {

using gguf::TensorType;
using nlohmann::json;

constexpr double kMostRate = 1e17; // of anything a second
constexpr double kMostSeconds = 10;
constexpr std::size_t kMostText = 300;
constexpr std::size_t kMostRates = 64;

// What engines usually reach of a published figure.
struct Share {
    double bandwidth;
    double flops;
    double flopsPerByte; // stands in where no compute speed is published
    double nodeSeconds;
    double graphSeconds;
};

// A token of a 7B model at 4 bits on cards of several makers takes 1.4 to 2 times as long as reading its
// weights once; prompts reach a third of the published half-precision speed.
constexpr Share kCard = {0.65, 0.33, 60, 2e-6, 40e-6};
constexpr Share kSharedChip = {0.70, 0.33, 25, 3e-6, 60e-6};
// Processors unpack about as fast as memory delivers, and compute prompts with the same units.
constexpr Share kProcessor = {0.60, 0.5, 4, 1.5e-6, 20e-6};

const Share &shareOf(std::string_view kind)
{
    if (kind == "cpu")
        return kProcessor;
    return kind == "igpu" ? kSharedChip : kCard;
}

std::optional<std::string> text(const json &object, const char *field)
{
    const auto found = object.find(field);
    if (found == object.end() || !found->is_string())
        return std::nullopt;
    auto value = found->get<std::string>();
    return value.size() > kMostText ? std::nullopt : std::optional(std::move(value));
}

// True if `into` was given a number from `least` to `most`.
bool figure(const json &object, const char *field, double least, double most, double &into)
{
    const auto found = object.find(field);
    if (found == object.end() || !found->is_number())
        return false;
    into = found->get<double>();
    return std::isfinite(into) && into >= least && into <= most;
}

std::optional<SpeedSource> sourceFrom(std::string_view name)
{
    if (name == "measured")
        return SpeedSource::Measured;
    if (name == "published")
        return SpeedSource::Published;
    return name == "stated" ? std::optional(SpeedSource::Stated) : std::nullopt;
}

const char *nameOf(SpeedSource source)
{
    switch (source) {
    case SpeedSource::Measured:
        return "measured";
    case SpeedSource::Published:
        return "published";
    case SpeedSource::Stated:
        break;
    }
    return "stated";
}

std::optional<TypeRate> rateFrom(const json &object)
{
    if (!object.is_object())
        return std::nullopt;
    const auto name = text(object, "type");
    const auto types = gguf::tensorTypes();
    const auto info = std::find_if(types.begin(), types.end(),
                                   [&](const auto &candidate) { return candidate.name == name; });
    if (info == types.end())
        return std::nullopt;
    TypeRate rate;
    rate.type = info->type;
    if (!figure(object, "vector_bytes", 1, kMostRate, rate.vectorBytes) ||
        !figure(object, "vector_bytes_cached", 1, kMostRate, rate.vectorBytesCached) ||
        !figure(object, "flops", 1, kMostRate, rate.flops) ||
        !figure(object, "flops_narrow", 1, kMostRate, rate.flopsNarrow))
        return std::nullopt;
    return rate;
}

bool readRates(const json &object, std::vector<TypeRate> &rates)
{
    const auto list = object.find("rates");
    if (list == object.end() || !list->is_array() || list->empty() || list->size() > kMostRates)
        return false;
    for (const json &entry : *list) {
        const auto rate = rateFrom(entry);
        if (!rate || (!rates.empty() && rates.back().type >= rate->type))
            return false;
        rates.push_back(*rate);
    }
    return true;
}

json attentionJson(const AttentionRate &rate)
{
    return {{"token_seconds", rate.tokenSeconds}, {"element_seconds", rate.elementSeconds}};
}

bool readAttention(const json &object, const char *field, AttentionRate &rate)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_object() &&
           figure(*found, "token_seconds", 0, kMostSeconds, rate.tokenSeconds) &&
           figure(*found, "element_seconds", 0, kMostSeconds, rate.elementSeconds);
}

} // namespace

const std::vector<TensorType> &measuredTypes()
{
    static const std::vector<TensorType> types = {
        TensorType::F16,     TensorType::Q4_0,   TensorType::Q4_1,  TensorType::Q5_0,  TensorType::Q8_0,
        TensorType::Q2_K,    TensorType::Q3_K,   TensorType::Q4_K,  TensorType::Q5_K,  TensorType::Q6_K,
        TensorType::IQ3_XXS, TensorType::IQ4_NL, TensorType::IQ3_S, TensorType::IQ2_S, TensorType::IQ4_XS,
        TensorType::BF16,    TensorType::MXFP4};
    return types;
}

TensorType nearestMeasuredType(TensorType type)
{
    const auto &known = measuredTypes();
    if (std::find(known.begin(), known.end(), type) != known.end())
        return type;
    switch (type) {
    case TensorType::Q5_1:
        return TensorType::Q5_0;
    case TensorType::Q8_1:
    case TensorType::Q8_K:
        return TensorType::Q8_0;
    case TensorType::IQ2_XXS:
    case TensorType::IQ2_XS:
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
        return TensorType::IQ2_S;
    case TensorType::TQ1_0:
    case TensorType::TQ2_0:
    case TensorType::Q1_0:
    case TensorType::Q2_0:
        return TensorType::Q2_K;
    case TensorType::NVFP4:
        return TensorType::MXFP4;
    default:
        return TensorType::F16;
    }
}

const TypeRate &rateOf(const DeviceSpeed &speed, TensorType type)
{
    const auto find = [&](TensorType wanted) {
        return std::find_if(speed.rates.begin(), speed.rates.end(),
                            [&](const TypeRate &rate) { return rate.type == wanted; });
    };
    auto found = find(type);
    if (found == speed.rates.end())
        found = find(nearestMeasuredType(type));
    return found == speed.rates.end() ? speed.rates.front() : *found;
}

DeviceSpeed speedFromBandwidth(const Device &device, double bandwidth, std::optional<double> fp16Flops,
                               SpeedSource source)
{
    const Share &share = shareOf(device.kind);
    DeviceSpeed speed;
    speed.device = device.id;
    speed.name = device.name;
    speed.driver = device.driver;
    speed.source = source;
    TypeRate rate;
    rate.vectorBytes = bandwidth * share.bandwidth;
    rate.vectorBytesCached = rate.vectorBytes;
    rate.flops = fp16Flops ? *fp16Flops * share.flops : bandwidth * share.flopsPerByte * share.flops;
    rate.flopsNarrow = rate.flops / 2;
    speed.rates = {rate};
    speed.nodeSeconds = share.nodeSeconds;
    speed.graphSeconds = share.graphSeconds;
    // Two bytes an element, and four query heads that share each of them; two operations an element.
    speed.attention.elementSeconds = 2.0 / 4 / rate.vectorBytes;
    speed.attentionBatch.elementSeconds = 4 / rate.flops;
    speed.activationBytes = rate.vectorBytes;
    // PCI Express 4.0 with 16 lanes, as measured by copies from ordinary memory.
    constexpr double kLink = 12e9;
    speed.linkBytes = device.kind == "gpu" ? kLink : 0;
    return speed;
}

json toJson(const DeviceSpeed &speed)
{
    json rates = json::array();
    for (const TypeRate &rate : speed.rates)
        rates.push_back({{"type", gguf::tensorTypeName(rate.type)},
                         {"vector_bytes", rate.vectorBytes},
                         {"vector_bytes_cached", rate.vectorBytesCached},
                         {"flops", rate.flops},
                         {"flops_narrow", rate.flopsNarrow}});
    return {{"device", speed.device},
            {"name", speed.name},
            {"driver", speed.driver},
            {"engine", speed.engine},
            {"source", nameOf(speed.source)},
            {"measured_at", speed.measuredAt},
            {"threads", speed.threads},
            {"rates", std::move(rates)},
            {"cache_bytes", speed.cacheBytes},
            {"node_seconds", speed.nodeSeconds},
            {"graph_seconds", speed.graphSeconds},
            {"matrix_seconds", speed.matrixSeconds},
            {"attention", attentionJson(speed.attention)},
            {"attention_batch", attentionJson(speed.attentionBatch)},
            {"cold_key_seconds", speed.coldKeySeconds},
            {"activation_bytes", speed.activationBytes},
            {"link_bytes", speed.linkBytes}};
}

std::optional<DeviceSpeed> deviceSpeedFromJson(const json &object)
{
    if (!object.is_object())
        return std::nullopt;
    const auto device = text(object, "device");
    const auto name = text(object, "name");
    const auto driver = text(object, "driver");
    const auto engine = text(object, "engine");
    const auto source = sourceFrom(text(object, "source").value_or(""));
    if (!device || !name || !driver || !engine || !source)
        return std::nullopt;
    DeviceSpeed speed;
    speed.device = *device;
    speed.name = *name;
    speed.driver = *driver;
    speed.engine = *engine;
    speed.source = *source;
    double measuredAt = 0;
    double threads = 0;
    constexpr double kLatest = 1e12;
    constexpr double kMostThreads = 1e5;
    if (!figure(object, "measured_at", 0, kLatest, measuredAt) ||
        !figure(object, "threads", 0, kMostThreads, threads) || !readRates(object, speed.rates) ||
        !figure(object, "cache_bytes", 0, kMostRate, speed.cacheBytes) ||
        !figure(object, "node_seconds", 0, kMostSeconds, speed.nodeSeconds) ||
        !figure(object, "graph_seconds", 0, kMostSeconds, speed.graphSeconds) ||
        !figure(object, "matrix_seconds", 0, kMostSeconds, speed.matrixSeconds) ||
        !readAttention(object, "attention", speed.attention) ||
        !readAttention(object, "attention_batch", speed.attentionBatch) ||
        !figure(object, "cold_key_seconds", 0, kMostSeconds, speed.coldKeySeconds) ||
        !figure(object, "activation_bytes", 1, kMostRate, speed.activationBytes) ||
        !figure(object, "link_bytes", 0, kMostRate, speed.linkBytes))
        return std::nullopt;
    speed.measuredAt = static_cast<std::int64_t>(measuredAt);
    speed.threads = static_cast<int>(threads);
    return speed;
}

} // namespace snug::fit
