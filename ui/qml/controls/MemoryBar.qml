// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Bytes by part in a fixed order with gaps of one pixel. parts: list of {bytes, color}; what is left of total
// is free.
Item {
    id: bar

    property var parts: []
    property double total: 0
    property string description

    clip: true
    implicitHeight: Theme.iconLarge
    implicitWidth: Theme.sliderWidth
    Accessible.role: Accessible.Graphic
    Accessible.name: description

    Rectangle {
        anchors.fill: parent
        radius: Theme.radiusTiny
        color: Theme.memoryFree
    }
    Row {
        anchors.fill: parent
        spacing: 1
        Repeater {
            model: bar.parts
            Rectangle {
                required property var modelData
                visible: modelData.bytes > 0
                readonly property real share: bar.total > 0 ? Math.min(1, modelData.bytes / bar.total) : 0
                width: bar.total > 0 ? Math.max(2, Math.round(bar.width * share)) : 0
                height: bar.height
                radius: Theme.radiusTiny
                color: modelData.color
            }
        }
    }
}
