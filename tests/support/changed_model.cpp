// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/changed_model.h"

#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"
#include "tests/support/gguf_builder.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace snug::test {
namespace {

constexpr const char *kTemplateKey = "tokenizer.chat_template";

Bytes withRoomForData(gguf::EncodedHeader encoded)
{
    encoded.bytes.resize(static_cast<std::size_t>(encoded.header.fileBytes));
    return std::move(encoded.bytes);
}

std::span<std::byte> dataOf(const gguf::Tensor &tensor, const gguf::Header &header, Bytes &file)
{
    return std::span(file).subspan(static_cast<std::size_t>(header.dataOffset + tensor.offset),
                                   static_cast<std::size_t>(tensor.bytes));
}

} // namespace

Result<gguf::Header> wholeHeader(const std::filesystem::path &model)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(model));
    SNUG_TRY(auto header, gguf::readHeader(*reader));
    SNUG_CHECK(gguf::loadArrays(*reader, header));
    return header;
}

Result<void> copyChanged(const std::filesystem::path &model, const std::filesystem::path &target,
                         const std::function<void(gguf::Header &)> &change)
{
    SNUG_TRY(const gguf::Header original, wholeHeader(model));
    gguf::Header draft = original;
    change(draft);
    SNUG_TRY(gguf::EncodedHeader encoded, gguf::encodeHeader(std::move(draft)));
    SNUG_TRY(const auto reader, gguf::FileReader::open(model));
    const gguf::Header header = encoded.header;
    Bytes file = withRoomForData(std::move(encoded));
    for (std::size_t i = 0; i < header.tensors.size(); ++i) {
        SNUG_CHECK(reader->readAt(original.dataOffset + original.tensors[i].offset,
                                  dataOf(header.tensors[i], header, file)));
    }
    writeFile(target, file);
    return {};
}

Result<void> copyWithTemplate(const std::filesystem::path &model, const std::filesystem::path &target,
                              const std::string &text)
{
    return copyChanged(model, target, [&text](gguf::Header &header) {
        std::erase_if(header.values, [](const auto &pair) { return pair.key == kTemplateKey; });
        if (!text.empty())
            header.values.push_back({kTemplateKey, gguf::Value(text)});
    });
}

Result<void> writeSmallNumbers(const gguf::Header &draft, const std::filesystem::path &target)
{
    SNUG_TRY(gguf::EncodedHeader encoded, gguf::encodeHeader(draft));
    const gguf::Header header = encoded.header;
    Bytes file = withRoomForData(std::move(encoded));
    std::uint32_t state = 1;
    for (const gguf::Tensor &tensor : header.tensors) {
        const auto data = dataOf(tensor, header, file);
        for (std::size_t at = 0; at + sizeof(float) <= data.size(); at += sizeof(float)) {
            state = state * 1664525U + 1013904223U;
            const float number = (static_cast<float>(state >> 8U) / 16777216.0F - 0.5F) * 0.2F;
            std::memcpy(data.data() + at, &number, sizeof(number));
        }
    }
    writeFile(target, file);
    return {};
}

} // namespace snug::test
