// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Without a source: what this page is for and the ways to one.
EmptyState {
    id: start

    signal folderWanted
    signal fileWanted
    signal discoverWanted

    iconName: "repeat-2"
    title: qsTr("Make a GGUF of a checkpoint")
    body: qsTr("Drop a folder with safetensors or a 16-bit GGUF here, or pick one. Snug shows which level "
        + "fits this computer, then makes exactly that file, in one pass.")
    AppButton {
        objectName: "convertPickFolder"
        kind: "primary"
        iconName: "folder-open"
        text: qsTr("Choose a folder")
        onClicked: start.folderWanted()
    }
    AppButton {
        objectName: "convertPickFile"
        text: qsTr("Choose a GGUF file")
        onClicked: start.fileWanted()
    }
    AppButton {
        objectName: "convertDiscover"
        kind: "quiet"
        text: qsTr("Find one on the Hub")
        onClicked: start.discoverWanted()
    }
}
