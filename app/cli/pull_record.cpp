// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull_record.h"

#include "app/cli/unfinished.h"
#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/download/sha256.h"
#include "core/hub/safe_path.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kLimitBytes = 4 << 20;
constexpr std::string_view kEnding = ".pull.json";

std::string nameFor(std::string_view reference)
{
    auto digest = download::Digest::start(download::HashKind::Sha256, 0);
    if (!digest)
        return "pull";
    digest->update(std::as_bytes(std::span(reference.data(), reference.size())));
    return digest->finish().value_or("pull");
}

// Only names that this program gives: nothing else may be removed by what stands in a file.
bool isPartName(std::string_view name)
{
    constexpr std::string_view kEnd = ".part";
    return name.ends_with(kEnd) && name.size() > kEnd.size() &&
           name.substr(0, name.size() - kEnd.size()).find_first_not_of("0123456789abcdef") ==
               std::string_view::npos;
}

// What a record tells; empty for what is none.
std::vector<PullRecord::Part> partsIn(const std::filesystem::path &file)
{
    const auto content = readSmallFile(file, kLimitBytes);
    const json object = json::parse(content.value_or(""), nullptr, false);
    std::vector<PullRecord::Part> parts;
    if (!object.is_object() || !object.contains("parts") || !object["parts"].is_array())
        return parts;
    for (const json &entry : object["parts"]) {
        if (!entry.is_object() || !entry.contains("file") || !entry["file"].is_string() ||
            !isPartName(entry["file"].get_ref<const std::string &>()))
            continue;
        const bool known = entry.contains("bytes") && entry["bytes"].is_number_integer();
        parts.push_back({entry["file"].get<std::string>(),
                         known ? entry["bytes"].get<std::int64_t>() : download::kUnknown});
    }
    return parts;
}

bool tells(const std::vector<PullRecord::Part> &parts, const std::string &file)
{
    return std::any_of(parts.begin(), parts.end(),
                       [&file](const PullRecord::Part &part) { return part.file == file; });
}

} // namespace

PullRecord::PullRecord(std::filesystem::path folder, const hub::RepoReference &reference)
    : m_path(std::move(folder))
    , m_reference(reference.repo.text() + "@" + reference.revision.value_or("main") + ":" +
                  hub::pathKey(reference.selector))
{
    m_path /= nameFor(m_reference) + std::string(kEnding);
}

Result<void> PullRecord::write(const std::vector<Part> &parts) const
{
    if (parts.empty()) {
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
        return {};
    }
    json list = json::array();
    for (const Part &part : parts)
        list.push_back({{"file", part.file}, {"bytes", part.bytes}});
    const json object = {{"schema", 1}, {"reference", m_reference}, {"parts", std::move(list)}};
    return writeFileAtomically(m_path, object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::vector<PullRecord::Part> PullRecord::parts() const
{
    return partsIn(m_path);
}

Result<PullRecord::Narrowed> PullRecord::narrowTo(std::vector<Part> keep, const std::stop_token &stop) const
{
    const std::vector<Part> before = parts();
    Narrowed done;
    for (const Part &part : before) {
        if (tells(keep, part.file) || isToldElsewhere(part.file))
            continue;
        const auto freed = discardUnfinished(m_path.parent_path() / fromUtf8(part.file), stop);
        if (freed) {
            done.freedBytes += *freed;
            continue;
        }
        if (freed.error().kind == ErrorKind::Cancelled)
            return tl::make_unexpected(freed.error());
        keep.push_back(part);
        done.trouble = freed.error();
    }
    // Else a run that began meanwhile has told what it needs.
    if (parts() == before)
        SNUG_CHECK(write(keep));
    return done;
}

bool PullRecord::isToldElsewhere(const std::string &file) const
{
    std::error_code code;
    for (const auto &entry : std::filesystem::directory_iterator(m_path.parent_path(), code)) {
        if (entry.path() != m_path && toUtf8(entry.path().filename()).ends_with(kEnding) &&
            tells(partsIn(entry.path()), file))
            return true;
    }
    return false;
}

} // namespace snug::cli
