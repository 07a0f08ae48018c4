// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/sha256.h"
#include "tests/core/convert_fixture.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

// Values of any kind as expected.json of the reference fixtures tells them.
namespace snug::test {

[[nodiscard]] inline std::string hashOf(std::span<const std::byte> bytes)
{
    auto digest = download::Digest::start(download::HashKind::Sha256, 0);
    if (!digest)
        return {};
    digest->update(bytes);
    return digest->finish().value_or(std::string());
}

// "ARRAY FLOAT32 512 <hash>", or as toldValue().
[[nodiscard]] inline std::string toldWhole(const gguf::Value &value)
{
    const gguf::Array *array = value.array();
    if (array == nullptr)
        return toldValue(value);
    const char *item = array->type == gguf::ValueType::String    ? "STRING"
                       : array->type == gguf::ValueType::Int32   ? "INT32"
                       : array->type == gguf::ValueType::Float32 ? "FLOAT32"
                       : array->type == gguf::ValueType::Bool    ? "BOOL"
                                                                 : "OTHER";
    return std::string("ARRAY ") + item + " " + std::to_string(array->count) + " " +
           hashOf(array->content.value_or(std::vector<std::byte>()));
}

[[nodiscard]] inline std::string toldWhole(const nlohmann::json &expected)
{
    if (expected["type"] != "ARRAY")
        return toldValue(expected);
    return "ARRAY " + expected["item"].get<std::string>() + " " + expected["count"].dump() + " " +
           expected["sha256"].get<std::string>();
}

// A pre-tokenizer's name that llama.cpp treats as `name`, for comparing. `names`: pre_tokenizers.json.
[[nodiscard]] inline std::string samePreTokenizer(const nlohmann::json &names, const std::string &name)
{
    std::string first = name;
    const auto found = names.find(name);
    if (found != names.end()) {
        for (const auto &other : (*found)["same_as"])
            first = std::min(first, other.get<std::string>());
    }
    return first;
}

} // namespace snug::test
