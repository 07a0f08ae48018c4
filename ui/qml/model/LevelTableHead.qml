// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The heads of the columns; each sorts.
RowLayout {
    id: head

    property bool bars: true
    property bool words: true
    property bool figures: true

    component Head: SortHead {
        sortKey: Fit.sortKey
        descending: Fit.sortDescending
        onSorted: key => Fit.sortBy(key)
    }

    spacing: Theme.space3
    Head {
        Layout.preferredWidth: Theme.columnLabel
        Layout.fillWidth: !head.figures
        text: qsTr("Level")
        key: "level"
    }
    Head {
        visible: head.figures
        Layout.preferredWidth: Theme.columnFigure
        text: qsTr("Size")
        key: "size"
        end: true
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space3
        AppText {
            visible: head.bars
            Layout.fillWidth: true
            Layout.preferredWidth: 0
            text: Fit.hasGpu ? qsTr("GPU memory by part") : qsTr("Main memory by part")
            size: Theme.caption
            color: Theme.muted
        }
        Head {
            visible: head.figures
            Layout.preferredWidth: Theme.columnFigure
            Layout.fillWidth: !head.bars
            text: qsTr("GiB")
            key: "memory"
            end: true
        }
        Head {
            Layout.preferredWidth: Theme.columnFit
            Layout.fillWidth: !head.figures
            text: qsTr("Verdict")
            key: "verdict"
        }
        Head {
            Layout.preferredWidth: Theme.columnFigure
            text: qsTr("Tokens/s")
            key: "speed"
            end: true
        }
    }
    Head {
        visible: head.figures
        Layout.preferredWidth: Theme.columnFigure + (head.words ? Theme.columnWord + Theme.space3 : 0)
        text: head.words ? qsTr("Quality loss") : qsTr("Loss")
        key: "quality"
        end: !head.words
    }
}
