// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/job/job_journal.h"

#include "core/base/atomic_file.h"
#include "core/base/boot_id.h"
#include "core/hub/json.h"

#include <algorithm>
#include <system_error>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostBytes = 4096;
constexpr int kSchema = 1;

std::filesystem::path livePath(std::filesystem::path path)
{
    path += ".live";
    return path;
}

json content(const std::string &identity, std::int64_t bytes)
{
    return {{"schema", kSchema}, {"identity", identity}, {"bytes", bytes}};
}

std::int64_t bytesIn(const std::filesystem::path &path, const std::string &identity, const std::string *boot)
{
    const auto text = readSmallFile(path, kMostBytes);
    const json said = text ? json::parse(*text, nullptr, false) : json();
    const bool isOurs = said.is_object() && hub::countOf(said, "schema") == kSchema &&
                        hub::textOf(said, "identity") == identity &&
                        (boot == nullptr || (!boot->empty() && hub::textOf(said, "boot") == *boot));
    return isOurs ? hub::countOf(said, "bytes").value_or(0) : 0;
}

} // namespace

std::int64_t JobJournal::written(const std::string &identity) const
{
    const std::string boot = bootId();
    return std::max(bytesIn(m_path, identity, nullptr), bytesIn(livePath(m_path), identity, &boot));
}

Result<void> JobJournal::save(const std::string &identity, std::int64_t bytes) const
{
    return writeFileAtomically(m_path, content(identity, bytes).dump(), Writers::One);
}

Result<void> JobJournal::saveLive(const std::string &identity, std::int64_t bytes) const
{
    json said = content(identity, bytes);
    said["boot"] = bootId();
    return replaceFile(livePath(m_path), said.dump(), Writers::One);
}

void JobJournal::remove() const
{
    std::error_code ignored;
    for (const auto &path : {m_path, livePath(m_path)}) {
        std::filesystem::remove(path, ignored);
        std::filesystem::remove(unfinishedPath(path), ignored);
    }
}

void JobJournal::removeLive() const
{
    std::error_code ignored;
    std::filesystem::remove(livePath(m_path), ignored);
}

} // namespace snug::convert
