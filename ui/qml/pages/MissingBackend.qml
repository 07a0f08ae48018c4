// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A backend that did not load: why, and what to do.
Item {
    id: entry

    required property int index
    required property string backend
    required property string reason
    required property string hint
    required property string command

    implicitHeight: row.implicitHeight + Theme.space3 * 2
    Rectangle {
        visible: entry.index > 0
        width: parent.width
        height: 1
        color: Theme.border
    }
    RowLayout {
        id: row
        anchors {
            left: parent.left
            right: parent.right
            verticalCenter: parent.verticalCenter
            leftMargin: Theme.space5
            rightMargin: Theme.space5
        }
        spacing: Theme.space4
        Icon {
            name: "unplug"
            size: Theme.iconLarge
            color: entry.command.length > 0 ? Theme.partly : Theme.muted
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0
            RowLayout {
                spacing: Theme.space2
                AppText {
                    text: entry.backend
                    font.weight: Font.Medium
                    Layout.alignment: Qt.AlignTop
                }
                AppText {
                    Layout.fillWidth: true
                    text: entry.reason
                    size: Theme.small
                    wrapMode: Text.Wrap
                }
            }
            AppText {
                Layout.fillWidth: true
                visible: text.length > 0
                text: entry.hint
                size: Theme.small
                color: Theme.muted
                wrapMode: Text.Wrap
            }
        }
        AppButton {
            visible: entry.command.length > 0
            objectName: "copyCommand." + entry.backend
            text: qsTr("Copy command")
            iconName: "copy"
            onClicked: Chat.copyText(entry.command)
        }
    }
}
