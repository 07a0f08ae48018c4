// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Files that are dropped anywhere on the page are attached to the message that is being written.
DropArea {
    id: area

    objectName: "attachDrop"
    keys: ["text/uri-list"]
    onDropped: drop => {
        for (const file of drop.urls)
            Chat.attachments.addFile(file);
        drop.accept(Qt.CopyAction);
    }

    Rectangle {
        visible: area.containsDrag
        anchors.fill: parent
        color: Theme.veil
        Rectangle {
            anchors.centerIn: parent
            width: words.implicitWidth + 2 * Theme.space6
            height: words.implicitHeight + 2 * Theme.space4
            radius: Theme.radiusCard
            color: Theme.surface
            border.color: Theme.accent
            border.width: Theme.ring
            AppText {
                id: words
                anchors.centerIn: parent
                text: qsTr("Drop to attach to your message")
            }
        }
    }
}
