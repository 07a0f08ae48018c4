// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What one device would hold: a bar, a figure for each part, the sum, what stays free.
ColumnLayout {
    id: device

    required property var memory // a map of Fit.memory
    readonly property bool unused: memory.used === 0
    readonly property bool brief: memory.beside || unused

    spacing: Theme.space2
    RowLayout {
        visible: !device.brief
        spacing: Theme.space2
        ElidedText {
            Layout.fillWidth: true
            text: device.memory.host ? qsTr("Main memory") : device.memory.name
            size: Theme.small
            font.weight: Font.DemiBold
        }
        AppText {
            text: device.memory.freeText
            size: Theme.small
            color: Theme.muted
        }
    }
    MemoryBar {
        Layout.fillWidth: true
        visible: !device.brief
        total: Math.max(device.memory.free, device.memory.used)
        parts: Array.from(device.memory.parts).map((bytes, index) => ({
                        "bytes": bytes,
                        "color": Theme.memoryParts[index]
                    }))
        description: qsTr("Memory of %1 by part").arg(device.memory.name)
    }
    ColumnLayout {
        visible: !device.brief
        Layout.fillWidth: true
        spacing: Theme.space1
        component Line: RowLayout {
            id: line
            property color swatch: "transparent"
            property bool outlined: false
            property string words
            property string term
            property string figure
            property bool strong: false
            Layout.fillWidth: true
            spacing: Theme.space2
            Rectangle {
                implicitWidth: Theme.swatch
                implicitHeight: Theme.swatch
                radius: Theme.radiusTiny
                color: line.swatch
                border.width: line.outlined ? Theme.line : 0
                border.color: Theme.borderStrong
            }
            AppText {
                text: line.words
                size: Theme.small
                font.weight: line.strong ? Font.DemiBold : Font.Normal
            }
            AppText {
                Layout.fillWidth: true
                text: line.term
                size: Theme.small
                color: Theme.muted
            }
            AppText {
                text: line.figure
                size: Theme.small
                font.family: Theme.mono
                font.weight: line.strong ? Font.DemiBold : Font.Normal
            }
            AppText {
                text: device.memory.unit
                size: Theme.small
                font.family: Theme.mono
                color: Theme.muted
            }
        }
        Repeater {
            model: device.memory.lines
            Line {
                required property var modelData
                swatch: Theme.memoryColor(modelData.part)
                words: modelData.label
                term: modelData.term
                figure: modelData.figure
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        Line {
            words: qsTr("Together")
            figure: device.memory.usedFigure
            strong: true
        }
        Line {
            visible: device.memory.reserveFigure.length > 0
            words: qsTr("Kept free")
            term: qsTr("(for other programs)")
            figure: device.memory.reserveFigure
        }
        Line {
            visible: device.memory.free > 0
            outlined: true
            swatch: device.memory.lacking ? Theme.noTint : Theme.memoryFree
            words: device.memory.lacking ? qsTr("Is lacking") : qsTr("Stays free")
            figure: device.memory.leftFigure
        }
    }
    AppText {
        Layout.fillWidth: true
        visible: device.brief
        text: device.unused ? qsTr("%1 holds nothing of it, %2.").arg(device.memory.name).arg(
                device.memory.freeText) : qsTr("and %1 of main memory, for the token table").arg(
                device.memory.usedText)
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
}
