// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.ScrollBar {
    id: bar

    implicitWidth: Theme.inset
    implicitHeight: Theme.inset
    padding: Theme.ring
    minimumSize: 0.05
    visible: size < 1
    contentItem: Rectangle {
        implicitWidth: Theme.gap
        implicitHeight: Theme.gap
        radius: Theme.gap / 2
        color: bar.pressed || bar.hovered ? Theme.outline : Theme.borderStrong
    }
}
