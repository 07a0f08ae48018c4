// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/checkpoints.h"

#include "core/base/checked.h"
#include "core/model/split_files.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

namespace snug::hub {
namespace {

constexpr std::string_view kWeights = ".safetensors";
constexpr std::string_view kIndex = ".safetensors.index.json";

// What a file of weights is a part of.
struct Part {
    std::string base;
    std::int64_t number = 1;
    std::int64_t count = 1;
};

// "model-00001-of-00005", or with "_" in place of the first "-".
Part partOf(std::string stem)
{
    constexpr std::size_t kTail = std::string_view("-00001-of-00005").size();
    if (stem.size() > kTail && stem[stem.size() - kTail] == '_')
        stem[stem.size() - kTail] = '-';
    const auto split = parseSplitName(stem + ".gguf");
    return split ? Part{split->base, split->part, split->count} : Part{std::move(stem), 1, 1};
}

bool isAdapter(std::string_view base)
{
    return base.starts_with("adapter");
}

bool isTokenizer(std::string_view name)
{
    constexpr std::array<std::string_view, 4> kNames = {"vocab.json", "vocab.txt", "spiece.model",
                                                        "sentencepiece.bpe.model"};
    return name == "tokenizer.json" || name.starts_with("tokenizer.model") || name.ends_with(".tiktoken") ||
           std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Files that a converter or engine reads beside the weights.
bool isSideFile(std::string_view name)
{
    constexpr std::array<std::string_view, 4> kNames = {"merges.txt", "vocab.txt", "spiece.model",
                                                        "sentencepiece.bpe.model"};
    if (name.ends_with(kIndex) || name.ends_with(".index.json") || name.starts_with("adapter"))
        return false;
    return name == "README.md" || name.ends_with(".json") || name.ends_with(".jinja") ||
           name.ends_with(".tiktoken") || name.starts_with("tokenizer.model") ||
           std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Named chat templates lie in a folder of their own, beside the weights.
std::string withoutTemplates(std::string folder)
{
    constexpr std::string_view kTemplates = "additional_chat_templates";
    if (folder == kTemplates)
        return {};
    const std::string_view parent = std::string_view(folder).substr(0, folder.rfind('/'));
    return folder.ends_with(kTemplates) && parent.size() + 1 + kTemplates.size() == folder.size()
               ? std::string(parent)
               : folder;
}

struct Folder {
    std::map<std::pair<std::string, std::int64_t>, std::map<std::int64_t, RemoteFile>> weights;
    std::map<std::string, RemoteFile> indexes; // by base
    std::vector<RemoteFile> sideFiles;
};

Level checkpoint(const std::string &folder, const Folder &contents,
                 const decltype(Folder::weights)::value_type &entry)
{
    const auto &[base, count] = entry.first;
    Level level{std::string(kCheckpointLabel), base, folder, {}, std::nullopt, count > 1, true};
    for (const auto &[number, file] : entry.second)
        level.files.push_back(file);
    level.complete = static_cast<std::int64_t>(level.files.size()) == count;
    if (const auto index = contents.indexes.find(base); index != contents.indexes.end())
        level.files.push_back(index->second);
    level.files.insert(level.files.end(), contents.sideFiles.begin(), contents.sideFiles.end());
    level.bytes = sumOfBytes(level.files);
    return level;
}

} // namespace

std::vector<Level> checkpointsOf(const std::vector<RemoteFile> &files)
{
    std::map<std::string, Folder> folders; // the top one comes first
    for (const RemoteFile &file : files) {
        const auto slash = file.path.rfind('/');
        const std::string name = slash == std::string::npos ? file.path : file.path.substr(slash + 1);
        std::string place = slash == std::string::npos ? std::string() : file.path.substr(0, slash);
        if (name.ends_with(".jinja"))
            place = withoutTemplates(std::move(place));
        Folder &folder = folders[place];
        if (name.ends_with(kIndex)) {
            folder.indexes.emplace(name.substr(0, name.size() - kIndex.size()), file);
        } else if (name.ends_with(kWeights)) {
            Part part = partOf(name.substr(0, name.size() - kWeights.size()));
            if (!isAdapter(part.base))
                folder.weights[{std::move(part.base), part.count}].emplace(part.number, file);
        } else if (isSideFile(name)) {
            folder.sideFiles.push_back(file);
        }
    }
    std::vector<Level> found;
    for (const auto &[path, folder] : folders) {
        for (const auto &entry : folder.weights)
            found.push_back(checkpoint(path, folder, entry));
    }
    // Where the same weights lie under two names, transformers reads "model".
    std::stable_sort(found.begin(), found.end(), [](const Level &a, const Level &b) {
        return std::tuple(!a.folder.empty(), a.name != "model") <
               std::tuple(!b.folder.empty(), b.name != "model");
    });
    return found;
}

bool hasSideFiles(const Level &checkpoint)
{
    const auto has = [&checkpoint](auto condition) {
        return std::any_of(checkpoint.files.begin(), checkpoint.files.end(), [&](const RemoteFile &file) {
            return condition(std::string_view(file.path).substr(file.path.rfind('/') + 1));
        });
    };
    return has([](std::string_view name) { return name == "config.json"; }) && has(isTokenizer) &&
           (!checkpoint.isSplit || has([](std::string_view name) { return name.ends_with(kIndex); }));
}

std::optional<std::int64_t> sumOfBytes(const std::vector<RemoteFile> &files)
{
    std::uint64_t sum = 0;
    for (const RemoteFile &file : files) {
        if (!file.bytes || *file.bytes < 0)
            return std::nullopt;
        const auto next = checkedAdd(sum, static_cast<std::uint64_t>(*file.bytes));
        if (!next || *next > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return std::nullopt;
        sum = *next;
    }
    return static_cast<std::int64_t>(sum);
}

} // namespace snug::hub
