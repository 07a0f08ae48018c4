// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What is known of the source; in two columns where there is room.
GridLayout {
    columns: width > Theme.tableBars ? 2 : 1
    columnSpacing: Theme.space8
    rowSpacing: Theme.space2
    Repeater {
        model: Convert.facts
        ConvertLine {
            required property var modelData
            Layout.fillWidth: true
            Layout.preferredWidth: 1 // equal columns
            label: modelData.label
            value: modelData.value
        }
    }
}
