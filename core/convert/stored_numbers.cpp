// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/stored_numbers.h"

#include "core/convert/small_floats.h"
#include "core/gguf/little_endian.h"
#include "core/quant/half.h"
#include "core/quant/simd/float_rows.h"

#include <algorithm>

namespace snug::convert {
namespace {

using safetensors::Dtype;

// How one number is stored.
template <class Bits, float (*Decode)(Bits)> struct Format {
    using Stored = Bits;
    static constexpr std::optional<gguf::TensorType> kType = std::nullopt;
    static float decode(Bits bits) { return Decode(bits); }
    static float rounded(float number) { return number; }
    // Neighbours.
    static void decode(const std::byte *from, std::span<float> into)
    {
        for (float &number : into) {
            number = Decode(gguf::fromLittleEndian<Bits>(from));
            from += sizeof(Bits);
        }
    }
};

template <class Number> float asFloat(Number number)
{
    return static_cast<float>(number);
}

struct Single : Format<float, asFloat<float>> {
    static constexpr std::optional<gguf::TensorType> kType = gguf::TensorType::F32;
};

struct Bfloat16 : Format<std::uint16_t, quant::fromBfloat16> {
    static constexpr std::optional<gguf::TensorType> kType = gguf::TensorType::BF16;
    using Format::decode;
    static void decode(const std::byte *from, std::span<float> into)
    {
        quant::simd::bfloat16ToFloats(from, into);
    }
};

struct Half : Format<std::uint16_t, quant::fromHalf> {
    static constexpr std::optional<gguf::TensorType> kType = gguf::TensorType::F16;
    static float rounded(float number) { return quant::fromHalf(quant::toHalf(number)); }
    using Format::decode;
    static void decode(const std::byte *from, std::span<float> into)
    {
        quant::simd::halvesToFloats(from, into);
    }
};

template <class Form> class PlainNumbers final : public StoredNumbers {
    using Stored = typename Form::Stored;

public:
    explicit PlainNumbers(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    void read(std::int64_t first, std::int64_t stride, std::span<float> into) const override
    {
        constexpr auto kBytes = static_cast<std::int64_t>(sizeof(Stored));
        const std::byte *at = m_bytes.data() + first * kBytes;
        if (stride == 1)
            return Form::decode(at, into);
        for (float &number : into) {
            number = Form::decode(gguf::fromLittleEndian<Stored>(at));
            at += stride * kBytes;
        }
    }

    [[nodiscard]] float rounded(float number) const override { return Form::rounded(number); }

    [[nodiscard]] std::optional<gguf::TensorType> storedAs() const override { return Form::kType; }

    void readStored(std::int64_t first, std::int64_t stride, std::span<std::byte> into) const override
    {
        constexpr std::size_t kBytes = sizeof(Stored);
        const std::byte *at = m_bytes.data() + first * std::int64_t{kBytes};
        if (stride == 1) {
            std::copy_n(at, into.size(), into.data());
            return;
        }
        for (std::size_t done = 0; done < into.size(); done += kBytes) {
            std::copy_n(at, kBytes, into.data() + done);
            at += stride * std::int64_t{kBytes};
        }
    }

private:
    std::span<const std::byte> m_bytes;
};

template <class Form> std::unique_ptr<StoredNumbers> make(std::span<const std::byte> bytes)
{
    return std::make_unique<PlainNumbers<Form>>(bytes);
}

template <class Number> std::unique_ptr<StoredNumbers> makeOf(std::span<const std::byte> bytes)
{
    return make<Format<Number, asFloat<Number>>>(bytes);
}

} // namespace

std::unique_ptr<StoredNumbers> plainNumbers(Dtype dtype, std::span<const std::byte> bytes)
{
    switch (dtype) {
    case Dtype::F64:
        return makeOf<double>(bytes);
    case Dtype::F32:
        return make<Single>(bytes);
    case Dtype::F16:
        return make<Half>(bytes);
    case Dtype::BF16:
        return make<Bfloat16>(bytes);
    case Dtype::F8_E4M3:
        return make<Format<std::uint8_t, fromE4M3>>(bytes);
    case Dtype::F8_E5M2:
        return make<Format<std::uint8_t, fromE5M2>>(bytes);
    case Dtype::F8_E4M3FNUZ:
        return make<Format<std::uint8_t, fromE4M3Fnuz>>(bytes);
    case Dtype::F8_E5M2FNUZ:
        return make<Format<std::uint8_t, fromE5M2Fnuz>>(bytes);
    case Dtype::F8_E8M0:
        return make<Format<std::uint8_t, fromE8M0>>(bytes);
    case Dtype::Bool:
    case Dtype::U8:
        return makeOf<std::uint8_t>(bytes);
    case Dtype::I8:
        return makeOf<std::int8_t>(bytes);
    case Dtype::I16:
        return makeOf<std::int16_t>(bytes);
    case Dtype::U16:
        return makeOf<std::uint16_t>(bytes);
    case Dtype::I32:
        return makeOf<std::int32_t>(bytes);
    case Dtype::U32:
        return makeOf<std::uint32_t>(bytes);
    case Dtype::I64:
        return makeOf<std::int64_t>(bytes);
    case Dtype::U64:
        return makeOf<std::uint64_t>(bytes);
    case Dtype::F4:
    case Dtype::F6_E2M3:
    case Dtype::F6_E3M2:
    case Dtype::C64:
        break;
    }
    return nullptr;
}

} // namespace snug::convert
