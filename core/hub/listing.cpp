// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/listing.h"

#include "core/hub/json.h"
#include "core/hub/safe_path.h"

#include <algorithm>

namespace snug::hub {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFiles = 100'000;
constexpr std::size_t kMaxRefused = 1000;
constexpr std::int64_t kMaxFileBytes = std::int64_t{1} << 50; // 1 PiB: two thousand times the Hub's own limit

std::optional<std::string> digest(const json &object, std::size_t digits)
{
    auto text = textOf(object, "oid", 128);
    const auto isHex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (!text || text->size() != digits || !std::all_of(text->begin(), text->end(), isHex))
        return std::nullopt;
    return text;
}

RemoteFile fileOf(std::string path, const json &entry)
{
    RemoteFile file{std::move(path), countOf(entry, "size", kMaxFileBytes), std::nullopt, std::nullopt};
    const json *lfs = memberOf(entry, "lfs");
    if (lfs == nullptr || !lfs->is_object()) {
        file.sha1 = digest(entry, 40);
        return file;
    }
    // The oid of the entry is then that of the pointer, and says nothing about the file.
    const auto bytes = countOf(*lfs, "size", kMaxFileBytes);
    if (bytes && file.bytes && *bytes != *file.bytes)
        file.bytes.reset();
    else if (bytes)
        file.bytes = bytes;
    file.sha256 = digest(*lfs, 64);
    return file;
}

} // namespace

Result<void> ListingBuilder::add(const json &page)
{
    if (!page.is_array())
        return fail(ErrorKind::Protocol, "The server's answer cannot be understood: it is no list of files.",
                    {}, "Check the address of the Hub.");
    if (m_listing.files.size() + page.size() > kMaxFiles)
        return fail(ErrorKind::TooLarge, "The model has too many files.",
                    {{"limit", static_cast<std::int64_t>(kMaxFiles)}}, "Choose another model.");
    for (const json &entry : page)
        addEntry(entry);
    return {};
}

void ListingBuilder::addEntry(const json &entry)
{
    if (textOf(entry, "type") != "file")
        return;
    const auto name = textOf(entry, "path", 1U << 16U);
    if (!name)
        return refuse("?", "empty");
    auto path = safeRelativePath(*name);
    if (!path) {
        const auto reason = std::find_if(path.error().detail.begin(), path.error().detail.end(),
                                         [](const auto &pair) { return pair.first == "reason"; });
        return refuse(*name, std::get<std::string>(reason->second));
    }
    if (clashes(*path))
        return refuse(*name, "twin");
    m_listing.files.push_back(fileOf(*std::move(path), entry));
}

void ListingBuilder::refuse(std::string_view name, std::string reason)
{
    if (m_listing.refused.size() < kMaxRefused)
        m_listing.refused.push_back({shownText(name), std::move(reason)});
}

// A file may be no other file's twin or folder, and a folder must be written the same way each time.
bool ListingBuilder::clashes(const std::string &path)
{
    const std::string key = pathKey(path);
    std::map<std::string, std::string> folders;
    for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        std::string folderKey = pathKey(folder);
        const auto known = m_folders.find(folderKey);
        if (m_files.contains(folderKey) || (known != m_folders.end() && known->second != folder))
            return true;
        folders.emplace(std::move(folderKey), folder);
    }
    if (m_folders.contains(key) || !m_files.insert(key).second)
        return true;
    m_folders.merge(folders);
    return false;
}

} // namespace snug::hub
