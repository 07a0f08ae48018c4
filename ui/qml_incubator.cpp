// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/qml_incubator.h"

#include <QTimerEvent>

namespace snug::ui {
namespace {

constexpr int kSliceMs = 3;

} // namespace

void QmlIncubator::incubatingObjectCountChanged(int count)
{
    if (count == 0)
        m_idle.stop();
    else if (!m_idle.isActive())
        m_idle.start(0, this);
}

void QmlIncubator::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_idle.timerId())
        incubateFor(kSliceMs);
}

} // namespace snug::ui
