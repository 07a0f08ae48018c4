// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/model_view.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>
#include <array>

using nlohmann::json;

namespace snug::test {
namespace {

constexpr auto kExpandable = std::to_array<std::string_view>({
    "author",
    "baseModels",
    "cardData",
    "childrenModelCount",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "inference",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "mask_token",
    "model-index",
    "pipeline_tag",
    "private",
    "resourceGroup",
    "safetensors",
    "sha",
    "siblings",
    "spaces",
    "tags",
    "transformersInfo",
    "trendingScore",
    "usedStorage",
    "widgetData",
});
constexpr auto kBrief = std::to_array<std::string_view>(
    {"likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt"});

std::string hexDigest(QCryptographicHash::Algorithm algorithm, const std::string &text)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(text), algorithm).toHex().toStdString();
}

std::string pointerOid(const FakeFile &file)
{
    return FileBody::ofBytes(lfsPointer(file.body)).gitOid();
}

json sizeOf(const FakeFile &file)
{
    return file.sizeSaid.value_or(json(file.body.size()));
}

json sha256Of(const FakeFile &file)
{
    return file.sha256Said ? *file.sha256Said : json(file.body.sha256());
}

json sibling(const FakeFile &file, bool blobs)
{
    json entry{{"rfilename", file.path}};
    if (!blobs)
        return entry;
    entry["size"] = sizeOf(file);
    entry["blobId"] = file.lfs ? pointerOid(file) : file.body.gitOid();
    if (file.lfs)
        entry["lfs"] = {{"sha256", sha256Of(file)},
                        {"size", sizeOf(file)},
                        {"pointerSize", lfsPointer(file.body).size()}};
    return entry;
}

json gateOf(FakeRepository::Gate gate)
{
    switch (gate) {
    case FakeRepository::Gate::Open:
        return false;
    case FakeRepository::Gate::Automatic:
        return "auto";
    case FakeRepository::Gate::Manual:
        return "manual";
    }
    return false;
}

std::int64_t storageOf(const std::vector<FakeFile> &files)
{
    std::int64_t bytes = 0;
    for (const FakeFile &file : files)
        bytes += file.body.size();
    return bytes;
}

// null for a key that this repository does not have.
json valueOf(const StoredRepository &repository, const std::string &commit, std::string_view key, bool blobs)
{
    const FakeRepository &said = repository.said;
    const std::vector<FakeFile> &files = repository.commits.at(commit);
    if (const auto given = said.details.find(key); given != said.details.end())
        return *given;
    if (key == "author")
        return said.id.substr(0, said.id.find('/'));
    if (key == "sha")
        return commit;
    if (key == "private")
        return said.isPrivate;
    if (key == "disabled")
        return said.disabled;
    if (key == "gated")
        return gateOf(said.gate);
    if (key == "usedStorage")
        return storageOf(files);
    if (key == "siblings") {
        json all = json::array();
        for (const FakeFile &file : files)
            all.push_back(sibling(file, blobs));
        return all;
    }
    if (key == "downloads" || key == "likes" || key == "trendingScore")
        return 0;
    if (key == "tags" || key == "spaces")
        return json::array();
    if (key == "createdAt" || key == "lastModified")
        return "2024-01-01T00:00:00.000Z";
    return nullptr;
}

} // namespace

std::span<const std::string_view> expandableKeys()
{
    return kExpandable;
}

json modelView(const StoredRepository &repository, const std::string &commit, const ModelDetail &detail)
{
    const std::string &id = repository.said.id;
    json view{{"_id", hexDigest(QCryptographicHash::Sha1, id).substr(0, 24)}, {"id", id}};
    const auto add = [&](std::string_view key) {
        json value = valueOf(repository, commit, key, detail.blobs);
        if (!value.is_null())
            view[std::string(key)] = std::move(value);
    };
    if (!detail.expand.empty()) {
        std::ranges::for_each(detail.expand, add);
        return view;
    }
    view["modelId"] = id;
    std::ranges::for_each(detail.full ? expandableKeys() : std::span<const std::string_view>(kBrief), add);
    if (detail.config)
        add("config");
    if (detail.cardData)
        add("cardData");
    if (detail.security)
        view["securityRepoStatus"] = {{"scansDone", true}, {"filesWithIssues", json::array()}};
    return view;
}

json fileView(const FakeFile &file, bool expand)
{
    json entry{{"type", "file"}, {"path", file.path}, {"size", sizeOf(file)}};
    entry["oid"] = file.lfs ? pointerOid(file) : file.body.gitOid();
    if (file.lfs) {
        entry["lfs"] = {
            {"oid", sha256Of(file)}, {"size", sizeOf(file)}, {"pointerSize", lfsPointer(file.body).size()}};
        entry["xetHash"] = hexDigest(QCryptographicHash::Sha256, file.body.sha256());
    }
    if (expand)
        entry["securityFileStatus"] = {{"status", "safe"},
                                       {"avScan", {{"status", "safe"}}},
                                       {"pickleImportScan", {{"status", "unscanned"}}}};
    return entry;
}

json folderView(const std::string &path)
{
    return {{"type", "directory"},
            {"path", path},
            {"size", 0},
            {"oid", hexDigest(QCryptographicHash::Sha1, "tree " + path)}};
}

json refsView(const StoredRepository &repository)
{
    json view{{"branches", json::array()}, {"tags", json::array()}, {"converts", json::array()}};
    for (const auto &[name, commit] : repository.branches) {
        const bool whole = name.starts_with("refs/");
        view["branches"].push_back(
            {{"name", name}, {"ref", whole ? name : "refs/heads/" + name}, {"targetCommit", commit}});
    }
    for (const auto &[name, commit] : repository.said.tags)
        view["tags"].push_back({{"name", name}, {"ref", "refs/tags/" + name}, {"targetCommit", commit}});
    return view;
}

std::int64_t parametersOf(const StoredRepository &repository)
{
    for (const char *const key : {"gguf", "safetensors"}) {
        const auto found = repository.said.details.find(key);
        if (found == repository.said.details.end() || !found->is_object())
            continue;
        if (const auto total = found->find("total"); total != found->end() && total->is_number_integer())
            return total->get<std::int64_t>();
    }
    return 0;
}

} // namespace snug::test
