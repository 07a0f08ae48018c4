// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Snug

// Technical words, folded elsewhere: selectable, copyable, never longer than a third of the window.
Rectangle {
    id: box

    property alias text: area.text
    signal copied(string text)

    implicitHeight: Math.min(area.implicitHeight, Theme.detailsHeight)
    radius: Theme.radius
    color: Theme.raised

    ScrollView {
        anchors.fill: parent
        contentWidth: availableWidth
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ScrollBar.vertical: AppScrollBar {
            parent: box
            x: box.width - width
            height: box.height
        }
        TextArea {
            id: area
            objectName: "detailsText"
            readOnly: true
            wrapMode: TextEdit.WrapAnywhere
            textFormat: TextEdit.PlainText
            color: Theme.text
            selectionColor: Theme.accent
            selectedTextColor: Theme.textOnAccent
            font.family: Theme.mono
            font.pixelSize: Theme.caption
            padding: Theme.inset
            rightPadding: Theme.compact + Theme.space3
            background: null
            Accessible.name: qsTr("Details")
        }
    }
    AppButton {
        anchors {
            right: parent.right
            top: parent.top
            rightMargin: Theme.space3
            topMargin: Theme.ring
        }
        kind: "quiet"
        compact: true
        iconName: "copy"
        tip: qsTr("Copy")
        objectName: "copyDetails"
        onClicked: box.copied(area.text)
    }
}
