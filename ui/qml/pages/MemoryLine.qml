// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One line of a memory legend: swatch, words, figure with its unit.
RowLayout {
    id: line

    property color swatch: "transparent"
    property bool outlined: false
    property bool strong: false
    property string label
    property string figure
    property string unit

    Layout.fillWidth: true
    Layout.leftMargin: Theme.space5
    Layout.rightMargin: Theme.space5
    spacing: Theme.space2
    Rectangle {
        visible: !line.strong
        implicitWidth: Theme.swatch
        implicitHeight: Theme.swatch
        radius: Theme.radiusTiny
        color: line.swatch
        border.width: line.outlined ? 1 : 0
        border.color: Theme.borderStrong
    }
    AppText {
        Layout.fillWidth: true
        text: line.label
        size: Theme.small
        font.weight: line.strong ? Font.Medium : Font.Normal
    }
    AppText {
        text: line.figure
        size: Theme.small
        font.family: Theme.mono
    }
    AppText {
        text: line.unit
        size: Theme.small
        font.family: Theme.mono
        color: Theme.muted
    }
}
