// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A term and its figure; where the figure comes from on demand.
RowLayout {
    id: line

    property string label
    property string value
    property string why
    property bool strong: false
    property color ink: Theme.text

    visible: value.length > 0
    spacing: Theme.space3
    AppText {
        text: line.label
        size: Theme.small
        color: line.strong ? Theme.text : Theme.muted
        font.weight: line.strong ? Font.Medium : Font.Normal
    }
    ElidedText {
        objectName: line.objectName.length > 0 ? line.objectName + "Value" : ""
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignRight
        text: line.value
        size: Theme.small
        color: line.ink
        font.weight: line.strong ? Font.Medium : Font.Normal
        Why {
            subject: line.label + " " + line.value
            text: line.why
        }
    }
}
