// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Which models were preferred blind, over all comparisons.
AppDialog {
    id: dialog

    objectName: "tallyDialog"
    title: qsTr("Tally of blind votes")
    onOpened: close.forceActiveFocus(Qt.PopupFocusReason)

    AppText {
        Layout.fillWidth: true
        visible: Compare.tally.count === 0
        text: qsTr("No vote yet. Switch Blind on, ask, and choose the better answer.")
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    ListView {
        id: list
        objectName: "tallyList"
        visible: count > 0
        Layout.fillWidth: true
        implicitHeight: Math.min(contentHeight, Theme.menuHeight)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        model: Compare.tally.rows
        Accessible.role: Accessible.List
        Accessible.name: dialog.title
        delegate: RowLayout {
            id: entry

            required property int index
            required property string name
            required property string level
            required property int votes
            required property int wins
            required property int ties

            width: ListView.view.width
            height: Theme.row
            spacing: Theme.space3
            ElidedText {
                Layout.fillWidth: true
                text: entry.level.length > 0 ? entry.name + "  " + entry.level : entry.name
            }
            AppText {
                objectName: "tally." + entry.index
                text: {
                    const won = qsTr("won %1 of %2").arg(entry.wins).arg(entry.votes);
                    return entry.ties > 0 ? won + ", " + qsTr("tied %1").arg(entry.ties) : won;
                }
                size: Theme.small
                color: Theme.muted
            }
        }
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppButton {
            objectName: "tallyClear"
            kind: "danger"
            text: qsTr("Clear the tally")
            enabled: Compare.tally.count > 0
            onClicked: Compare.tally.clear()
        }
        AppButton {
            id: close
            objectName: "tallyClose"
            text: qsTr("Close")
            onClicked: dialog.close()
        }
    }
}
