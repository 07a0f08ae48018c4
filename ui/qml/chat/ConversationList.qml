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

    // The open conversation, as Markdown.
    function saveCurrent(name: string) {
        if (Chat.currentId.length > 0)
            files.save(Chat.currentId, name.length > 0 ? name : Chat.currentTitle, "markdown");
    }
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
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space1
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
            AppButton {
                id: more
                objectName: "chatsMore"
                kind: "quiet"
                iconName: "ellipsis"
                tip: qsTr("More for all chats")
                Accessible.role: Accessible.ButtonMenu
                onClicked: allMenu.popup(more, 0, more.height)
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
            ScrollBar.vertical: AppScrollBar {
            }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Conversations")
            section.property: "section"
            section.delegate: AppText {
                required property string section
                width: ListView.view.width
                height: section.length > 0 ? Theme.lineHeight(Theme.caption) + Theme.space4 : 0
                leftPadding: Theme.inset
                verticalAlignment: Text.AlignBottom
                bottomPadding: Theme.space1
                text: Chat.list.sectionNames[section] ?? section
                size: Theme.caption
                color: Theme.muted
            }
            delegate: ConversationRow {
                width: ListView.view.width
                onOpened: list.opened()
                onRemoved: title => list.removed(title)
                onMenuWanted: (at, x, y) => chatMenu.show(this, at, x, y)
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
            text: Engine.remote ? qsTr("What you write is sent to the remote engine.")
                : qsTr("Chats stay on this computer.")
            wrapMode: Text.Wrap
            size: Theme.caption
            color: Theme.muted
        }
    }
    AppMenu {
        id: allMenu
        AppMenuItem {
            objectName: "importItem"
            text: qsTr("Take in chats of a file")
            iconName: "folder-open"
            enabled: Chat.exchange.available && !Chat.exchange.busy
            onTriggered: files.takeIn()
        }
        AppMenuItem {
            objectName: "exportAllItem"
            text: qsTr("Save all chats to a file")
            iconName: "download"
            enabled: view.count > 0 && !Chat.exchange.busy
            onTriggered: files.saveAll()
        }
        AppMenuItem {
            objectName: "titlesItem"
            text: qsTr("Titles by the model")
            note: Chat.titles.automatic ? qsTr("on") : qsTr("off")
            iconName: "wand-sparkles"
            onTriggered: Chat.titles.automatic = !Chat.titles.automatic
        }
    }
    ConversationMenu {
        id: chatMenu
        onFolderWanted: (id, folder) => folders.show(id, folder)
        onFileWanted: (id, title, format) => files.save(id, title, format)
    }
    FolderDialog {
        id: folders
    }
    ChatFiles {
        id: files
    }
}
