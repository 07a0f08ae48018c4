// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The ring around whatever has the keyboard's focus; its parent says when.
Rectangle {
    property int offset: 2
    property real corner: Theme.radius

    anchors.fill: parent
    anchors.margins: -offset - Theme.ring
    radius: corner + offset + Theme.ring
    color: "transparent"
    border.color: Theme.accent
    border.width: Theme.ring
}
