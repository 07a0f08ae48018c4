// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// A short hint beside what the pointer rests on.
T.ToolTip {
    id: tip

    delay: Theme.tipDelay
    y: parent ? parent.height + Theme.space1 : 0
    x: parent ? Math.round((parent.width - width) / 2) : 0
    margins: Theme.space2
    padding: Theme.space2
    implicitWidth: Math.min(contentItem.implicitWidth + leftPadding + rightPadding, Theme.tipWidth)
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    contentItem: AppText {
        text: tip.text
        size: Theme.caption
        wrapMode: Text.Wrap
    }
    background: Rectangle {
        color: Theme.surface
        border.color: Theme.borderStrong
        radius: Theme.radius
    }
}
