// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Code of an answer: what it is written in, ways to take it along, and lines that do not break.
Rectangle {
    id: block

    property string text
    property alias language: content.language
    property string name
    property string trouble // why it could not be saved

    onNameChanged: trouble = ""

    implicitHeight: head.height + view.height + (foot.active ? foot.height : 0)
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: language.length > 0 ? qsTr("Code in %1").arg(language) : qsTr("Code")

    CodeText {
        id: content
        code: block.text
        document: lines.textDocument
        highlighter: CodeHighlighter
        inks: Theme.codeInks
        lineHeight: Theme.lineHeight(Theme.small)
    }
    Item {
        id: head
        width: parent.width
        height: Theme.codeHead
        AppText {
            anchors.left: parent.left
            anchors.leftMargin: Theme.codePadding
            anchors.right: ways.left
            anchors.verticalCenter: parent.verticalCenter
            text: block.trouble.length > 0 ? block.trouble
                : block.language.length > 0 ? block.language : qsTr("code")
            size: Theme.caption
            color: block.trouble.length > 0 ? Theme.no : Theme.muted
        }
        LaterLoader {
            id: ways
            anchors.right: parent.right
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            sourceComponent: Row {
                AppButton {
                    objectName: block.name + ".save"
                    kind: "quiet"
                    compact: true
                    iconName: "download"
                    font.pixelSize: Theme.caption
                    text: qsTr("Save")
                    onClicked: picker.active ? (picker.item as FilePicker).open() : picker.active = true
                }
                CopyButton {
                    objectName: block.name + ".copy"
                    text: done ? qsTr("Copied") : qsTr("Copy")
                    font.pixelSize: Theme.caption
                    onClicked: Chat.copyText(block.text)
                }
            }
        }
    }
    Rectangle {
        y: head.height
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    SideScroll {
        id: view
        name: block.name
        y: head.height
        width: parent.width
        height: implicitHeight
        bodyHeight: lines.height
        barRoom: 0 // its padding has it
        contentWidth: lines.width
        TextEdit {
            id: lines
            objectName: block.name + ".text"
            width: Math.max(Math.ceil(implicitWidth), view.width)
            leftPadding: Theme.codePadding
            rightPadding: Theme.codePadding
            topPadding: Theme.space3
            bottomPadding: Theme.space3
            readOnly: true
            selectByMouse: true
            wrapMode: TextEdit.NoWrap
            textFormat: TextEdit.PlainText
            color: Theme.text
            selectionColor: Theme.accent
            selectedTextColor: Theme.textOnAccent
            font.family: Theme.mono
            font.pixelSize: Theme.small
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("Code")
            Component.onCompleted: content.begin()
            HoverHandler {
                cursorShape: Qt.IBeamCursor
            }
        }
    }
    Loader {
        id: foot
        active: content.hiddenLines > 0
        y: head.height + view.height
        x: Theme.space1
        sourceComponent: AppButton {
            objectName: block.name + ".more"
            kind: "quiet"
            compact: true
            text: qsTr("Show more (%Ln line(s) hidden)", "", content.hiddenLines)
            onClicked: content.showMore()
        }
    }
    // A dialog is made only when it is wanted.
    Loader {
        id: picker
        active: false
        onLoaded: (item as FilePicker).open()
        sourceComponent: FilePicker {
            title: qsTr("Save the code")
            saving: true
            nameFilters: [qsTr("Code (%1)").arg(content.fileName.replace("code", "*")), qsTr("All files (*)")]
            onChosen: file => block.trouble = content.save(file)
        }
    }
}
