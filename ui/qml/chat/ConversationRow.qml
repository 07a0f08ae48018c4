// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.ItemDelegate {
    id: row

    required property int index
    required property string conversationId
    required property string title
    required property bool current
    property bool renaming: false
    signal opened
    signal removed(string title)

    function remove() {
        removed(title);
        Chat.deleteChat(conversationId);
    }

    objectName: "conversation." + index
    implicitHeight: Theme.codeHead
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: title
    Accessible.selected: current
    Accessible.onPressAction: clicked()
    Keys.onReturnPressed: clicked()
    Keys.onDeletePressed: remove()
    onClicked: {
        Chat.openChat(conversationId);
        opened();
    }

    contentItem: Item {
        AppText {
            id: label
            visible: !row.renaming
            anchors {
                left: parent.left
                leftMargin: Theme.inset
                right: more.visible ? more.left : parent.right
                rightMargin: more.visible ? 0 : Theme.inset
                verticalCenter: parent.verticalCenter
            }
            text: row.title
            font.weight: row.current ? Font.Medium : Font.Normal
            Accessible.ignored: true
        }
        AppTextField {
            id: field
            objectName: "renameField"
            visible: row.renaming
            anchors.fill: parent
            Accessible.name: qsTr("Name of the chat")
            onAccepted: {
                Chat.renameChat(row.conversationId, text);
                row.renaming = false;
            }
            Keys.onEscapePressed: row.renaming = false
            onActiveFocusChanged: if (!activeFocus)
                row.renaming = false
        }
        AppButton {
            id: more
            visible: !row.renaming && (row.hovered || row.current || visualFocus)
            anchors {
                right: parent.right
                verticalCenter: parent.verticalCenter
            }
            kind: "quiet"
            compact: true
            iconName: "ellipsis"
            tip: qsTr("More for “%1”").arg(row.title)
            objectName: "conversationMore." + row.index
            onClicked: menu.popup(more, 0, more.height)
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: row.current || row.hovered ? Theme.raised : "transparent"
        FocusRing {
            visible: row.visualFocus
            offset: -2
        }
    }
    AppMenu {
        id: menu
        AppMenuItem {
            text: qsTr("Rename")
            iconName: "pencil"
            onTriggered: {
                field.text = row.title;
                row.renaming = true;
                field.forceActiveFocus();
                field.selectAll();
            }
        }
        AppMenuItem {
            text: qsTr("Delete")
            iconName: "trash-2"
            danger: true
            onTriggered: row.remove()
        }
    }
}
