// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What can be done with a message. The switch between versions and "Continue" always show; the rest when
// `shown`, or when the keyboard is here.
FocusScope {
    id: actions

    required property MessageItem message
    property bool shown: false
    readonly property bool revealed: shown || activeFocus
    signal editWanted

    implicitWidth: row.implicitWidth
    implicitHeight: row.implicitHeight

    RowLayout {
        id: row
        anchors.fill: parent
        spacing: 0
        BranchSwitch {
            row: actions.message.index
            number: actions.message.branchNumber
            count: actions.message.branchCount
        }
        CopyButton {
            objectName: actions.message.mine ? "copyQuestion." + actions.message.index
                : actions.message.last ? "copyButton" : "copyButton." + actions.message.index
            visible: actions.message.text.length > 0
            opacity: actions.revealed ? 1 : 0
            tip: actions.message.mine ? qsTr("Copy the message") : qsTr("Copy the answer")
            onClicked: Chat.copyMessage(actions.message.index)
        }
        AppButton {
            objectName: "editButton." + actions.message.index
            visible: actions.message.text.length > 0
            opacity: actions.revealed ? 1 : 0
            enabled: !Chat.busy
            kind: "quiet"
            compact: true
            iconName: "pencil"
            tip: actions.message.mine ? qsTr("Edit and ask again") : qsTr("Edit the answer")
            onClicked: actions.editWanted()
        }
        AppButton {
            objectName: actions.message.last ? "regenerateButton" : "regenerateButton." + actions.message.index
            visible: !actions.message.mine
            opacity: actions.revealed ? 1 : 0
            enabled: Chat.canRegenerate
            kind: "quiet"
            compact: true
            iconName: "refresh-cw"
            tip: qsTr("Answer again")
            onClicked: Chat.regenerateAt(actions.message.index)
        }
        AppButton {
            id: more
            objectName: "messageMore." + actions.message.index
            opacity: actions.revealed ? 1 : 0
            enabled: !Chat.busy
            kind: "quiet"
            compact: true
            iconName: "ellipsis"
            tip: qsTr("More")
            Accessible.role: Accessible.ButtonMenu
            onClicked: actions.message.moreWanted(more)
        }
        AppButton {
            objectName: "continueButton"
            visible: actions.message.last && actions.message.canContinue
            enabled: Chat.canSend
            compact: true
            iconName: "play"
            text: qsTr("Continue")
            onClicked: Chat.continueAnswer()
        }
    }
}
