// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What an answer remembers of how it came to be.
AppDialog {
    id: dialog

    property var facts: [] // [{ label, value }]

    function show(list: var) {
        facts = list;
        open();
    }

    objectName: "messageInfo"
    title: qsTr("About this answer")
    onOpened: close.forceActiveFocus(Qt.PopupFocusReason)

    GridLayout {
        Layout.fillWidth: true
        columns: 2
        columnSpacing: Theme.space4
        rowSpacing: Theme.space2
        Repeater {
            model: dialog.facts
            AppText {
                required property int index
                required property var modelData
                Layout.row: index
                Layout.column: 0
                Layout.alignment: Qt.AlignTop
                text: modelData.label
                size: Theme.small
                color: Theme.muted
            }
        }
        Repeater {
            model: dialog.facts
            AppText {
                required property int index
                required property var modelData
                Layout.row: index
                Layout.column: 1
                Layout.fillWidth: true
                objectName: "fact." + index
                text: modelData.value
                size: Theme.small
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                elide: Text.ElideNone
                Accessible.name: modelData.label + ": " + modelData.value
            }
        }
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        CopyButton {
            objectName: "copyFacts"
            compact: false
            kind: "secondary"
            text: done ? copied : qsTr("Copy")
            onClicked: Chat.copyText(dialog.facts.map(fact => fact.label + ": " + fact.value).join("\n"))
        }
        AppButton {
            id: close
            objectName: "closeInfo"
            text: qsTr("Close")
            onClicked: dialog.close()
        }
    }
}
