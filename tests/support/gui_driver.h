// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QImage>
#include <QPointer>
#include <QQuickItem>
#include <QQuickWindow>
#include <QString>

#include <functional>

namespace snug::test {

// Drives a real window as a person would: finds what is visible by its objectName, clicks its middle, types.
// GUI thread; the window must outlive it. Works offscreen and under a bare Xvfb (waits for exposed, never for
// active).
class GuiDriver {
public:
    explicit GuiDriver(QQuickWindow &window);

    // Shows the window and waits until it is exposed and drawn once.
    [[nodiscard]] bool show();

    // The visible item of that name; null if there is none.
    [[nodiscard]] QQuickItem *find(const QString &objectName) const;
    // The same, waiting up to `milliseconds` for it to appear.
    [[nodiscard]] QQuickItem *waitFor(const QString &objectName, int milliseconds = 5000) const;
    [[nodiscard]] bool waitUntil(const std::function<bool()> &condition, int milliseconds = 5000) const;

    // A left click in the middle of the item, after scrolling animations came to rest. False if it is
    // missing, disabled or outside the window.
    [[nodiscard]] bool click(const QString &objectName, int milliseconds = 5000);

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    // Key presses to the item that has the focus.
    void type(const QString &text);

    // Every visible item below the window's content, parents before children.
    [[nodiscard]] QList<QQuickItem *> visibleItems() const;

    // What the window shows now; also written to SNUG_SCREENSHOTS/`name`.png when that folder is set.
    QImage screenshot(const QString &name) const;

private:
    QQuickWindow &m_window;
};

} // namespace snug::test
