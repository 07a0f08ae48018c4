// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Into which folder a conversation goes; and the one place where folders are made, renamed and removed.
AppDialog {
    id: dialog

    property string chat
    property string folder // where it is; empty: in none
    property string renamed // the folder whose name is being written

    function show(id: string, now: string) {
        chat = id;
        folder = now;
        renamed = "";
        name.clear();
        open();
    }
    function moveTo(wanted: string) {
        Chat.list.put(chat, wanted);
        close();
    }
    function create() {
        const made = Chat.list.createFolder(name.text);
        if (made.length > 0)
            moveTo(made);
    }

    objectName: "folderDialog"
    title: qsTr("Move to a folder")
    onOpened: name.forceActiveFocus(Qt.PopupFocusReason)

    AppButton {
        objectName: "noFolder"
        Layout.fillWidth: true
        leading: true
        plain: true
        text: qsTr("No folder")
        iconName: dialog.folder.length === 0 ? "check" : "x"
        onClicked: dialog.moveTo("")
    }
    Repeater {
        model: Chat.list.folders
        RowLayout {
            id: entry

            required property int index
            required property string folderId
            required property string name
            readonly property bool writing: dialog.renamed === folderId

            Layout.fillWidth: true
            spacing: Theme.space1
            AppButton {
                objectName: "folder." + entry.index
                visible: !entry.writing
                Layout.fillWidth: true
                leading: true
                plain: true
                text: entry.name
                iconName: dialog.folder === entry.folderId ? "check" : "folder"
                onClicked: dialog.moveTo(entry.folderId)
            }
            AppTextField {
                objectName: "folderName." + entry.index
                visible: entry.writing
                Layout.fillWidth: true
                Accessible.name: qsTr("Name of the folder")
                onVisibleChanged: if (visible) {
                    text = entry.name;
                    forceActiveFocus(Qt.OtherFocusReason);
                    selectAll();
                }
                onAccepted: {
                    Chat.list.renameFolder(entry.folderId, text);
                    dialog.renamed = "";
                }
                Keys.onEscapePressed: dialog.renamed = ""
            }
            AppButton {
                objectName: "renameFolder." + entry.index
                kind: "quiet"
                compact: true
                iconName: "pencil"
                tip: qsTr("Rename “%1”").arg(entry.name)
                onClicked: dialog.renamed = entry.writing ? "" : entry.folderId
            }
            AppButton {
                objectName: "removeFolder." + entry.index
                kind: "quiet"
                compact: true
                iconName: "trash-2"
                tip: qsTr("Remove “%1”; its chats stay").arg(entry.name)
                onClicked: Chat.list.removeFolder(entry.folderId)
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space2
        AppTextField {
            id: name
            objectName: "newFolderName"
            Layout.fillWidth: true
            placeholderText: qsTr("Name of a new folder")
            onAccepted: dialog.create()
        }
        AppButton {
            objectName: "createFolder"
            text: qsTr("Create and move")
            enabled: name.text.trim().length > 0
            onClicked: dialog.create()
        }
    }
    AppButton {
        objectName: "closeFolders"
        Layout.alignment: Qt.AlignRight
        text: qsTr("Cancel")
        onClicked: dialog.close()
    }
}
