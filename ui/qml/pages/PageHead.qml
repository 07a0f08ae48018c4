// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Title, one line beside it, actions at the end.
Item {
    id: head

    property string title
    property string note
    property string noteName
    default property alias actions: row.data

    implicitHeight: Math.max(Theme.control, Theme.lineHeight(Theme.title)) + Theme.space5 + Theme.space4
    RowLayout {
        anchors {
            left: parent.left
            right: parent.right
            leftMargin: Theme.space6
            rightMargin: Theme.space6
            top: parent.top
            topMargin: Theme.space5
        }
        spacing: Theme.space3
        AppText {
            text: head.title
            size: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        AppText {
            objectName: head.noteName
            Layout.fillWidth: true
            text: head.note
            color: Theme.muted
        }
        RowLayout {
            id: row
            spacing: Theme.space3
        }
    }
}
