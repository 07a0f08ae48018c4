// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.MenuItem {
    id: item

    property string iconName
    property string note
    property bool danger: false
    readonly property color ink: !enabled ? Theme.disabled : danger ? Theme.no : Theme.text

    readonly property int words: label.implicitWidth + noteText.implicitWidth

    implicitWidth: Math.max(Theme.menuWidth, words + Theme.icon + 2 * Theme.inset + Theme.space6)
    implicitHeight: Theme.control
    font.family: Theme.sans
    font.pixelSize: Theme.body
    Accessible.role: Accessible.MenuItem
    Accessible.name: note.length > 0 ? text + ", " + note : text
    Accessible.onPressAction: triggered()

    contentItem: Item {
        Icon {
            id: symbol
            anchors {
                left: parent.left
                leftMargin: Theme.space1
                verticalCenter: parent.verticalCenter
            }
            name: item.iconName.length > 0 ? item.iconName : "check"
            visible: item.iconName.length > 0 || item.checked
            color: item.danger ? Theme.no : Theme.muted
        }
        Text {
            id: label
            anchors.left: symbol.right
            anchors.leftMargin: Theme.inset
            anchors.right: noteText.left
            anchors.rightMargin: Theme.space2
            anchors.verticalCenter: parent.verticalCenter
            text: item.text
            font: item.font
            color: item.ink
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Text {
            id: noteText
            anchors.right: parent.right
            anchors.rightMargin: Theme.space2
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width * 0.6)
            elide: Text.ElideMiddle
            text: item.note
            font.family: Theme.sans
            font.pixelSize: Theme.small
            color: Theme.muted
            textFormat: Text.PlainText
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: item.highlighted || item.hovered ? Theme.raised : "transparent"
    }
}
