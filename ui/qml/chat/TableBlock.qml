// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A table as wide as its words need, and scrolling sideways when that is too much for the page.
Item {
    id: block

    property string text
    property string source // as the model wrote it
    property string name
    readonly property int columns: Math.max(1, text.slice(0, text.indexOf("\n")).split(/[^\\]\|/).length - 1)
    readonly property int wanted: Math.ceil(cells.implicitWidth)

    implicitHeight: view.height
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Table")

    SideScroll {
        id: view
        name: block.name
        width: parent.width
        height: implicitHeight
        bodyHeight: cells.height
        contentWidth: cells.width
        MessageText {
            id: cells
            objectName: block.name
            width: block.wanted <= view.width ? block.wanted
                : Math.max(view.width, Math.min(block.wanted, block.columns * Theme.tableColumn))
            markdown: true
            source: block.text
        }
    }
    HoverHandler {
        id: over
    }
    LaterLoader {
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        y: Theme.line
        sourceComponent: CopyButton {
            objectName: block.name + ".copy"
            opacity: over.hovered || visualFocus || done ? 1 : 0
            tip: qsTr("Copy the table as Markdown")
            onClicked: Chat.copyText(block.source)
        }
    }
}
