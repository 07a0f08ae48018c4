// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/problem.h"

#include <QObject>

namespace snug::ui {

class SettingsFile;

// How the window looks, kept in settings.json. GUI thread; owned by the application.
class AppSettings final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AppSettings)
    Q_PROPERTY(QString theme READ theme WRITE setTheme NOTIFY themeChanged)
    Q_PROPERTY(bool dark READ dark NOTIFY darkChanged)
    Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY reducedMotionChanged)
    Q_PROPERTY(double textScale READ textScale WRITE setTextScale NOTIFY textScaleChanged)
    Q_PROPERTY(QString version READ version CONSTANT)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY problemChanged)

public:
    explicit AppSettings(SettingsFile &file, QObject *parent = nullptr);

    // "system", "light" or "dark"; anything else is ignored.
    [[nodiscard]] QString theme() const { return m_theme; }
    void setTheme(const QString &theme);
    // The theme as resolved: of the system's palette where the theme is "system".
    [[nodiscard]] bool dark() const { return m_dark; }
    [[nodiscard]] bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);
    // 1.0 to 2.0.
    [[nodiscard]] double textScale() const { return m_textScale; }
    void setTextScale(double scale);
    [[nodiscard]] QString version() const;
    // Settings that could not be read or saved.
    [[nodiscard]] Problem problem() const;

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void themeChanged();
    void darkChanged();
    void reducedMotionChanged();
    void textScaleChanged();
    void problemChanged();

private:
    void resolveDark();

    SettingsFile &m_file;
    QString m_theme;
    double m_textScale;
    bool m_reducedMotion;
    bool m_dark = false;
};

} // namespace snug::ui
