// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// One conversation of the list; when it was found by its words, with the line that holds them.
T.ItemDelegate {
    id: row

    required property int index
    required property string conversationId
    required property string title
    required property bool current
    required property bool pinned
    required property string folderId
    required property string snippet
    required property string foundMessage
    property bool renaming: false
    signal opened
    signal removed(string title)
    signal menuWanted(Item at, real x, real y)

    function remove() {
        removed(title);
        Chat.deleteChat(conversationId);
    }
    function rename() {
        field.text = title;
        renaming = true;
        field.forceActiveFocus(Qt.OtherFocusReason);
        field.selectAll();
    }

    objectName: "conversation." + index
    implicitHeight: Theme.codeHead + (snippet.length > 0 ? found.implicitHeight : 0)
    focusPolicy: Qt.StrongFocus
    activeFocusOnTab: true
    Accessible.role: Accessible.ListItem
    Accessible.name: pinned ? qsTr("%1, pinned").arg(title) : title
    Accessible.description: found.plain
    Accessible.selected: current
    Accessible.onPressAction: clicked()
    Keys.onReturnPressed: clicked()
    Keys.onDeletePressed: remove()
    Keys.onMenuPressed: menuWanted(row, Theme.space4, height)
    Keys.onPressed: event => {
        const menu = event.key === Qt.Key_F10 && (event.modifiers & Qt.ShiftModifier);
        event.accepted = menu || event.key === Qt.Key_F2;
        if (menu)
            menuWanted(row, Theme.space4, height);
        else if (event.accepted)
            rename();
    }
    onClicked: {
        Chat.openChatAt(conversationId, foundMessage);
        opened();
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: point => row.menuWanted(row, point.position.x, point.position.y)
    }

    contentItem: Item {
        Item {
            id: line
            width: parent.width
            height: Theme.codeHead
            Icon {
                id: mark
                visible: row.pinned && !row.renaming
                anchors {
                    left: parent.left
                    leftMargin: Theme.inset
                    verticalCenter: parent.verticalCenter
                }
                name: "pin"
                size: Theme.iconSmall
                color: Theme.muted
            }
            AppText {
                visible: !row.renaming
                anchors {
                    left: mark.visible ? mark.right : parent.left
                    leftMargin: mark.visible ? Theme.gap : Theme.inset
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
                Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
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
                onClicked: row.menuWanted(more, 0, more.height)
            }
        }
        AppText {
            id: found

            readonly property string plain: text.replace(/<[^>]*>/g, "")

            objectName: "snippet." + row.index
            visible: row.snippet.length > 0
            anchors {
                left: parent.left
                right: parent.right
                top: line.bottom
                leftMargin: Theme.inset
                rightMargin: Theme.inset
                topMargin: -Theme.space1
            }
            text: row.snippet
            textFormat: Text.StyledText
            size: Theme.caption
            color: Theme.muted
            wrapMode: Text.Wrap
            elide: Text.ElideRight
            maximumLineCount: 2
            Accessible.ignored: true
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
}
