// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/checked.h"
#include "core/gguf/reader.h"
#include "core/model/facts.h"
#include "tests/support/fake_hub/model_folder.h"

#include <array>
#include <fstream>
#include <map>

using nlohmann::json;

namespace snug::test {
namespace {

constexpr std::uint64_t kHeaderLimit = 100 << 20;

// null if the file does not begin with a header that fits into it.
json safetensorsHeader(const std::filesystem::path &path)
{
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    std::array<unsigned char, 8> prefix{};
    if (error || !file.read(reinterpret_cast<char *>(prefix.data()), prefix.size()))
        return nullptr;
    std::uint64_t length = 0;
    for (std::size_t i = prefix.size(); i-- > 0;)
        length = length << 8 | prefix[i];
    if (length > kHeaderLimit || length > size - prefix.size())
        return nullptr;
    std::string text(static_cast<std::size_t>(length), '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(length)))
        return nullptr;
    return json::parse(text, nullptr, false);
}

// nullopt if it is no shape, or absurd.
std::optional<std::uint64_t> elementsOf(const json &shape)
{
    if (!shape.is_array())
        return std::nullopt;
    std::uint64_t count = 1;
    for (const json &dim : shape) {
        if (!dim.is_number_unsigned())
            return std::nullopt;
        const auto product = checkedMultiply(count, dim.get<std::uint64_t>());
        if (!product)
            return std::nullopt;
        count = *product;
    }
    return count;
}

void countParameters(const json &header, std::map<std::string, std::uint64_t> &byType)
{
    for (const auto &[name, tensor] : header.items()) {
        if (name == "__metadata__" || !tensor.is_object())
            continue;
        const auto dtype = tensor.find("dtype");
        const auto shape = tensor.find("shape");
        if (dtype == tensor.end() || !dtype->is_string() || shape == tensor.end())
            continue;
        if (const auto count = elementsOf(*shape))
            byType[dtype->get<std::string>()] += *count;
    }
}

} // namespace

json ggufKey(const std::filesystem::path &file)
{
    const Result<ModelFacts> facts = inspectFile(file);
    if (!facts)
        return nullptr;
    json key{{"totalFileSize", facts->fileBytes}};
    if (facts->parameters)
        key["total"] = *facts->parameters;
    if (facts->architecture)
        key["architecture"] = *facts->architecture;
    if (facts->contextLength)
        key["context_length"] = *facts->contextLength;
    const auto reader = gguf::FileReader::open(file);
    if (!reader)
        return key;
    const Result<gguf::Header> header = gguf::readHeader(**reader);
    if (!header)
        return key;
    if (const gguf::Value *found = header->find("tokenizer.chat_template")) {
        if (const auto *text = std::get_if<std::string>(&found->content()))
            key["chat_template"] = *text;
    }
    return key;
}

json safetensorsKey(const std::vector<std::filesystem::path> &files)
{
    std::map<std::string, std::uint64_t> byType;
    for (const std::filesystem::path &file : files) {
        const json header = safetensorsHeader(file);
        if (header.is_object())
            countParameters(header, byType);
    }
    if (byType.empty())
        return nullptr;
    std::uint64_t total = 0;
    for (const auto &[type, count] : byType)
        total += count;
    return {{"parameters", byType}, {"total", total}, {"sharded", files.size() > 1}};
}

} // namespace snug::test
