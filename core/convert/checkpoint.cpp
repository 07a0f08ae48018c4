// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/convert/config.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/model/split_files.h"
#include "core/safetensors/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace snug::convert {
namespace {

namespace fs = std::filesystem;

constexpr const char *kIndexName = "model.safetensors.index.json";
constexpr std::string_view kEnding = ".safetensors";

std::optional<std::int64_t> sizeOf(const fs::path &file)
{
    std::error_code code;
    const auto bytes = fs::file_size(file, code);
    return code || !std::in_range<std::int64_t>(bytes) ? std::nullopt
                                                       : std::optional(static_cast<std::int64_t>(bytes));
}

bool isFile(const fs::path &file)
{
    std::error_code code;
    return fs::is_regular_file(file, code);
}

// Names of the weights in a folder, without adapters, sorted.
std::vector<std::string> weightFiles(const fs::path &folder)
{
    std::vector<std::string> found;
    std::error_code code;
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
        std::string name = toUtf8(at->path().filename());
        if (name.ends_with(kEnding) && !name.starts_with("adapter") && isFile(at->path()))
            found.push_back(std::move(name));
    }
    std::sort(found.begin(), found.end());
    return found;
}

// Of a folder without index: those that begin with "model", or the only one.
Result<std::vector<std::string>> shardsWithoutIndex(const fs::path &folder)
{
    std::vector<std::string> all = weightFiles(folder);
    std::vector<std::string> named;
    std::copy_if(all.begin(), all.end(), std::back_inserter(named),
                 [](const std::string &name) { return name.starts_with("model"); });
    if (named.empty() && all.size() == 1)
        named = std::move(all);
    if (named.empty())
        return fail(ErrorKind::NotFound, fmt::format("There are no safetensors files in {}.", toUtf8(folder)),
                    {{"reason", std::string("no_weights")}, {"path", toUtf8(folder)}},
                    "Choose the folder that holds model.safetensors.");
    const std::string first = named.front().substr(0, named.front().size() - kEnding.size());
    const auto split = parseSplitName(first + ".gguf");
    for (std::int64_t part = 1; split && part <= split->count; ++part) {
        const std::string file = fmt::format("{}-{:05}-of-{:05}{}", split->base, part, split->count, kEnding);
        if (std::find(named.begin(), named.end(), file) == named.end())
            return missingShard(file);
    }
    return named;
}

template <class T> Result<T> at(const fs::path &path, Result<T> result)
{
    if (!result) {
        auto &detail = result.error().detail;
        const bool named = std::any_of(detail.begin(), detail.end(),
                                       [](const auto &entry) { return entry.first == "path"; });
        if (!named)
            detail.emplace_back("path", toUtf8(path));
    }
    return result;
}

Result<safetensors::Header> readShard(const fs::path &path)
{
    SNUG_TRY(const auto file, gguf::FileReader::open(path));
    return at(path, safetensors::readHeader(*file));
}

} // namespace

std::int64_t Checkpoint::tensorBytes() const
{
    std::int64_t sum = 0;
    for (const CheckpointTensor &tensor : tensors)
        sum += std::min(tensor.bytes, INT64_MAX - sum);
    return sum;
}

std::int64_t Checkpoint::elements() const
{
    std::int64_t sum = 0;
    for (const CheckpointTensor &tensor : tensors)
        sum += std::min(safetensors::elementCount(tensor.shape).value_or(0), INT64_MAX - sum);
    return sum;
}

Result<void> addShard(Checkpoint &checkpoint, std::string file, safetensors::Header header)
{
    const auto total = static_cast<std::int64_t>(checkpoint.tensors.size() + header.tensors.size());
    if (total > kMostCheckpointTensors)
        return gguf::beyondLimit(
            "absurd_count", kMostCheckpointTensors,
            fmt::format("The checkpoint has more than {} tensors, the most that Snug reads.",
                        formatCount(kMostCheckpointTensors)));
    // As safetensors' own library gives them, which decides about what comes first in a conversion.
    std::sort(header.tensors.begin(), header.tensors.end(),
              [](const auto &left, const auto &right) { return left.name < right.name; });
    const std::size_t shard = checkpoint.shards.size();
    checkpoint.shards.push_back({std::move(file), header.fileBytes});
    for (safetensors::Tensor &tensor : header.tensors)
        checkpoint.tensors.push_back({std::move(tensor.name), tensor.dtype, std::move(tensor.shape), shard,
                                      header.dataOffset + tensor.offset, tensor.bytes});
    return {};
}

Result<void> checkAgainst(const safetensors::Index &index, const Checkpoint &checkpoint)
{
    std::unordered_map<std::string_view, std::size_t> shardOf;
    for (const CheckpointTensor &tensor : checkpoint.tensors)
        shardOf.emplace(tensor.name, tensor.shard);
    for (const auto &[tensor, file] : index.fileOf) {
        const auto found = shardOf.find(tensor);
        if (found == shardOf.end() || checkpoint.shards[found->second].file != file)
            return fail(ErrorKind::Truncated,
                        fmt::format("Tensor {} is missing from {}, so the checkpoint is not complete.",
                                    gguf::escaped(tensor), gguf::escaped(file)),
                        {{"reason", std::string("missing_tensor")},
                         {"name", gguf::escaped(tensor)},
                         {"file", gguf::escaped(file)}},
                        "Download the file again.");
    }
    return {};
}

tl::unexpected<Error> missingShard(std::string_view file)
{
    return fail(ErrorKind::NotFound,
                fmt::format("The part {} of the checkpoint is missing, so its tensors are unknown.",
                            gguf::escaped(file)),
                {{"reason", std::string("missing_shard")}, {"file", gguf::escaped(file)}},
                "Download the missing part.");
}

Result<Checkpoint> readCheckpoint(const fs::path &folder)
{
    const fs::path configPath = folder / "config.json";
    if (!isFile(configPath))
        return fail(ErrorKind::NotFound, fmt::format("There is no config.json in {}.", toUtf8(folder)),
                    {{"reason", std::string("no_config")}, {"path", toUtf8(folder)}},
                    "Choose the folder of a whole checkpoint, or download its config.json.");
    Checkpoint checkpoint;
    SNUG_TRY(const std::string config, readSmallFile(configPath, kMostConfigBytes));
    SNUG_TRY(checkpoint.config, at(configPath, parseConfig(config)));

    std::optional<safetensors::Index> index;
    const fs::path indexPath = folder / kIndexName;
    if (isFile(indexPath)) {
        SNUG_TRY(const std::string text, readSmallFile(indexPath, safetensors::kMostIndexBytes));
        SNUG_TRY(index, at(indexPath, safetensors::parseIndex(text)));
    }
    std::vector<std::string> files;
    if (index) {
        files = index->files;
    } else {
        SNUG_TRY(files, shardsWithoutIndex(folder));
    }
    for (std::string &file : files) {
        const fs::path path = folder / fromUtf8(file);
        if (!isFile(path))
            return missingShard(file);
        SNUG_TRY(safetensors::Header header, readShard(path));
        SNUG_CHECK(addShard(checkpoint, std::move(file), std::move(header)));
    }
    if (index)
        SNUG_CHECK(checkAgainst(*index, checkpoint));
    checkpoint.tokenizer = {sizeOf(folder / "tokenizer.json"), sizeOf(folder / "tokenizer.model")};
    return checkpoint;
}

bool isCheckpoint(const fs::path &folder)
{
    return isFile(folder / "config.json") && !weightFiles(folder).empty();
}

} // namespace snug::convert
