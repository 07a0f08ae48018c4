// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Icon, word and colour: never colour alone. filled: on a ground of its own.
Rectangle {
    id: badge

    property string verdict
    property string text
    property bool filled: false

    readonly property int sides: filled ? 2 * Theme.space2 + Theme.ring : 0

    implicitWidth: symbol.width + row.spacing + Math.ceil(word.implicitWidth) + sides
    implicitHeight: Theme.badge
    radius: Theme.radius
    color: filled ? Theme.verdictTint(verdict) : "transparent"
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Row {
        id: row
        x: badge.filled ? Theme.space2 : 0
        width: badge.width - 2 * x
        height: parent.height
        spacing: Theme.gap
        Icon {
            id: symbol
            name: Theme.verdictIcon(badge.verdict)
            color: Theme.verdictColor(badge.verdict)
            anchors.verticalCenter: parent.verticalCenter
        }
        AppText {
            id: word
            text: badge.text
            size: Theme.small
            font.weight: Font.Medium
            color: Theme.verdictColor(badge.verdict)
            width: Math.min(implicitWidth, Math.max(0, row.width - symbol.width - row.spacing))
            anchors.verticalCenter: parent.verticalCenter
            Accessible.ignored: true
        }
    }
}
