// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What can be done with a message. The switch between versions and "Continue" always show; the rest when
// `shown`, or when the keyboard is here.
FocusScope {
    id: actions

    property int index // of the message
    property bool mine: false
    property bool last: false
    property bool hasText: false
    property int number: 1 // of its versions
    property int count: 1
    property bool canContinue: false
    property bool shown: false
    readonly property bool revealed: shown || activeFocus
    signal editWanted
    signal moreWanted(Item at)

    implicitWidth: row.item ? row.implicitWidth : 3 * Theme.compact
    implicitHeight: Theme.compact

    LaterLoader {
        id: row
        sourceComponent: Row {
            Loader {
                active: actions.count > 1
                visible: active
                sourceComponent: BranchSwitch {
                    row: actions.index
                    number: actions.number
                    count: actions.count
                }
            }
            CopyButton {
                objectName: actions.mine ? "copyQuestion." + actions.index
                    : actions.last ? "copyButton" : "copyButton." + actions.index
                visible: actions.hasText
                opacity: actions.revealed ? 1 : 0
                tip: actions.mine ? qsTr("Copy the message") : qsTr("Copy the answer")
                onClicked: Chat.copyMessage(actions.index)
            }
            AppButton {
                objectName: "editButton." + actions.index
                visible: actions.hasText
                opacity: actions.revealed ? 1 : 0
                enabled: !Chat.busy
                kind: "quiet"
                compact: true
                iconName: "pencil"
                tip: actions.mine ? qsTr("Edit and ask again") : qsTr("Edit the answer")
                onClicked: actions.editWanted()
            }
            Loader {
                active: !actions.mine
                visible: active
                opacity: actions.revealed ? 1 : 0
                sourceComponent: AppButton {
                    objectName: actions.last ? "regenerateButton" : "regenerateButton." + actions.index
                    enabled: Chat.canRegenerate
                    kind: "quiet"
                    compact: true
                    iconName: "refresh-cw"
                    tip: qsTr("Answer again")
                    onClicked: Chat.regenerateAt(actions.index)
                }
            }
            AppButton {
                id: more
                objectName: "messageMore." + actions.index
                opacity: actions.revealed ? 1 : 0
                enabled: !Chat.busy
                kind: "quiet"
                compact: true
                iconName: "ellipsis"
                tip: qsTr("More")
                Accessible.role: Accessible.ButtonMenu
                onClicked: actions.moreWanted(more)
            }
            Loader {
                active: actions.last && actions.canContinue
                visible: active
                sourceComponent: AppButton {
                    objectName: "continueButton"
                    enabled: Chat.canSend
                    compact: true
                    iconName: "play"
                    text: qsTr("Continue")
                    onClicked: Chat.continueAnswer()
                }
            }
        }
    }
}
