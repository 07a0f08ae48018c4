// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/app_settings.h"

#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QEvent>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "window";
constexpr double kSmallestScale = 1.0;
constexpr double kLargestScale = 2.0;

bool isTheme(const QString &name)
{
    return name == u"system" || name == u"light" || name == u"dark";
}

} // namespace

AppSettings::AppSettings(SettingsFile &file, QObject *parent)
    : QObject(parent)
    , m_file(file)
    , m_theme(file.text(kGroup, "theme", u"system"_s))
    , m_textScale(
          std::clamp(file.number(kGroup, "text_scale", kSmallestScale), kSmallestScale, kLargestScale))
    , m_reducedMotion(file.flag(kGroup, "reduced_motion", false))
{
    if (!isTheme(m_theme))
        m_theme = u"system"_s;
    resolveDark();
    // Qt 6.4 tells of a new colour scheme only by the palette.
    qGuiApp->installEventFilter(this);
    connect(&m_file, &SettingsFile::problemChanged, this, &AppSettings::problemChanged);
}

void AppSettings::setTheme(const QString &theme)
{
    if (theme == m_theme || !isTheme(theme))
        return;
    m_theme = theme;
    m_file.set(kGroup, "theme", toUtf8(theme));
    Q_EMIT themeChanged();
    resolveDark();
}

void AppSettings::setReducedMotion(bool reduced)
{
    if (reduced == m_reducedMotion)
        return;
    m_reducedMotion = reduced;
    m_file.set(kGroup, "reduced_motion", reduced);
    Q_EMIT reducedMotionChanged();
}

void AppSettings::setTextScale(double scale)
{
    const double bounded = std::clamp(scale, kSmallestScale, kLargestScale);
    if (qFuzzyCompare(bounded, m_textScale))
        return;
    m_textScale = bounded;
    m_file.set(kGroup, "text_scale", bounded);
    Q_EMIT textScaleChanged();
}

QString AppSettings::version() const
{
    return QCoreApplication::applicationVersion();
}

Problem AppSettings::problem() const
{
    return m_file.problem();
}

bool AppSettings::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ApplicationPaletteChange)
        resolveDark();
    return QObject::eventFilter(watched, event);
}

void AppSettings::resolveDark()
{
    const QPalette palette = QGuiApplication::palette();
    const bool systemIsDark =
        palette.color(QPalette::Window).lightnessF() < palette.color(QPalette::WindowText).lightnessF();
    const bool dark = m_theme == u"dark" || (m_theme == u"system" && systemIsDark);
    if (dark == m_dark)
        return;
    m_dark = dark;
    Q_EMIT darkChanged();
}

} // namespace snug::ui
