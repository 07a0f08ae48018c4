// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/import_sources.h"

#include "core/base/paths.h"
#include "core/gguf/foreign_file.h"
#include "core/gguf/reader.h"
#include "core/model/split_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGguf = ".gguf";
constexpr std::string_view kSafetensors = ".safetensors";
constexpr std::uint64_t kMostSafetensorsHeader = 100'000'000; // the format's own limit
constexpr std::uintmax_t kMostCompanionBytes = 64 << 20;

// What the parts of a checkpoint need to be converted.
constexpr std::array kCompanions = {
    "config.json",
    "generation_config.json",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
    "chat_template.jinja",
    "special_tokens_map.json",
};

Result<std::string> readText(gguf::RandomReader &in, std::int64_t offset, std::size_t count)
{
    std::string text(count, '\0');
    SNUG_TRY(const std::size_t got, in.readAt(offset, std::as_writable_bytes(std::span(text))));
    text.resize(got);
    return text;
}

// The safetensors format: u64 length (little-endian), that many bytes of a JSON object, then the data.
Result<void> checkSafetensors(gguf::RandomReader &in, const fs::path &file)
{
    constexpr std::size_t kLengthBytes = 8;
    SNUG_TRY(const std::string head, readText(in, 0, kLengthBytes + 1));
    std::uint64_t length = 0;
    for (std::size_t i = std::min(head.size(), kLengthBytes); i > 0; --i)
        length = (length << 8U) | static_cast<unsigned char>(head[i - 1]);
    const auto room =
        static_cast<std::uint64_t>(in.size()) - std::min<std::uint64_t>(in.size(), kLengthBytes);
    const bool plausible = head.size() == kLengthBytes + 1 && head.back() == '{' && length >= 2 &&
                           length <= kMostSafetensorsHeader && length <= room;
    if (plausible) {
        SNUG_TRY(const std::string json, readText(in, kLengthBytes, static_cast<std::size_t>(length)));
        if (json.size() == length && nlohmann::json::accept(json))
            return {};
    }
    return fail(ErrorKind::Corrupt,
                fmt::format("{} is not a safetensors file, so it was not imported.", toUtf8(file)),
                {{"path", toUtf8(file)}, {"reason", "not_safetensors"}}, "Download it again.");
}

Result<std::int64_t> checkHeader(const fs::path &file)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(file));
    SNUG_TRY(const std::string magic, readText(*reader, 0, kGguf.size() - 1));
    auto checked = magic == "GGUF" || !toUtf8(file.extension()).ends_with(kSafetensors)
                       ? gguf::readHeader(*reader).map([](const auto &) {})
                       : checkSafetensors(*reader, file);
    if (!checked) {
        Error error = std::move(checked).error();
        error.detail.emplace_back("path", toUtf8(file));
        return tl::make_unexpected(std::move(error));
    }
    return reader->size();
}

// The parts beside `file`; only itself if it is no part. Names of safetensors parts have the form of GGUF's.
std::vector<fs::path> partsOf(const fs::path &file)
{
    const fs::path ending = file.extension();
    fs::path likeGguf = file;
    likeGguf.replace_extension(kGguf);
    const auto split = parseSplitName(toUtf8(likeGguf.filename()));
    if (!split || (ending != kGguf && ending != kSafetensors))
        return {file};
    std::vector<fs::path> parts;
    for (std::int64_t part = 1; part <= split->count; ++part) {
        parts.push_back(splitPartPath(likeGguf, part, split->count).value_or(likeGguf));
        parts.back().replace_extension(ending);
    }
    return parts;
}

Result<ImportSource> sourceAt(const fs::path &path)
{
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    const std::uintmax_t bytes = error ? 0 : fs::file_size(real, error);
    if (error)
        return fail(ErrorKind::NotFound, fmt::format("{} cannot be read: {}.", toUtf8(path), error.message()),
                    {{"path", toUtf8(path)}});
    return ImportSource{real, path.filename(), static_cast<std::int64_t>(bytes)};
}

void addCompanions(const fs::path &folder, std::vector<ImportSource> &sources)
{
    for (const char *name : kCompanions) {
        const fs::path path = folder / name;
        std::error_code error;
        if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kMostCompanionBytes || error)
            continue;
        if (auto source = sourceAt(path))
            sources.push_back(*std::move(source));
    }
}

} // namespace

Result<std::vector<ImportSource>> importSources(const fs::path &file)
{
    std::vector<ImportSource> sources;
    const std::vector<fs::path> parts = partsOf(file);
    std::error_code error;
    const auto missing = std::count_if(parts.begin(), parts.end(),
                                       [&error](const fs::path &part) { return !fs::exists(part, error); });
    if (missing > 0 && parts.size() > 1)
        return fail(ErrorKind::Truncated,
                    fmt::format("{} of {} parts of this model are missing, so it was not imported.", missing,
                                parts.size()),
                    {{"path", toUtf8(file)}}, "Download the missing parts into the same folder.");
    for (const fs::path &part : parts) {
        SNUG_TRY(ImportSource source, sourceAt(part));
        SNUG_TRY(source.bytes, checkHeader(part));
        sources.push_back(std::move(source));
    }
    if (file.extension() == kSafetensors)
        addCompanions(file.parent_path(), sources);
    return sources;
}

} // namespace snug::library
