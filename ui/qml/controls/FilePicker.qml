// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Dialogs

// The one place that opens a system dialog for files.
Item {
    id: picker

    property string title
    property var nameFilters: []
    signal chosen(url file)

    function open() {
        dialog.open();
    }
    FileDialog {
        id: dialog
        title: picker.title
        nameFilters: picker.nameFilters
        onAccepted: picker.chosen(selectedFile)
    }
}
