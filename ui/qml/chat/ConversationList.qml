// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

Item {
    id: list

    signal opened
    signal removed(string title)

    function focusSearch() {
        search.forceActiveFocus(Qt.ShortcutFocusReason);
    }

    ColumnLayout {
        anchors {
            fill: parent
            topMargin: Theme.space4
            leftMargin: Theme.space3
            rightMargin: Theme.space3
            bottomMargin: Theme.space3
        }
        spacing: Theme.space2
        AppButton {
            objectName: "newChatButton"
            Layout.fillWidth: true
            text: qsTr("New chat")
            iconName: "plus"
            leading: true
            key: qsTr("Ctrl N")
            onClicked: {
                Chat.newChat();
                list.opened();
            }
        }
        AppTextField {
            id: search
            objectName: "conversationFilter"
            Layout.fillWidth: true
            iconName: "search"
            placeholderText: qsTr("Search chats")
            onTextChanged: Chat.conversationFilter = text
        }
        ListView {
            id: view
            objectName: "conversationList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            model: Chat.conversations
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            ScrollBar.vertical: AppScrollBar {
            }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Conversations")
            section.property: "section"
            section.delegate: AppText {
                required property string section
                width: ListView.view.width
                height: Theme.lineHeight(Theme.caption) + Theme.space4
                leftPadding: Theme.inset
                verticalAlignment: Text.AlignBottom
                bottomPadding: Theme.space1
                text: section
                size: Theme.caption
                color: Theme.muted
            }
            delegate: ConversationRow {
                width: ListView.view.width
                onOpened: list.opened()
                onRemoved: title => list.removed(title)
            }
            AppText {
                visible: view.count === 0
                width: parent.width
                padding: Theme.inset
                wrapMode: Text.Wrap
                size: Theme.small
                color: Theme.muted
                text: Chat.conversationFilter.length > 0 ? qsTr("No chat holds these words.")
                    : qsTr("Your chats will be listed here.")
            }
        }
        AppText {
            Layout.leftMargin: Theme.inset
            Layout.fillWidth: true
            text: qsTr("Chats stay on this computer.")
            size: Theme.caption
            color: Theme.muted
        }
    }
}
