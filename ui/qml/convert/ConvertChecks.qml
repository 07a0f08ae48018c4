// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What was looked at in the source, and what it says; what can only be looked at later.
ColumnLayout {
    id: checks

    readonly property var icons: ({
            "done": "check",
            "later": "download"
        })

    spacing: Theme.space2
    Repeater {
        model: Convert.checks
        RowLayout {
            id: check
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.space2
            Icon {
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: Theme.ring
                name: checks.icons[check.modelData.kind] ?? "info"
                color: check.modelData.kind === "done" ? Theme.fits : Theme.muted
            }
            AppText {
                Layout.fillWidth: true
                text: check.modelData.text
                size: Theme.small
                wrapMode: Text.Wrap
            }
        }
    }
    AppText {
        objectName: "convertChecking"
        Layout.fillWidth: true
        visible: Convert.checking
        text: qsTr("Checking tensors, tokenizer and disk")
        size: Theme.small
        color: Theme.muted
        Accessible.role: Accessible.AlertMessage
    }
}
