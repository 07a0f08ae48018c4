// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Dialogs

// The one place that opens a system dialog for files.
Item {
    id: picker

    property string title
    property var nameFilters: []
    property bool saves: false // asks for a file that may not exist yet
    signal chosen(url file)

    function open() {
        dialog.open();
    }
    // With a name to begin with.
    function openFor(name: string) {
        dialog.selectedFile = dialog.currentFolder + "/" + encodeURIComponent(name);
        dialog.open();
    }
    FileDialog {
        id: dialog
        title: picker.title
        nameFilters: picker.nameFilters
        fileMode: picker.saves ? FileDialog.SaveFile : FileDialog.OpenFile
        onAccepted: picker.chosen(selectedFile)
    }
}
