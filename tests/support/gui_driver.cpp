// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/gui_driver.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

namespace snug::test {
namespace {

void collectVisible(QQuickItem *item, QList<QQuickItem *> &into)
{
    if (!item->isVisible() || item->opacity() <= 0)
        return;
    into.append(item);
    const auto children = item->childItems();
    for (QQuickItem *child : children)
        collectVisible(child, into);
}

QPoint middle(const QQuickItem &item)
{
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint();
}

} // namespace

GuiDriver::GuiDriver(QQuickWindow &window) : m_window(window) {}

bool GuiDriver::show()
{
    m_window.show();
    if (!QTest::qWaitForWindowExposed(&m_window))
        return false;
    m_window.requestActivate();
    QSignalSpy drawn(&m_window, &QQuickWindow::frameSwapped);
    m_window.update();
    return drawn.count() > 0 || drawn.wait(5000);
}

QList<QQuickItem *> GuiDriver::visibleItems() const
{
    QList<QQuickItem *> items;
    collectVisible(m_window.contentItem(), items);
    return items;
}

QQuickItem *GuiDriver::find(const QString &objectName) const
{
    const auto items = visibleItems();
    for (QQuickItem *item : items) {
        if (item->objectName() == objectName)
            return item;
    }
    return nullptr;
}

QQuickItem *GuiDriver::waitFor(const QString &objectName, int milliseconds) const
{
    return QTest::qWaitFor([&] { return find(objectName) != nullptr; }, milliseconds) ? find(objectName)
                                                                                      : nullptr;
}

bool GuiDriver::waitUntil(const std::function<bool()> &condition, int milliseconds) const
{
    return QTest::qWaitFor(condition, milliseconds);
}

bool GuiDriver::click(const QString &objectName, int milliseconds)
{
    constexpr int kRestMilliseconds = 100;
    QPoint last(-1, -1);
    QElapsedTimer rest;
    rest.start();
    const auto atRest = [&] {
        const QQuickItem *item = find(objectName);
        if (item == nullptr || !item->isEnabled())
            return false;
        const QPoint now = middle(*item);
        if (now != last)
            rest.restart();
        last = now;
        return rest.elapsed() >= kRestMilliseconds && QRect(QPoint(0, 0), m_window.size()).contains(now);
    };
    if (!QTest::qWaitFor(atRest, milliseconds))
        return false;
    QTest::mouseClick(&m_window, Qt::LeftButton, Qt::NoModifier, last);
    return true;
}

void GuiDriver::key(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(&m_window, key, modifiers);
}

void GuiDriver::type(const QString &text)
{
    for (const QChar character : text)
        QTest::keyClick(&m_window, character.toLatin1());
}

QImage GuiDriver::screenshot(const QString &name) const
{
    const QImage image = m_window.grabWindow();
    const QString folder = qEnvironmentVariable("SNUG_SCREENSHOTS");
    if (!folder.isEmpty() && QDir().mkpath(folder))
        image.save(QDir(folder).filePath(name + QStringLiteral(".png")));
    return image;
}

} // namespace snug::test
