// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/account/token_file.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "ui/viewmodels/text.h"

#include <QSaveFile>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <system_error>

namespace snug::ui {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::int64_t kMostBytes = 64 * 1024;
constexpr QFileDevice::Permissions kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

tl::unexpected<Error> fileError(const fs::path &path, std::string_view what)
{
    return fail(ErrorKind::Io, fmt::format("The file for access tokens could not be {}.", what),
                {{"path", snug::toUtf8(path)}}, "Check the free space and the permissions of its folder.");
}

// Its entries; an empty object without a file.
Result<json> entriesOf(const fs::path &path)
{
    std::error_code error;
    if (!fs::exists(path, error) && !error)
        return json::object();
    auto text = readSmallFile(path, kMostBytes);
    if (!text)
        return fileError(path, "read");
    json entries = json::parse(*text, nullptr, false);
    if (!entries.is_object())
        return fail(ErrorKind::Corrupt, "The file for access tokens is damaged, so none could be read.",
                    {{"path", snug::toUtf8(path)}}, "Enter the token again.");
    return entries;
}

Result<void> write(const fs::path &path, const json &entries)
{
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (!error)
        fs::permissions(path.parent_path(), fs::perms::owner_all, error);
    if (error)
        return fileError(path, "written");
    QSaveFile file(fromPath(path));
    // Closed to everybody else before the first byte is in it.
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(kOwnerOnly))
        return fileError(path, "written");
    file.write(QByteArray::fromStdString(entries.dump(-1, ' ', true, json::error_handler_t::replace)));
    if (!file.commit())
        return fileError(path, "written");
    return {};
}

} // namespace

Result<std::optional<std::string>> TokenFile::read(const std::string &origin) const
{
    SNUG_TRY(const json entries, entriesOf(m_path));
    const auto found = entries.find(origin);
    if (found == entries.end() || !found->is_string())
        return std::nullopt;
    return found->get<std::string>();
}

Result<void> TokenFile::put(const std::string &origin, const std::string &secret) const
{
    auto entries = entriesOf(m_path);
    if (!entries && entries.error().kind != ErrorKind::Corrupt)
        return tl::make_unexpected(std::move(entries).error());
    json all = entries ? *std::move(entries) : json::object();
    all[origin] = secret;
    return write(m_path, all);
}

Result<void> TokenFile::remove(const std::string &origin) const
{
    auto entries = entriesOf(m_path);
    if (!entries && entries.error().kind != ErrorKind::Corrupt)
        return tl::make_unexpected(std::move(entries).error());
    // Nobody knows what is in a damaged one: all of it goes.
    if (entries && entries->erase(origin) == 0)
        return {};
    if (entries && !entries->empty())
        return write(m_path, *entries);
    std::error_code error;
    fs::remove(m_path, error);
    if (error)
        return fileError(m_path, "deleted");
    return {};
}

} // namespace snug::ui
