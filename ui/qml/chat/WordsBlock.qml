// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Paragraphs, headings, lists and quotes; or one item of a list that does not begin with 1, with its number
// beside it. `caret`: the model writes at its end.
Item {
    id: block

    property string text
    property string number
    property string name
    property bool caret: false

    implicitHeight: Math.max(words.implicitHeight, mark.active ? Theme.lineHeight(Theme.body) : 0)

    Loader {
        id: mark
        active: block.number.length > 0
        y: Theme.line // where Qt puts the numbers of a list
        width: Theme.listIndent - Theme.space1
        sourceComponent: AppText {
            text: block.number
            horizontalAlignment: Text.AlignRight
            elide: Text.ElideNone
        }
    }
    MessageText {
        id: words
        objectName: block.name
        x: mark.active ? Theme.listIndent : 0
        width: parent.width - x
        markdown: true
        source: block.text
    }
    Loader {
        // The size stands for the layout, of which positionToRectangle() itself says no change.
        readonly property rect end: {
            const laidOut = words.contentWidth + words.contentHeight;
            return laidOut > 0 && active ? words.positionToRectangle(words.length) : Qt.rect(0, 0, 0, 0);
        }
        active: block.caret
        x: words.x + end.x + Theme.ring
        y: end.y + Math.round((end.height - height) / 2)
        sourceComponent: Caret {
        }
    }
}
