// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Snug

// Code of an answer: what it is written in, a way to take it along, and lines that do not break.
Rectangle {
    id: block

    property string code
    property string language
    property string name

    implicitHeight: head.height + lines.height
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: language.length > 0 ? qsTr("Code in %1").arg(language) : qsTr("Code")

    RowLayout {
        id: head
        width: parent.width
        height: Theme.codeHead
        AppText {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.codePadding
            text: block.language.length > 0 ? block.language : qsTr("code")
            size: Theme.caption
            color: Theme.muted
        }
        CopyButton {
            objectName: block.name + ".copy"
            Layout.rightMargin: Theme.space1
            text: done ? qsTr("Copied") : qsTr("Copy")
            font.pixelSize: Theme.caption
            onClicked: Chat.copyText(block.code)
        }
    }
    Rectangle {
        y: head.height
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    Flickable {
        id: lines
        y: head.height
        width: parent.width
        height: text.height
        contentWidth: text.width
        contentHeight: text.height
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentWidth > width
        clip: true
        T.ScrollBar.horizontal: AppScrollBar {
        }
        MessageText {
            id: text
            objectName: block.name + ".text"
            width: Math.max(implicitWidth, lines.width)
            leftPadding: Theme.codePadding
            rightPadding: Theme.codePadding
            topPadding: Theme.space3
            bottomPadding: Theme.space3
            wrapMode: TextEdit.NoWrap
            textFormat: TextEdit.PlainText
            font.family: Theme.mono
            font.pixelSize: Theme.small
            text: block.code
        }
    }
}
