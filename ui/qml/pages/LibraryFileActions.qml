// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What can be done with one file, how far it is, and how it ended.
ColumnLayout {
    id: actions

    required property string path
    required property var record // LibraryRecords.record()
    readonly property bool mine: LibraryActions.path === path
    readonly property bool running: mine && LibraryActions.busy

    spacing: Theme.space2
    Flow {
        Layout.fillWidth: true
        visible: !actions.running
        spacing: Theme.space2
        AppButton {
            objectName: "verifyFile"
            visible: actions.record.canVerify
            enabled: !LibraryActions.busy
            compact: true
            iconName: "shield-check"
            text: qsTr("Verify")
            onClicked: LibraryActions.verify(actions.path)
        }
        AppButton {
            objectName: "copyIntoSnug"
            visible: actions.record.canImport
            enabled: !LibraryActions.busy
            compact: true
            iconName: "copy"
            text: qsTr("Copy into Snug")
            onClicked: LibraryActions.copyIntoSnug(actions.path)
        }
        AppButton {
            objectName: "removeFile"
            visible: actions.record.canRemove
            enabled: !LibraryActions.busy
            kind: "danger"
            compact: true
            iconName: "trash-2"
            text: qsTr("Remove…")
            onClicked: LibraryActions.planRemoval(actions.path)
        }
    }
    RowLayout {
        visible: actions.running
        spacing: Theme.space3
        AppText {
            text: ({
                    "verify": qsTr("Verifying"),
                    "plan": qsTr("Looking what would go"),
                    "remove": qsTr("Removing"),
                    "import": qsTr("Copying into Snug")
                })[LibraryActions.action] ?? ""
            size: Theme.small
        }
        ProgressLine {
            value: LibraryActions.fraction
            description: qsTr("Progress")
        }
        AppText {
            visible: text.length > 0
            text: LibraryActions.progressText
            size: Theme.small
            color: Theme.muted
        }
        AppButton {
            objectName: "stopAction"
            compact: true
            iconName: "x"
            text: qsTr("Stop")
            onClicked: LibraryActions.cancel()
        }
    }
    AppText {
        objectName: "actionResult"
        Layout.fillWidth: true
        visible: text.length > 0
        text: actions.mine ? LibraryActions.resultText : ""
        size: Theme.small
        wrapMode: Text.Wrap
    }
    Banner {
        Layout.fillWidth: true
        visible: actions.mine && LibraryActions.problem.present
        title: LibraryActions.problem.message
        body: LibraryActions.problem.hint
        details: LibraryActions.problem.details
        closable: true
        onClosed: LibraryActions.dismiss()
        onCopied: text => Chat.copyText(text)
    }
    AppText {
        Layout.fillWidth: true
        visible: text.length > 0
        text: actions.record.keepsReason
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
}
