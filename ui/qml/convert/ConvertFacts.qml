// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What is known of the source.
ColumnLayout {
    spacing: Theme.space2
    Repeater {
        model: Convert.facts
        ConvertLine {
            required property var modelData
            Layout.fillWidth: true
            label: modelData.label
            value: modelData.value
        }
    }
}
