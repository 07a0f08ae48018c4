// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/safetensors/header.h"

#include "core/base/checked.h"

#include <algorithm>
#include <array>

namespace snug::safetensors {
namespace {

// In the order of Dtype.
constexpr std::array<DtypeInfo, 22> kDtypes = {{
    {Dtype::Bool, "BOOL", 8},
    {Dtype::F4, "F4", 4},
    {Dtype::F6_E2M3, "F6_E2M3", 6},
    {Dtype::F6_E3M2, "F6_E3M2", 6},
    {Dtype::U8, "U8", 8},
    {Dtype::I8, "I8", 8},
    {Dtype::F8_E5M2, "F8_E5M2", 8},
    {Dtype::F8_E4M3, "F8_E4M3", 8},
    {Dtype::F8_E8M0, "F8_E8M0", 8},
    {Dtype::F8_E4M3FNUZ, "F8_E4M3FNUZ", 8},
    {Dtype::F8_E5M2FNUZ, "F8_E5M2FNUZ", 8},
    {Dtype::I16, "I16", 16},
    {Dtype::U16, "U16", 16},
    {Dtype::F16, "F16", 16},
    {Dtype::BF16, "BF16", 16},
    {Dtype::I32, "I32", 32},
    {Dtype::U32, "U32", 32},
    {Dtype::F32, "F32", 32},
    {Dtype::C64, "C64", 64},
    {Dtype::F64, "F64", 64},
    {Dtype::I64, "I64", 64},
    {Dtype::U64, "U64", 64},
}};

} // namespace

const DtypeInfo &dtypeInfo(Dtype dtype)
{
    return kDtypes[static_cast<std::size_t>(dtype)];
}

std::optional<Dtype> dtypeFromName(std::string_view name)
{
    const auto found =
        std::find_if(kDtypes.begin(), kDtypes.end(), [name](const auto &info) { return info.name == name; });
    return found == kDtypes.end() ? std::nullopt : std::optional(found->dtype);
}

std::optional<std::int64_t> elementCount(std::span<const std::int64_t> shape)
{
    std::uint64_t count = 1;
    for (const std::int64_t length : shape) {
        if (length < 0)
            return std::nullopt;
        const auto product = checkedMultiply(count, static_cast<std::uint64_t>(length));
        if (!product || !std::in_range<std::int64_t>(*product))
            return std::nullopt;
        count = *product;
    }
    return static_cast<std::int64_t>(count);
}

std::optional<std::int64_t> dataBytes(Dtype dtype, std::span<const std::int64_t> shape)
{
    const auto count = elementCount(shape);
    if (!count)
        return std::nullopt;
    const auto bits = checkedMultiply(static_cast<std::uint64_t>(*count),
                                      static_cast<std::uint64_t>(dtypeInfo(dtype).bits));
    if (!bits || *bits % 8 != 0)
        return std::nullopt;
    return static_cast<std::int64_t>(*bits / 8);
}

} // namespace snug::safetensors
