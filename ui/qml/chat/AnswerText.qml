// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// An answer as Markdown: text and code one below the other. While it grows, a block caret stands at its end.
Column {
    id: answer

    property alias source: blocks.source
    property bool writing: false
    property string name

    spacing: Theme.space3

    Repeater {
        id: view
        model: MarkdownBlocks {
            id: blocks
        }
        Item {
            id: entry

            required property int index
            required property bool code
            required property string text
            required property string language
            readonly property bool last: index === view.count - 1

            width: answer.width
            height: code ? card.implicitHeight : words.implicitHeight

            MessageText {
                id: words
                objectName: entry.index === 0 ? answer.name : answer.name + "." + entry.index
                visible: !entry.code
                width: parent.width
                textFormat: TextEdit.MarkdownText
                text: entry.code ? "" : entry.text
            }
            CodeBlock {
                id: card
                visible: entry.code
                name: answer.name + "." + entry.index
                width: parent.width
                code: entry.code ? entry.text : ""
                language: entry.language
            }
            Caret {
                // The size stands for the layout, of which positionToRectangle() itself says no change.
                readonly property rect end: {
                    const laidOut = words.contentWidth + words.contentHeight;
                    return laidOut > 0 ? words.positionToRectangle(words.length) : Qt.rect(0, 0, 0, 0);
                }
                visible: answer.writing && entry.last && !entry.code
                x: end.x + Theme.ring
                y: end.y + Math.round((end.height - height) / 2)
            }
        }
    }
    Caret {
        visible: answer.writing && view.count === 0
    }
}
