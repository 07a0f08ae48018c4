// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What would help, each with its price and one click away.
ColumnLayout {
    id: list

    spacing: Theme.space2
    AppText {
        objectName: "hopeless"
        Layout.fillWidth: true
        visible: text.length > 0
        text: Fit.hopeless
        size: Theme.small
        wrapMode: Text.Wrap
    }
    Repeater {
        model: Fit.suggestions
        RowLayout {
            id: entry
            required property int index
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.space3
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText {
                    Layout.fillWidth: true
                    text: entry.modelData.text
                    size: Theme.small
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                    elide: Text.ElideRight
                }
                AppText {
                    Layout.fillWidth: true
                    visible: text.length > 0
                    text: entry.modelData.cost
                    size: Theme.caption
                    color: Theme.muted
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                    elide: Text.ElideRight
                }
            }
            AppButton {
                objectName: "useSuggestion." + entry.index
                visible: entry.modelData.usable
                compact: true
                text: qsTr("Use")
                Accessible.name: qsTr("Use: %1").arg(entry.modelData.text)
                onClicked: Fit.useSuggestion(entry.index)
            }
        }
    }
}
