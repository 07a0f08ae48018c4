// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/settings_file.h"

#include "core/base/atomic_file.h"
#include "ui/viewmodels/text.h"

#include <chrono>

namespace snug::ui {

using namespace std::chrono_literals;
using nlohmann::json;

SettingsFile::SettingsFile(const std::filesystem::path &file, QObject *parent)
    : QObject(parent), m_store(SettingsStore::open(file))
{
    if (m_store.damage())
        m_problem = problemFrom(*m_store.damage());
    m_timer.setSingleShot(true);
    m_timer.setInterval(300ms);
    connect(&m_timer, &QTimer::timeout, this, &SettingsFile::write);
}

SettingsFile::~SettingsFile()
{
    if (m_writing)
        m_writing->wait();
    // Nobody is left who could be told of a failure.
    if (m_changed && m_store.mayBeWritten())
        static_cast<void>(writeFileAtomically(m_store.file(), m_store.text()));
}

json SettingsFile::value(std::string_view group, std::string_view name) const
{
    return m_store.value(group, name);
}

double SettingsFile::number(std::string_view group, std::string_view name, double fallback) const
{
    const json found = m_store.value(group, name);
    return found.is_number() ? found.get<double>() : fallback;
}

std::int64_t SettingsFile::integer(std::string_view group, std::string_view name, std::int64_t fallback) const
{
    const json found = m_store.value(group, name);
    return found.is_number_integer() ? found.get<std::int64_t>() : fallback;
}

QString SettingsFile::text(std::string_view group, std::string_view name, const QString &fallback) const
{
    const json found = m_store.value(group, name);
    return found.is_string() ? fromUtf8(found.get_ref<const std::string &>()) : fallback;
}

bool SettingsFile::flag(std::string_view group, std::string_view name, bool fallback) const
{
    const json found = m_store.value(group, name);
    return found.is_boolean() ? found.get<bool>() : fallback;
}

QStringList SettingsFile::texts(std::string_view group, std::string_view name) const
{
    QStringList values;
    const json found = m_store.value(group, name);
    if (!found.is_array())
        return values;
    for (const json &entry : found) {
        if (entry.is_string())
            values.append(fromUtf8(entry.get_ref<const std::string &>()));
    }
    return values;
}

void SettingsFile::set(std::string_view group, std::string_view name, json value)
{
    if (!m_store.set(group, name, std::move(value)))
        return;
    m_changed = true;
    m_timer.start();
}

void SettingsFile::setTexts(std::string_view group, std::string_view name, const QStringList &values)
{
    json array = json::array();
    for (const QString &value : values)
        array.push_back(toUtf8(value));
    set(group, name, std::move(array));
}

void SettingsFile::write()
{
    if (m_writing || !m_changed || !m_store.mayBeWritten())
        return;
    m_changed = false;
    m_writing = std::make_unique<BackgroundTask<Result<void>>>(
        [file = m_store.file(), text = m_store.text()](const std::stop_token &) {
            return writeFileAtomically(file, text);
        },
        [this](const Result<void> &written) { onWritten(written); });
}

void SettingsFile::onWritten(const Result<void> &written)
{
    m_writing.reset();
    if (!written) {
        m_changed = true;
        m_problem = problemFrom(written.error());
        Q_EMIT problemChanged();
        return;
    }
    if (m_changed)
        m_timer.start();
}

} // namespace snug::ui
