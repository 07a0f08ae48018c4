// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Where the model writes next.
Rectangle {
    implicitWidth: Theme.space2
    implicitHeight: Theme.icon
    radius: Theme.ring
    color: Theme.accent
    Accessible.ignored: true

    SequentialAnimation on opacity  {
        running: Theme.motion > 0
        loops: Animation.Infinite
        NumberAnimation {
            to: 0.3
            duration: Theme.pulse
        }
        NumberAnimation {
            to: 1
            duration: Theme.pulse
        }
    }
}
