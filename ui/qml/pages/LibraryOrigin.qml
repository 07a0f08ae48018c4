// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Where a file came from: a sentence, and the facts behind it.
ColumnLayout {
    id: origin

    required property var record // LibraryRecords.record()

    spacing: Theme.space2
    AppText {
        Layout.fillWidth: true
        visible: text.length > 0
        text: origin.record.origin
        size: Theme.small
        wrapMode: Text.WrapAnywhere
    }
    LibraryMark {
        visible: text.length > 0
        kind: "update"
        text: origin.record.updateText
    }
    Flow {
        Layout.fillWidth: true
        visible: facts.count > 0
        spacing: Theme.space6
        Repeater {
            id: facts
            model: origin.record.facts
            Row {
                id: fact
                required property var modelData
                spacing: Theme.gap
                AppText {
                    id: label
                    text: fact.modelData.label
                    size: Theme.small
                    color: Theme.muted
                }
                AppText {
                    width: Math.min(implicitWidth, origin.width - label.width - fact.spacing)
                    text: fact.modelData.value
                    size: Theme.small
                    elide: Text.ElideMiddle
                }
            }
        }
    }
}
