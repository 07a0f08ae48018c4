// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/model_headers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace snug::test {

// A header that grows key by key and tensor by tensor.
class Draft {
public:
    explicit Draft(std::string architecture) : m_architecture(std::move(architecture))
    {
        m_header.values.push_back({"general.architecture", gguf::Value(m_architecture)});
        m_header.values.push_back({"general.file_type", gguf::Value(std::uint32_t{1})});
        m_header.values.push_back({"tokenizer.ggml.model", gguf::Value("none")});
    }

    Draft &count(const std::string &suffix, std::int64_t number)
    {
        return key(suffix, gguf::Value(static_cast<std::uint32_t>(number)));
    }
    Draft &key(const std::string &suffix, gguf::Value value)
    {
        m_header.values.push_back({m_architecture + "." + suffix, std::move(value)});
        return *this;
    }
    Draft &tensor(const std::string &name, std::vector<std::int64_t> dims,
                  gguf::TensorType type = gguf::TensorType::F16)
    {
        m_header.tensors.push_back({name, std::move(dims), type});
        return *this;
    }
    Draft &norm(const std::string &name, std::int64_t width)
    {
        return tensor(name + "_norm.weight", {width}, gguf::TensorType::F32);
    }
    [[nodiscard]] gguf::Header take() { return std::move(m_header); }

private:
    std::string m_architecture;
    gguf::Header m_header;
};

// With the keys, the embeddings and the output of `shape`.
[[nodiscard]] Draft begun(const Transformer &shape);
// "blk.N."
[[nodiscard]] std::string layerName(std::int64_t layer);
void addAttention(Draft &draft, const Transformer &shape, const std::string &layer);
void addFeedForward(Draft &draft, const Transformer &shape, const std::string &layer);
void addExperts(Draft &draft, const Transformer &shape, const std::string &layer,
                std::optional<gguf::TensorType> expertType = std::nullopt);

} // namespace snug::test
