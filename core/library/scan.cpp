// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/scan.h"

#include "core/base/paths.h"
#include "core/model/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

namespace snug::library {
namespace {

namespace fs = std::filesystem;

bool hasEnding(const fs::path &path, std::string_view ending)
{
    std::string text = toUtf8(path.extension());
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text == ending;
}

bool isProjectorName(const fs::path &path)
{
    return toUtf8(path.filename()).find("mmproj") != std::string::npos;
}

std::int64_t unixSeconds(fs::file_time_type time)
{
    using namespace std::chrono;
    const auto system = file_clock::to_sys(time);
    return duration_cast<seconds>(system.time_since_epoch()).count();
}

// A file as the search met it.
struct Candidate {
    fs::path path;
    fs::path root;
    std::int64_t bytes = 0;
    fs::file_time_type modified;
};

// Walks the roots; one folder or file is entered once, whatever its names are.
class Search {
public:
    Search(const ScanRequest &request, const std::stop_token &stop, ScanReport &report)
        : m_request(request), m_stop(stop), m_report(report)
    {
    }

    std::vector<Candidate> run()
    {
        for (const fs::path &root : m_request.roots)
            visitRoot(root);
        return std::move(m_found);
    }

private:
    [[nodiscard]] bool ended()
    {
        m_report.stopped = m_report.stopped || m_stop.stop_requested();
        return m_report.stopped || m_report.limited;
    }

    void visitRoot(const fs::path &root)
    {
        std::error_code error;
        const fs::file_status status = fs::status(root, error);
        if (error || !fs::exists(status)) {
            m_report.missing.push_back(root);
            return;
        }
        if (fs::is_directory(status))
            visitFolder(root, root, 0);
        else
            visitFile(root, root.parent_path());
    }

    bool isNew(const fs::path &path)
    {
        std::error_code error;
        const fs::path canonical = fs::canonical(path, error);
        return !error && m_seen.insert(canonical).second;
    }

    void visitFolder(const fs::path &folder, const fs::path &root, int depth)
    {
        if (ended() || !isNew(folder))
            return;
        if (depth > m_request.limits.depth) {
            m_report.limited = true;
            return;
        }
        std::error_code error;
        fs::directory_iterator entries(folder, error);
        if (error) {
            m_report.unreadable.push_back(folder);
            return;
        }
        m_report.folders.push_back(folder);
        std::vector<fs::path> below;
        for (; entries != fs::directory_iterator() && !ended(); entries.increment(error)) {
            if (++m_entries > m_request.limits.entries) {
                m_report.limited = true;
                return;
            }
            std::error_code entryError;
            if (entries->is_directory(entryError))
                below.push_back(entries->path());
            else if (hasEnding(entries->path(), ".gguf"))
                visitFile(entries->path(), root);
        }
        std::sort(below.begin(), below.end());
        for (const fs::path &next : below)
            visitFolder(next, root, depth + 1);
    }

    void visitFile(const fs::path &path, const fs::path &root)
    {
        std::error_code error;
        if (isProjectorName(path) || !fs::is_regular_file(path, error) || error)
            return;
        const std::uintmax_t bytes = fs::file_size(path, error);
        const fs::file_time_type modified = error ? fs::file_time_type() : fs::last_write_time(path, error);
        if (error || !isNew(path))
            return;
        m_found.push_back({path, root, static_cast<std::int64_t>(bytes), modified});
    }

    const ScanRequest &m_request;
    const std::stop_token &m_stop;
    ScanReport &m_report;
    std::set<fs::path> m_seen;
    std::int64_t m_entries = 0;
    std::vector<Candidate> m_found;
};

// Joins the parts of split models; the first part stands for the model.
std::vector<FoundModel> join(std::vector<Candidate> candidates)
{
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate &a, const Candidate &b) { return a.path < b.path; });
    std::vector<FoundModel> models;
    std::map<std::string, std::size_t> splits; // folder, base name and count -> index in models
    for (const Candidate &file : candidates) {
        const std::int64_t modified = file.modified.time_since_epoch().count();
        FoundModel model{file.path, file.root, {file.bytes, modified}, unixSeconds(file.modified), 1, 1, {}};
        if (const auto split = parseSplitName(toUtf8(file.path.filename()))) {
            model.expectedParts = static_cast<int>(split->count);
            const std::string key =
                fmt::format("{}/{}/{}", toUtf8(file.path.parent_path()), split->base, split->count);
            const auto [known, isFirst] = splits.try_emplace(key, models.size());
            if (!isFirst) {
                FoundModel &whole = models[known->second];
                ++whole.parts;
                whole.stamp.bytes += file.bytes;
                whole.stamp.modified = std::max(whole.stamp.modified, modified);
                whole.modifiedUnix = std::max(whole.modifiedUnix, model.modifiedUnix);
                continue;
            }
        }
        models.push_back(std::move(model));
    }
    return models;
}

Result<ModelFacts> readFacts(const FoundModel &model, const FactsCache &known)
{
    if (model.parts < model.expectedParts) {
        return fail(ErrorKind::Truncated,
                    fmt::format("{} of {} parts of this model are missing.",
                                model.expectedParts - model.parts, model.expectedParts),
                    {{"path", toUtf8(model.path)}}, "Download the missing parts into the same folder.");
    }
    const auto before = known.find(model.path);
    if (before != known.end() && before->second.stamp == model.stamp)
        return before->second.facts;
    return inspectFile(model.path);
}

bool isModel(const FoundModel &model)
{
    if (!model.facts)
        return true;
    const ModelFacts &facts = *model.facts;
    return facts.kind != "mmproj" && facts.kind != "adapter" && facts.kind != "imatrix" &&
           facts.architecture != "clip";
}

} // namespace

ScanReport findModelFiles(const ScanRequest &request, const std::stop_token &stop)
{
    ScanReport report;
    report.models = join(Search(request, stop, report).run());
    return report;
}

ScanReport scan(const ScanRequest &request, const FactsCache &known, const std::stop_token &stop)
{
    ScanReport report = findModelFiles(request, stop);
    std::vector<FoundModel> found = std::exchange(report.models, {});
    for (FoundModel &model : found) {
        if (stop.stop_requested()) {
            report.stopped = true;
            break;
        }
        if (static_cast<std::int64_t>(report.models.size()) >= request.limits.models) {
            report.limited = true;
            break;
        }
        model.facts = readFacts(model, known);
        if (isModel(model))
            report.models.push_back(std::move(model));
    }
    return report;
}

} // namespace snug::library
