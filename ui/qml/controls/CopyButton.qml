// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Puts a text on the clipboard and says so in its own place.
AppButton {
    id: button

    property string copied: qsTr("Copied")
    property bool done: false

    kind: "quiet"
    compact: true
    iconName: done ? "check" : "copy"
    onObjectNameChanged: done = false // given to another message
    onClicked: {
        done = true;
        rest.restart();
    }
    Accessible.description: done ? copied : ""

    Timer {
        id: rest
        interval: Theme.told
        onTriggered: button.done = false
    }
}
