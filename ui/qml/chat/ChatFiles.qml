// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The dialogs through which conversations leave and come in.
Item {
    id: files

    property string chat // that is saved; empty: all
    property string format

    function save(id: string, title: string, wanted: string) {
        chat = id;
        format = wanted;
        const name = title.replace(/[\\\/:*?"<>|]+/g, " ").trim().slice(0, 80);
        target.openFor((name.length > 0 ? name : qsTr("Chat")) + (wanted === "markdown" ? ".md" : ".json"));
    }
    function saveAll() {
        save("", qsTr("Snug chats"), "snug");
    }
    function takeIn() {
        source.open();
    }

    FilePicker {
        id: target
        title: qsTr("Save the chat")
        saving: true
        nameFilters: files.format === "markdown" ? [qsTr("Markdown (*.md)")] : [qsTr("JSON (*.json)")]
        onChosen: file => {
            if (files.chat.length > 0)
                Chat.exchange.exportChat(files.chat, files.format, file);
            else
                Chat.exchange.exportAll(file);
        }
    }
    FilePicker {
        id: source
        title: qsTr("Take in chats of a file")
        nameFilters: [qsTr("Chats (*.json *.jsonl)"), qsTr("All files (*)")]
        onChosen: file => Chat.exchange.importFile(file)
    }
}
