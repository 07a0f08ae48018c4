// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A file that is made: what it took, and what to do with it.
Item {
    id: row

    required property int index
    required property string jobId
    required property string name
    required property string level
    required property string statusText
    required property string doneText
    required property string path
    required property string fileName
    required property var warnings
    signal chatWanted

    objectName: "convertMade." + index
    implicitHeight: column.implicitHeight + 2 * Theme.space3
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2 to %3, %4").arg(statusText).arg(name).arg(level).arg(doneText)

    Rectangle {
        visible: row.index > 0
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            verticalCenter: parent.verticalCenter
            leftMargin: Theme.space4
            rightMargin: Theme.space3
        }
        spacing: Theme.space1
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space3
            VerdictBadge {
                verdict: "fits"
                text: row.statusText
            }
            ConvertTitle {
                name: row.name
                level: row.level
                room: row.width * 0.25
            }
            ElidedText {
                objectName: "convertMadeText." + row.index
                Layout.fillWidth: true
                text: row.doneText
                size: Theme.small
                color: Theme.muted
            }
            AppButton {
                objectName: "convertShow." + row.index
                kind: "quiet"
                compact: true
                text: qsTr("Show in folder")
                tip: row.path
                onClicked: Library.showInFolder(row.path)
            }
            AppButton {
                objectName: "convertChat." + row.index
                compact: true
                iconName: "message-square"
                text: qsTr("Chat")
                onClicked: row.chatWanted()
            }
            AppButton {
                objectName: "convertForget." + row.index
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Take it off the list; the file stays")
                onClicked: ConvertJobs.forget(row.jobId)
            }
        }
        Repeater {
            model: row.warnings
            RowLayout {
                id: note
                required property string modelData
                Layout.fillWidth: true
                spacing: Theme.space2
                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: Theme.ring
                    name: "info"
                    color: Theme.muted
                }
                AppText {
                    Layout.fillWidth: true
                    text: note.modelData
                    size: Theme.small
                    color: Theme.muted
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
