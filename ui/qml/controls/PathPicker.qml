// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Dialogs

// The one place that opens a system dialog for folders.
Item {
    id: picker

    property string title
    signal chosen(url folder)

    function open() {
        dialog.open();
    }
    FolderDialog {
        id: dialog
        title: picker.title
        onAccepted: picker.chosen(selectedFolder)
    }
}
