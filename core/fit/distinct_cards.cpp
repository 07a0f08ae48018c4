// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/distinct_cards.h"

#include "core/fit/hardware_names.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace snug::fit {
namespace {

bool isCard(const Device &device)
{
    return (device.kind == "gpu" || device.kind == "igpu") && device.backend != "RPC";
}

int rankOf(const Device &device)
{
    if (device.backend == "CUDA" || device.backend == "ROCm" || device.backend == "Metal")
        return 0;
    return device.backend == "Vulkan" ? 1 : 2;
}

// Bytes a second of usual weights; 0 if it was not measured.
double rateOf(const Device &device, std::span<const DeviceSpeed> measured)
{
    const auto found = std::find_if(measured.begin(), measured.end(), [&](const DeviceSpeed &speed) {
        return speed.device == device.id && speed.source == SpeedSource::Measured && !speed.rates.empty();
    });
    return found == measured.end() ? 0 : fit::rateOf(*found, gguf::TensorType::Q4_K).vectorBytes;
}

bool isBetter(const Device &device, const Device &than, std::span<const DeviceSpeed> measured)
{
    const double rate = rateOf(device, measured);
    const double other = rateOf(than, measured);
    return rate > 0 && other > 0 ? rate > other : rankOf(device) < rankOf(than);
}

// Backends count the part that the driver keeps for itself differently.
bool memoryAlike(std::int64_t a, std::int64_t b)
{
    constexpr double kTolerance = 0.05;
    return std::abs(static_cast<double>(a) - static_cast<double>(b)) <=
           kTolerance * static_cast<double>(std::max(a, b));
}

bool sameCard(const Device &a, const Device &b)
{
    if (!isCard(a) || !isCard(b) || a.backend == b.backend || a.software != b.software)
        return false;
    if (!a.busId.empty() && !b.busId.empty())
        return a.busId == b.busId;
    return hardwareWords(a.name) == hardwareWords(b.name) && memoryAlike(a.totalBytes, b.totalBytes);
}

// Devices that are one card, at most one of each backend: of two equal cards, each has its own.
using Card = std::vector<std::size_t>;

std::vector<Card> cardsOf(std::span<const Device> devices)
{
    std::vector<Card> cards;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const auto home = std::find_if(cards.begin(), cards.end(), [&](const Card &card) {
            return std::all_of(card.begin(), card.end(),
                               [&](std::size_t other) { return sameCard(devices[i], devices[other]); });
        });
        if (home == cards.end())
            cards.push_back({i});
        else
            home->push_back(i);
    }
    return cards;
}

} // namespace

std::vector<std::size_t> cardOwners(std::span<const Device> devices, std::span<const DeviceSpeed> measured)
{
    std::vector<std::size_t> owners(devices.size());
    for (const Card &card : cardsOf(devices)) {
        std::size_t best = card.front();
        for (const std::size_t candidate : card)
            best = isBetter(devices[candidate], devices[best], measured) ? candidate : best;
        for (const std::size_t member : card)
            owners[member] = best;
    }
    return owners;
}

std::vector<Device> distinctCards(std::span<const Device> devices, std::span<const DeviceSpeed> measured)
{
    const auto owners = cardOwners(devices, measured);
    std::vector<Device> distinct;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (owners[i] == i)
            distinct.push_back(devices[i]);
    }
    return distinct;
}

} // namespace snug::fit
