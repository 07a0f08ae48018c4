// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/rough_fit.h"

#include "core/quant/catalogue.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace snug::fit {
namespace {

constexpr std::array kUsualLevels = {quant::FileType::Q8_0, quant::FileType::Q6_K, quant::FileType::Q5_K_M,
                                     quant::FileType::Q4_K_M};
constexpr quant::FileType kFallbackLevel = kUsualLevels.back();

constexpr std::int64_t kMebi = 1024 * 1024;
constexpr std::int64_t kReserve = 512 * kMebi; // as the exact fit leaves it on each device
constexpr std::int64_t kCompute = 300 * kMebi;
constexpr std::int64_t kMostParameters = std::int64_t{1} << 50;

// Llama 3.x: 32, 128 and 320 KiB a token for 1, 8 and 70 billion parameters, which is near a square root.
std::int64_t kvCacheBytes(double weightBytes)
{
    const double bytesOf8B = 8.03e9 * quant::level(kFallbackLevel).bitsPerWeight / 8;
    const double perToken = 128.0 * 1024 * std::sqrt(weightBytes / bytesOf8B);
    return static_cast<std::int64_t>(perToken * static_cast<double>(kRoughContext));
}

bool isGpu(const Device &device)
{
    return (device.kind == "gpu" || device.kind == "igpu") && !device.software && device.freeBytes > 0;
}

const Device *roomiest(std::span<const Device> devices, bool (*wanted)(const Device &))
{
    const Device *best = nullptr;
    for (const Device &device : devices) {
        if (wanted(device) && (best == nullptr || device.freeBytes > best->freeBytes))
            best = &device;
    }
    return best;
}

} // namespace

RoughFit roughFit(std::int64_t weightBytes, std::span<const Device> devices)
{
    const Device *gpu = roomiest(devices, &isGpu);
    const Device *host =
        roomiest(devices, [](const Device &device) { return device.kind == "cpu" && device.freeBytes > 0; });
    if (weightBytes <= 0 || weightBytes > kMostParameters || (gpu == nullptr && host == nullptr))
        return {};
    const std::int64_t need = weightBytes + kvCacheBytes(static_cast<double>(weightBytes)) + kCompute;
    const auto on = [need](Verdict verdict, const Device &device) {
        return RoughFit{verdict, device.name, need, device.freeBytes};
    };
    if (gpu != nullptr && need + kReserve <= gpu->freeBytes)
        return on(Verdict::Gpu, *gpu);
    // An integrated GPU uses the memory that the host would use.
    const bool own = gpu != nullptr && gpu->kind == "gpu";
    const std::int64_t hostFree = host == nullptr ? 0 : host->freeBytes;
    const std::int64_t together = hostFree + (own ? std::max<std::int64_t>(0, gpu->freeBytes - kReserve) : 0);
    if (need + kReserve > together)
        return on(Verdict::No, own && gpu->freeBytes > hostFree ? *gpu : host == nullptr ? *gpu : *host);
    return own ? on(Verdict::Partial, *gpu) : on(Verdict::Cpu, *host);
}

RoughLevel roughLevel(std::int64_t parameters, std::span<const Device> devices)
{
    if (parameters <= 0 || parameters > kMostParameters)
        return {};
    const auto at = [parameters, devices](quant::FileType fileType) {
        const quant::Level &level = quant::level(fileType);
        const auto bytes =
            static_cast<std::int64_t>(static_cast<double>(parameters) * level.bitsPerWeight / 8);
        return RoughLevel{level.name, bytes, roughFit(bytes, devices)};
    };
    for (const quant::FileType level : kUsualLevels) {
        if (RoughLevel found = at(level); found.fit.verdict == Verdict::Gpu)
            return found;
    }
    return at(kFallbackLevel);
}

} // namespace snug::fit
