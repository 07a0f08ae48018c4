// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/model_data.h"

#include "core/gguf/writer.h"
#include "core/quant/type_plan.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace snug::test {
namespace {

using gguf::TensorType;
using Block = std::vector<char>;

// Where 16-bit scales stand in a block (ggml-common.h of llama.cpp v0.5.0), and usual ones; half precision.
// What is subtracted makes up for codes that are never negative: weights whose mean is not zero let attention
// fall on one token, which is slower than usual.
struct Scales {
    TensorType type;
    std::vector<std::pair<std::size_t, std::uint16_t>> values;
};

const Scales *scalesOf(TensorType type)
{
    constexpr std::uint16_t kFine = 0x0C00;  // 2^-12, for codes up to 127
    constexpr std::uint16_t kFiner = 0x0400; // 2^-14, multiplied by scales of up to 63 or 127
    constexpr std::uint16_t kMean4 = 0x0F80; // 7.5 times that
    constexpr std::uint16_t kMean5 = 0x13C0; // 15.5 times that
    static const std::array<Scales, 6> known = {{{TensorType::Q8_0, {{0, kFine}}},
                                                 {TensorType::Q4_0, {{0, kFine}}},
                                                 {TensorType::Q5_0, {{0, kFine}}},
                                                 {TensorType::Q4_K, {{0, kFiner}, {2, kMean4}}},
                                                 {TensorType::Q5_K, {{0, kFiner}, {2, kMean5}}},
                                                 {TensorType::Q6_K, {{208, kFiner}}}}};
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const Scales &scales) { return scales.type == type; });
    return found == known.end() ? nullptr : &*found;
}

void putNumber(Block &bytes, std::size_t at, std::uint64_t number, std::size_t length)
{
    for (std::size_t i = 0; i < length; ++i)
        bytes[at + i] = static_cast<char>(number >> (8 * i));
}

// A million weights or so, which are then repeated; empty for a type without known blocks.
Block pattern(TensorType type)
{
    const auto &info = gguf::tensorTypeInfo(type);
    constexpr std::int64_t kWeights = 1 << 20;
    const auto blockBytes = static_cast<std::size_t>(info.blockBytes);
    Block bytes(static_cast<std::size_t>(kWeights / info.blockElements) * blockBytes);
    std::mt19937 random(5);
    for (std::size_t at = 0; at < bytes.size(); at += blockBytes) {
        if (type == TensorType::F32) {
            putNumber(bytes, at, 0x3F800000, 4); // 1
        } else if (type == TensorType::F16) {
            putNumber(bytes, at, (random() & 0x83FF) | 0x2000, 2); // up to 2^-6, of both signs
        } else if (const Scales *scales = scalesOf(type)) {
            for (std::size_t i = 0; i < blockBytes; ++i)
                bytes[at + i] = static_cast<char>(random());
            for (const auto &[place, value] : scales->values)
                putNumber(bytes, at + place, value, 2);
        } else {
            return {};
        }
    }
    return bytes;
}

class DataWriter {
public:
    explicit DataWriter(const std::filesystem::path &path) : m_out(path, std::ios::binary) {}

    void bytes(const char *from, std::int64_t count) { m_out.write(from, count); }
    [[nodiscard]] bool tensor(const gguf::Tensor &tensor)
    {
        Block &block = m_patterns[tensor.type];
        if (block.empty())
            block = pattern(tensor.type);
        if (block.empty())
            return false;
        for (std::int64_t left = tensor.bytes; left > 0;) {
            const std::int64_t part = std::min(left, static_cast<std::int64_t>(block.size()));
            bytes(block.data(), part);
            left -= part;
        }
        return true;
    }
    void fillTo(std::int64_t position)
    {
        while (m_out.tellp() < position)
            m_out.put('\0');
    }
    [[nodiscard]] bool good() const { return m_out.good(); }

private:
    std::ofstream m_out;
    std::map<TensorType, Block> m_patterns;
};

Result<void> setTypes(gguf::Header &draft, quant::FileType level)
{
    SNUG_TRY(const auto model, quant::sourceModel({&draft, 1}));
    SNUG_TRY(const auto plan, quant::planTypes(model, level));
    std::map<std::string, TensorType> types;
    for (const auto &planned : plan.tensors)
        types[planned.source->tensor->name] = planned.type;
    for (gguf::Tensor &tensor : draft.tensors)
        tensor.type = types.at(tensor.name);
    return {};
}

} // namespace

Result<void> writeRandomModel(const std::filesystem::path &path, gguf::Header draft, quant::FileType level)
{
    SNUG_CHECK(setTypes(draft, level));
    SNUG_TRY(const auto encoded, gguf::encodeHeader(std::move(draft)));
    DataWriter writer(path);
    writer.bytes(reinterpret_cast<const char *>(encoded.bytes.data()),
                 static_cast<std::int64_t>(encoded.bytes.size()));
    for (const gguf::Tensor &tensor : encoded.header.tensors) {
        writer.fillTo(encoded.header.dataOffset + tensor.offset);
        if (!writer.tensor(tensor))
            return fail(ErrorKind::Unsupported, "No random blocks are known for " +
                                                    std::string(gguf::tensorTypeName(tensor.type)) + ".");
    }
    writer.fillTo(encoded.header.fileBytes);
    if (!writer.good())
        return fail(ErrorKind::Io, "The model could not be written.");
    return {};
}

} // namespace snug::test
