// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A level that is on the disk and was checked.
Item {
    id: row

    required property int index
    required property string name
    required property string label
    required property string statusText
    required property bool verified
    required property string amountText
    required property string finishedText
    required property string path
    signal chatWanted

    objectName: "finished." + index
    implicitHeight: Theme.rowTall
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2, %3").arg(name).arg(label).arg(statusText)

    Rectangle {
        visible: row.index > 0
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    RowLayout {
        anchors {
            fill: parent
            leftMargin: Theme.space4
            rightMargin: Theme.space3
        }
        spacing: Theme.space4
        VerdictBadge {
            verdict: row.verified ? "fits" : "unknown"
            text: row.statusText
        }
        AppText {
            Layout.maximumWidth: row.width * 0.4
            text: row.name
            font.weight: Font.Medium
            elide: Text.ElideMiddle
        }
        AppText {
            Layout.fillWidth: true
            text: row.label
            size: Theme.small
            color: Theme.muted
        }
        AppText {
            text: row.amountText
            size: Theme.small
            font.family: Theme.mono
        }
        AppText {
            text: row.finishedText
            size: Theme.small
            color: Theme.muted
        }
        AppButton {
            objectName: "showFinished." + row.index
            kind: "quiet"
            compact: true
            text: qsTr("Show in folder")
            onClicked: Library.showInFolder(row.path)
        }
        AppButton {
            objectName: "chatFinished." + row.index
            visible: row.path.toLowerCase().endsWith(".gguf")
            compact: true
            iconName: "message-square"
            text: qsTr("Chat")
            onClicked: row.chatWanted()
        }
    }
}
