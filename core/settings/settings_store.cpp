// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/settings/settings_store.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"

#include <fmt/format.h>

namespace snug {
namespace {

using nlohmann::json;

std::filesystem::path freeNameBeside(const std::filesystem::path &file)
{
    constexpr int kTries = 1000;
    for (int number = 1; number < kTries; ++number) {
        const std::string tail = number == 1 ? ".damaged" : fmt::format(".damaged-{}", number);
        auto name = file.parent_path() / file.stem();
        name += tail;
        name += file.extension();
        std::error_code ignored;
        if (!std::filesystem::exists(name, ignored))
            return name;
    }
    return {};
}

} // namespace

SettingsStore::SettingsStore(std::filesystem::path file)
    : m_file(std::move(file)), m_content({{"schema", kSchema}})
{
}

SettingsStore SettingsStore::open(const std::filesystem::path &file)
{
    SettingsStore store(file);
    auto text = readSmallFile(file, kMaxFileBytes);
    if (!text) {
        if (text.error().kind == ErrorKind::Io) {
            store.m_damage = std::move(text).error();
            store.m_mayBeWritten = false;
        } else if (text.error().kind != ErrorKind::NotFound) {
            store.setAside(std::move(text).error());
        }
        return store;
    }
    json content = json::parse(*text, nullptr, false);
    if (!content.is_object()) {
        store.setAside({ErrorKind::Corrupt, "The settings file is damaged.", {}, {}});
        return store;
    }
    store.m_content = std::move(content);
    if (!store.m_content.contains("schema"))
        store.m_content["schema"] = kSchema;
    return store;
}

void SettingsStore::setAside(Error reason)
{
    const auto name = freeNameBeside(m_file);
    std::error_code failure;
    if (!name.empty())
        std::filesystem::rename(m_file, name, failure);
    m_mayBeWritten = !name.empty() && !failure;
    reason.message += m_mayBeWritten ? " Snug starts with its defaults."
                                     : " Snug starts with its defaults and saves no changes.";
    reason.detail.emplace_back("path", toUtf8(m_mayBeWritten ? name : m_file));
    reason.hint =
        m_mayBeWritten ? "The old file was kept beside it." : "Move the file away and start Snug again.";
    m_damage = std::move(reason);
}

json SettingsStore::value(std::string_view group, std::string_view name) const
{
    const auto members = m_content.find(group);
    if (members == m_content.end() || !members->is_object())
        return nullptr;
    const auto found = members->find(name);
    return found == members->end() ? json(nullptr) : *found;
}

bool SettingsStore::set(std::string_view group, std::string_view name, json value)
{
    if (this->value(group, name) == value)
        return false;
    json &members = m_content[std::string(group)];
    if (!members.is_object())
        members = json::object();
    if (value.is_null())
        members.erase(std::string(name));
    else
        members[std::string(name)] = std::move(value);
    return true;
}

std::string SettingsStore::text() const
{
    return m_content.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace snug
