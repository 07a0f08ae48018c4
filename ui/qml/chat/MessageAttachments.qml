// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What went with a message of the user, at the end of the line as its bubble.
Flow {
    id: flow

    property string name
    property var files: []

    spacing: Theme.space2
    layoutDirection: Qt.RightToLeft
    Repeater {
        model: flow.files
        AttachmentChip {
            required property int index
            required property var modelData
            objectName: flow.name + "." + index
            name: modelData.name
            detail: modelData.detail
            isImage: modelData.isImage
            image: modelData.image
            note: ""
        }
    }
}
