// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What the colours and marks of the table mean.
Flow {
    id: legend

    property bool bars: true
    readonly property string freeText: (answer.freeText ?? "")
    readonly property var answer: Fit.answer

    spacing: Theme.space4
    component Entry: Row {
        property color swatch
        property alias words: label.text
        spacing: Theme.gap
        Rectangle {
            width: Theme.swatch
            height: Theme.swatch
            radius: Theme.radiusTiny
            color: parent.swatch
            anchors.verticalCenter: parent.verticalCenter
        }
        AppText {
            id: label
            size: Theme.caption
            color: Theme.muted
        }
    }
    Entry {
        visible: legend.bars
        swatch: Theme.memoryWeights
        words: qsTr("weights")
    }
    Entry {
        visible: legend.bars && Fit.companions.any
        swatch: Theme.memoryCompanions
        words: qsTr("files beside it")
    }
    Entry {
        visible: legend.bars
        swatch: Theme.memoryKvCache
        words: qsTr("KV cache")
    }
    Entry {
        visible: legend.bars
        swatch: Theme.memoryCompute
        words: qsTr("compute")
    }
    Entry {
        visible: legend.bars
        swatch: Theme.memoryOverhead
        words: qsTr("overhead")
    }
    Row {
        visible: legend.bars && mark.text.length > 0
        spacing: Theme.gap
        Rectangle {
            width: Theme.ring
            height: Theme.sliderMark
            color: Theme.text
            anchors.verticalCenter: parent.verticalCenter
        }
        AppText {
            id: mark
            text: legend.freeText.length > 0 ? qsTr("usable now, %1").arg(legend.freeText) : ""
            size: Theme.caption
            color: Theme.muted
        }
    }
    AppText {
        text: qsTr("≈ estimated")
        size: Theme.caption
        color: Theme.muted
    }
    AppText {
        visible: Fit.foreignSource.length > 0
        text: qsTr("italic: published for another model")
        size: Theme.caption
        font.italic: true
        color: Theme.muted
        Why {
            subject: qsTr("Quality figures")
            text: Fit.foreignSource
        }
    }
}
