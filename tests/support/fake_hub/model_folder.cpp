// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/model_folder.h"

#include "core/base/paths.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>

namespace fs = std::filesystem;
using nlohmann::json;

namespace snug::test {
namespace {

constexpr std::int64_t kAlwaysLfs = 10 << 20; // the Hub takes no larger file into git itself

bool isHidden(const fs::path &path)
{
    return toUtf8(path.filename()).starts_with('.');
}

bool isModel(const fs::path &path)
{
    return path.extension() == ".gguf" || path.extension() == ".safetensors";
}

bool isLfs(const fs::path &path, std::int64_t size)
{
    return isModel(path) || path.extension() == ".model" || path.extension() == ".bin" || size >= kAlwaysLfs;
}

// What cannot be listed is left out.
std::vector<fs::path> sortedEntries(const fs::path &folder)
{
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (!isHidden(it->path()))
            entries.push_back(it->path());
    }
    std::ranges::sort(entries);
    return entries;
}

bool isFolder(const fs::path &path)
{
    std::error_code error;
    return fs::is_directory(path, error) && !fs::is_symlink(path, error);
}

bool isFile(const fs::path &path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

bool holdsModel(const fs::path &folder, bool below)
{
    return std::ranges::any_of(sortedEntries(folder), [below](const fs::path &path) {
        return isFolder(path) ? below && holdsModel(path, below) : isFile(path) && isModel(path);
    });
}

void collect(const fs::path &folder, const std::vector<fs::path> &without, std::vector<fs::path> &files)
{
    for (const fs::path &path : sortedEntries(folder)) {
        if (isFolder(path) && std::ranges::find(without, path) == without.end())
            collect(path, without, files);
        else if (isFile(path))
            files.push_back(path);
    }
}

bool isProjector(const fs::path &path)
{
    return toUtf8(path.filename()).starts_with("mmproj");
}

// The keys that can be read from the files themselves.
json detailsOf(const std::vector<fs::path> &files)
{
    std::vector<fs::path> ggufs;
    std::vector<fs::path> safetensors;
    qint64 newest = 0;
    for (const fs::path &path : files) {
        if (path.extension() == ".gguf" && !isProjector(path))
            ggufs.push_back(path);
        if (path.extension() == ".safetensors")
            safetensors.push_back(path);
        const QFileInfo info(QString::fromStdString(toUtf8(path)));
        newest = std::max(newest, info.lastModified().toSecsSinceEpoch());
    }
    json tags = json::array();
    json details{{"pipeline_tag", "text-generation"}};
    if (!ggufs.empty()) {
        tags.push_back("gguf");
        details["library_name"] = "gguf";
        if (json key = ggufKey(ggufs.front()); !key.is_null())
            details["gguf"] = std::move(key);
    }
    if (!safetensors.empty()) {
        tags.push_back("safetensors");
        if (ggufs.empty())
            details["library_name"] = "transformers";
        if (json key = safetensorsKey(safetensors); !key.is_null())
            details["safetensors"] = std::move(key);
    }
    details["tags"] = std::move(tags);
    details["lastModified"] = QDateTime::fromSecsSinceEpoch(newest, Qt::UTC)
                                  .toString(QStringLiteral("yyyy-MM-ddThh:mm:ss.000Z"))
                                  .toStdString();
    details["createdAt"] = details["lastModified"];
    return details;
}

FakeRepository repositoryOf(const std::string &id, const fs::path &folder,
                            const std::vector<fs::path> &without)
{
    std::vector<fs::path> paths;
    collect(folder, without, paths);
    FakeRepository repository{id};
    for (const fs::path &path : paths) {
        FileBody body = FileBody::onDisk(path);
        const bool lfs = isLfs(path, body.size());
        repository.files.push_back({toUtf8(path.lexically_relative(folder)), std::move(body), lfs});
    }
    repository.details = detailsOf(paths);
    return repository;
}

} // namespace

std::vector<FakeRepository> repositoriesIn(const fs::path &folder)
{
    std::vector<FakeRepository> repositories;
    for (const fs::path &outer : sortedEntries(folder)) {
        if (!isFolder(outer))
            continue;
        std::vector<fs::path> inner;
        for (const fs::path &path : sortedEntries(outer)) {
            if (isFolder(path) && holdsModel(path, true))
                inner.push_back(path);
        }
        const std::string name = toUtf8(outer.filename());
        for (const fs::path &path : inner)
            repositories.push_back(repositoryOf(name + "/" + toUtf8(path.filename()), path, {}));
        if (holdsModel(outer, false))
            repositories.push_back(repositoryOf("snug/" + name, outer, inner));
    }
    return repositories;
}

} // namespace snug::test
