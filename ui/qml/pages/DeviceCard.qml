// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One device: its memory by who uses it, and its facts.
Rectangle {
    id: card

    required property string name
    required property string backend
    required property string kind
    required property double totalBytes
    required property double freeBytes
    required property double usedByUsBytes
    required property double othersBytes
    required property string totalText
    required property string freeText
    required property string usedByUsText
    required property string othersText
    required property string unitText
    required property string memorySource
    required property string snugLabel
    required property var facts

    objectName: "device." + backend
    implicitHeight: column.implicitHeight + Theme.space5
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: name

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
        }
        spacing: Theme.space2

        RowLayout {
            Layout.margins: Theme.space4
            Layout.leftMargin: Theme.space5
            Layout.rightMargin: Theme.space5
            Layout.bottomMargin: Theme.space2
            spacing: Theme.space3
            Icon {
                name: card.kind === "cpu" ? "cpu" : "gpu"
                size: Theme.iconLarge
                color: Theme.accent
            }
            AppText {
                id: title
                Layout.fillWidth: true
                text: card.name
                size: Theme.heading
                font.weight: Font.DemiBold
                HoverHandler {
                    id: over
                }
                Tip {
                    text: card.name
                    visible: over.hovered && title.truncated
                }
            }
            AppText {
                text: card.backend
                size: Theme.small
                color: Theme.muted
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Theme.border
            Layout.leftMargin: 1
            Layout.rightMargin: 1
        }
        MemoryLine {
            Layout.topMargin: Theme.space3
            strong: true
            label: qsTr("Memory")
            figure: card.totalText
            unit: card.unitText
        }
        MemoryBar {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space5
            Layout.rightMargin: Theme.space5
            Layout.bottomMargin: Theme.space1
            total: card.totalBytes
            parts: [{
                    "bytes": card.usedByUsBytes,
                    "color": Theme.accent
                }, {
                    "bytes": card.othersBytes,
                    "color": Theme.memoryOverhead
                }]
            description: qsTr("%1 of %2 %3 are free").arg(card.freeText).arg(card.totalText)
                .arg(card.unitText)
        }
        MemoryLine {
            visible: card.usedByUsBytes > 0
            swatch: Theme.accent
            label: card.snugLabel
            figure: card.usedByUsText
            unit: card.unitText
        }
        MemoryLine {
            swatch: Theme.memoryOverhead
            label: qsTr("Other programs")
            figure: card.othersText
            unit: card.unitText
        }
        MemoryLine {
            swatch: Theme.memoryFree
            outlined: true
            label: qsTr("Free, says %1").arg(card.memorySource)
            figure: card.freeText
            unit: card.unitText
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            Layout.leftMargin: Theme.space5
            Layout.rightMargin: Theme.space5
            implicitHeight: 1
            color: Theme.border
        }
        Repeater {
            model: card.facts
            RowLayout {
                required property var modelData
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space5
                Layout.rightMargin: Theme.space5
                Layout.bottomMargin: Theme.space1
                AppText {
                    Layout.preferredWidth: Theme.columnVerdict
                    Layout.alignment: Qt.AlignTop
                    text: parent.modelData.label
                    size: Theme.small
                    color: Theme.muted
                }
                AppText {
                    Layout.fillWidth: true
                    text: parent.modelData.value
                    size: Theme.small
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
