// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What went with a message of the user, in the order in which it was attached, at the end of the line as its
// bubble.
Item {
    id: attachments

    property string name
    property var files: []

    implicitHeight: flow.implicitHeight
    Flow {
        id: flow
        x: attachments.width - childrenRect.width
        width: attachments.width
        spacing: Theme.space2
        Repeater {
            model: attachments.files
            AttachmentChip {
                required property int index
                required property var modelData
                objectName: attachments.name + "." + index
                name: modelData.name
                detail: modelData.detail
                isImage: modelData.isImage
                image: modelData.image
                note: ""
            }
        }
    }
}
