// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A thin bar; the words stand beside it. value: 0 to 1, negative while unknown.
Rectangle {
    id: line

    property real value: 0
    property string description
    property color ink: Theme.accent

    implicitHeight: Theme.gap
    implicitWidth: Theme.progressWidth
    radius: height / 2
    color: Theme.memoryFree
    clip: true
    Accessible.role: Accessible.ProgressBar
    Accessible.name: description

    Rectangle {
        id: fill
        height: parent.height
        radius: parent.radius
        color: line.ink
        width: line.value < 0 ? parent.width * 0.3 : parent.width * Math.min(1, line.value)
        SequentialAnimation on x  {
            running: line.value < 0 && line.visible && Theme.motion > 0
            loops: Animation.Infinite
            NumberAnimation {
                from: -fill.width
                to: line.width
                duration: Theme.sweep
            }
        }
    }
    onValueChanged: if (value >= 0)
        fill.x = 0
}
