// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What can be done with a conversation of the list; one for the whole list.
AppMenu {
    id: choices

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
        onTriggered: choices.chat.rename()
    }
    AppMenuItem {
        objectName: "suggestTitleItem"
        text: qsTr("Suggest a title")
        note: Engine.remote ? qsTr("remote") : ""
        iconName: "wand-sparkles"
        enabled: Engine.state === "ready" && !Chat.busy && !Chat.titles.asking
        onTriggered: Chat.titles.suggest(choices.chat.conversationId)
    }
    AppMenuItem {
        objectName: "pinItem"
        text: choices.chat?.pinned ? qsTr("Unpin") : qsTr("Pin")
        iconName: "pin"
        onTriggered: Chat.list.setPinned(choices.chat.conversationId, !choices.chat.pinned)
    }
    AppMenuItem {
        objectName: "folderItem"
        text: qsTr("Move to a folder")
        iconName: "folder"
        onTriggered: choices.folderWanted(choices.chat.conversationId, choices.chat.folderId)
    }
    AppMenuItem {
        objectName: "markdownItem"
        text: qsTr("Save as Markdown")
        iconName: "download"
        onTriggered: choices.fileWanted(choices.chat.conversationId, choices.chat.title, "markdown")
    }
    AppMenuItem {
        objectName: "snugItem"
        text: qsTr("Save all versions")
        note: "JSON"
        iconName: "download"
        onTriggered: choices.fileWanted(choices.chat.conversationId, choices.chat.title, "snug")
    }
    AppMenuItem {
        objectName: "openAiItem"
        text: qsTr("Save for other apps")
        note: "JSON"
        iconName: "download"
        onTriggered: choices.fileWanted(choices.chat.conversationId, choices.chat.title, "openai")
    }
    AppMenuItem {
        objectName: "deleteItem"
        text: qsTr("Delete")
        iconName: "trash-2"
        danger: true
        onTriggered: choices.chat.remove()
    }
}
