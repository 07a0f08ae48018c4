// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A formula that stands by itself, in readable signs.
Item {
    id: block

    property string text
    property string source // as the model wrote it
    property string name

    implicitHeight: view.height + 2 * Theme.space1
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Formula")

    SideScroll {
        id: view
        name: block.name
        y: Theme.space1
        width: parent.width
        height: implicitHeight
        bodyHeight: formula.height
        contentWidth: formula.width
        MessageText {
            id: formula
            objectName: block.name
            width: Math.max(Math.ceil(implicitWidth), view.width)
            leftPadding: Math.max(Theme.space6, Math.round((view.width - contentWidth) / 2))
            rightPadding: Theme.space6
            wrapMode: TextEdit.NoWrap
            font.family: Theme.mono
            source: block.text
        }
    }
    HoverHandler {
        id: over
    }
    CopyButton {
        objectName: block.name + ".copy"
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        opacity: over.hovered || visualFocus || done ? 1 : 0
        tip: qsTr("Copy the formula as TeX")
        onClicked: Chat.copyText(block.source)
    }
}
