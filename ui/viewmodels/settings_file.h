// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/settings/settings_store.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/background_task.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace snug::ui {

// The settings as the view-models use them: a change is written a moment later, on the thread pool, many
// changes at once; the destructor writes what is left. GUI thread; owned by the application, outlives the
// view-models.
class SettingsFile final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SettingsFile)
public:
    explicit SettingsFile(const std::filesystem::path &file, QObject *parent = nullptr);
    ~SettingsFile() override;

    [[nodiscard]] nlohmann::json value(std::string_view group, std::string_view name) const;
    [[nodiscard]] double number(std::string_view group, std::string_view name, double fallback) const;
    [[nodiscard]] std::int64_t integer(std::string_view group, std::string_view name,
                                       std::int64_t fallback) const;
    [[nodiscard]] QString text(std::string_view group, std::string_view name,
                               const QString &fallback = {}) const;
    [[nodiscard]] bool flag(std::string_view group, std::string_view name, bool fallback) const;
    [[nodiscard]] QStringList texts(std::string_view group, std::string_view name) const;

    void set(std::string_view group, std::string_view name, nlohmann::json value);
    void setTexts(std::string_view group, std::string_view name, const QStringList &values);

    // Settings that could not be read, or the last failure to write them.
    [[nodiscard]] const Problem &problem() const { return m_problem; }

Q_SIGNALS:
    void problemChanged();

private:
    void write();
    void onWritten(const Result<void> &written);

    SettingsStore m_store;
    Problem m_problem;
    QTimer m_timer;
    std::unique_ptr<BackgroundTask<Result<void>>> m_writing;
    bool m_changed = false;
};

} // namespace snug::ui
