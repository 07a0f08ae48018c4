// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What can be done with a conversation of the list; one for the whole list.
AppMenu {
    id: menu

    property ConversationRow chat: null
    signal folderWanted(string id, string folder)
    signal fileWanted(string id, string title, string format)

    function show(row: ConversationRow, at: Item, x: real, y: real) {
        chat = row;
        popup(at, x, y);
    }

    AppMenuItem {
        objectName: "renameItem"
        text: qsTr("Rename")
        iconName: "pencil"
        onTriggered: menu.chat.rename()
    }
    AppMenuItem {
        objectName: "pinItem"
        text: menu.chat?.pinned ? qsTr("Unpin") : qsTr("Pin")
        iconName: "pin"
        onTriggered: Chat.list.setPinned(menu.chat.conversationId, !menu.chat.pinned)
    }
    AppMenuItem {
        objectName: "folderItem"
        text: qsTr("Move to a folder")
        iconName: "folder"
        onTriggered: menu.folderWanted(menu.chat.conversationId, menu.chat.folderId)
    }
    AppMenuItem {
        objectName: "markdownItem"
        text: qsTr("Save as Markdown")
        iconName: "download"
        onTriggered: menu.fileWanted(menu.chat.conversationId, menu.chat.title, "markdown")
    }
    AppMenuItem {
        objectName: "snugItem"
        text: qsTr("Save with every version")
        note: "JSON"
        iconName: "download"
        onTriggered: menu.fileWanted(menu.chat.conversationId, menu.chat.title, "snug")
    }
    AppMenuItem {
        objectName: "openAiItem"
        text: qsTr("Save for other programs")
        note: "JSON"
        iconName: "download"
        onTriggered: menu.fileWanted(menu.chat.conversationId, menu.chat.title, "openai")
    }
    AppMenuItem {
        objectName: "deleteItem"
        text: qsTr("Delete")
        iconName: "trash-2"
        danger: true
        onTriggered: menu.chat.remove()
    }
}
