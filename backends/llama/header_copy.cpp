// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/header_copy.h"

#include "core/base/paths.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/sparse_copy.h"
#include "core/model/split_files.h"

#include <fmt/format.h>

#include <utility>

namespace snug::llama {
namespace {

// More parts than any published model has; a stranger's file does not decide how many files are opened.
constexpr std::int64_t kMaxParts = 1024;

Error at(const std::filesystem::path &path, Error error)
{
    error.detail.emplace_back("path", toUtf8(path));
    return error;
}

// A model's tokens are compared with those of a draft model.
Result<void> loadTokens(gguf::RandomReader &in, gguf::Header &header)
{
    for (gguf::KeyValue &pair : header.values) {
        gguf::Array *array = pair.value.array();
        if (array != nullptr && pair.key == "tokenizer.ggml.tokens") {
            SNUG_TRY(*array, gguf::loadArray(in, *array, gguf::Limits().headerBytes));
        }
    }
    return {};
}

} // namespace

Result<void> HeaderCopy::add(const std::filesystem::path &part)
{
    auto reader = gguf::FileReader::open(part);
    if (!reader)
        return tl::make_unexpected(at(part, std::move(reader).error()));
    auto header = gguf::readHeader(**reader);
    if (!header)
        return tl::make_unexpected(at(part, std::move(header).error()));
    const auto copy = m_folder.path() / part.filename();
    if (auto written = gguf::writeSparseCopy(**reader, *header, copy); !written)
        return tl::make_unexpected(at(copy, std::move(written).error()));
    if (auto loaded = loadTokens(**reader, *header); !loaded)
        return tl::make_unexpected(at(part, std::move(loaded).error()));
    m_originals.push_back(part);
    m_copies.push_back(copy);
    m_headers.push_back(*std::move(header));
    return {};
}

Result<HeaderCopy> HeaderCopy::make(const std::filesystem::path &model)
{
    SNUG_TRY(DryFolder folder, DryFolder::make());
    HeaderCopy copy(std::move(folder));
    if (auto added = copy.add(model); !added)
        return tl::make_unexpected(std::move(added).error());
    const gguf::Value *count = copy.m_headers.front().find("split.count");
    const std::int64_t parts = count == nullptr ? 1 : count->integer().value_or(1);
    if (parts <= 1)
        return copy;
    const auto first = splitPartPath(model, 1, parts);
    if (parts > kMaxParts || !first)
        return fail(
            ErrorKind::Unsupported,
            fmt::format("This file is one of {} parts of a model, and its name does not tell which.", parts),
            {{"path", toUtf8(model)}}, "Give the parts their original names, NAME-00001-of-00005.gguf.");
    copy.m_originals.clear();
    copy.m_copies.clear();
    copy.m_headers.clear();
    for (std::int64_t part = 1; part <= parts; ++part) {
        if (auto added = copy.add(splitPartPath(model, part, parts).value_or(*first)); !added)
            return tl::make_unexpected(std::move(added).error());
    }
    return copy;
}

std::int64_t HeaderCopy::tensorBytes() const
{
    std::int64_t sum = 0;
    for (const auto &header : m_headers)
        sum += header.tensorBytes();
    return sum;
}

} // namespace snug::llama
