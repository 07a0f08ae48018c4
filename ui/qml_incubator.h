// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QBasicTimer>
#include <QObject>
#include <QQmlIncubationController>

namespace snug::ui {

// Makes what QML wants later (rows of a list that the reader comes near, buttons of a message) whenever the
// event loop has nothing else to do, in slices that a frame can wait for. A window's own controller takes ten
// milliseconds at once; together with what a frame costs where the processor draws, that is a frame too late.
// GUI thread; given to the QML engine before its first window.
class QmlIncubator final : public QObject, public QQmlIncubationController {
public:
    using QObject::QObject;

protected:
    void incubatingObjectCountChanged(int count) override;
    void timerEvent(QTimerEvent *event) override;

private:
    QBasicTimer m_idle;
};

} // namespace snug::ui
