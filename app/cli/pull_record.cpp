// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/pull_record.h"

#include "core/base/atomic_file.h"
#include "core/download/sha256.h"
#include "core/hub/safe_path.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kLimitBytes = 4 << 20;

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

} // namespace

PullRecord::PullRecord(std::filesystem::path folder, const hub::RepoReference &reference)
    : m_path(std::move(folder))
    , m_reference(reference.repo.text() + "@" + reference.revision.value_or("main") + ":" +
                  hub::pathKey(reference.selector))
{
    m_path /= nameFor(m_reference) + ".pull.json";
}

Result<void> PullRecord::write(const std::vector<Part> &parts) const
{
    json list = json::array();
    for (const Part &part : parts)
        list.push_back({{"file", part.file}, {"bytes", part.bytes}});
    const json object = {{"schema", 1}, {"reference", m_reference}, {"parts", std::move(list)}};
    return writeFileAtomically(m_path, object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

void PullRecord::remove() const
{
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

std::vector<PullRecord::Part> PullRecord::parts() const
{
    const auto content = readSmallFile(m_path, kLimitBytes);
    const json object = json::parse(content.value_or(""), nullptr, false);
    std::vector<Part> parts;
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

} // namespace snug::cli
