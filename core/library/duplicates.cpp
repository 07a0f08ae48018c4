// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/duplicates.h"

#include <algorithm>
#include <tuple>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

// Data on disk that is as long as some other.
struct Data {
    std::vector<fs::path> names;
    std::string sha256;
};

using BySize = std::map<std::int64_t, std::vector<Data>>;

BySize groupBySize(const std::vector<ContentFile> &files)
{
    BySize sizes;
    for (const ContentFile &file : files) {
        if (file.bytes <= 0)
            continue;
        std::vector<Data> &alike = sizes[file.bytes];
        const auto same = std::find_if(alike.begin(), alike.end(), [&file](const Data &data) {
            std::error_code error;
            return fs::equivalent(data.names.front(), file.path, error) && !error;
        });
        if (same == alike.end()) {
            alike.push_back({{file.path}, file.sha256});
            continue;
        }
        if (std::find(same->names.begin(), same->names.end(), file.path) == same->names.end())
            same->names.push_back(file.path);
        if (same->sha256.empty())
            same->sha256 = file.sha256;
    }
    std::erase_if(sizes, [](const auto &entry) { return entry.second.size() < 2; });
    return sizes;
}

Result<void> hashUnknown(BySize &sizes, DuplicateReport &report, const ProgressFn &progress,
                         const std::stop_token &stop, const HashFn &hasher)
{
    Progress all{"comparing", 0, 0, Unit::Bytes};
    for (const auto &[bytes, alike] : sizes)
        all.total += bytes * std::count_if(alike.begin(), alike.end(),
                                           [](const Data &data) { return data.sha256.empty(); });
    for (auto &[bytes, alike] : sizes) {
        for (Data &data : alike) {
            if (!data.sha256.empty())
                continue;
            const auto within = [&progress, &all](const Progress &one) {
                if (progress)
                    progress({all.stage, all.done + one.done, all.total, all.unit});
            };
            auto hash = hasher(data.names.front(), download::HashKind::Sha256, within, stop);
            if (!hash && hash.error().kind == ErrorKind::Cancelled)
                return tl::make_unexpected(std::move(hash).error());
            if (hash) {
                data.sha256 = *std::move(hash);
                report.computed.emplace(data.names.front(), data.sha256);
            } else {
                report.unreadable.push_back(data.names.front());
            }
            all.done += bytes;
        }
    }
    return {};
}

} // namespace

Result<DuplicateReport> findDuplicates(const std::vector<ContentFile> &files, const ProgressFn &progress,
                                       const std::stop_token &stop, const HashFn &hasher)
{
    DuplicateReport report;
    BySize sizes = groupBySize(files);
    SNUG_CHECK(hashUnknown(sizes, report, progress, stop, hasher));
    for (auto &[bytes, alike] : sizes) {
        std::map<std::string, DuplicateGroup> byHash;
        for (Data &data : alike) {
            if (data.sha256.empty())
                continue;
            DuplicateGroup &group = byHash[data.sha256];
            group.sha256 = data.sha256;
            group.bytes = bytes;
            group.copies.push_back(std::move(data.names));
        }
        for (auto &[hash, group] : byHash) {
            if (group.copies.size() < 2)
                continue;
            group.reclaimableBytes = bytes * static_cast<std::int64_t>(group.copies.size() - 1);
            report.reclaimableBytes += group.reclaimableBytes;
            report.groups.push_back(std::move(group));
        }
    }
    std::sort(report.groups.begin(), report.groups.end(), [](const auto &a, const auto &b) {
        return std::tie(b.reclaimableBytes, a.sha256) < std::tie(a.reclaimableBytes, b.sha256);
    });
    return report;
}

} // namespace snug::library
