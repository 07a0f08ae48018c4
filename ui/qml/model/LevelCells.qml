// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The figures of one level on one machine: bar, GiB, verdict, tokens/s.
RowLayout {
    id: cells

    property var parts: []
    property double free: 0
    property string memoryText
    property string memoryWhy
    property string verdict
    property string verdictText
    property string verdictWhy
    property string speedText
    property string speedWhy
    property bool exact: true
    property bool bars: true
    property bool figures: true
    property string asked // which of its figures is asked about by F1

    spacing: Theme.space3
    LevelBar {
        visible: cells.bars
        Layout.fillWidth: true
        parts: cells.parts
        free: cells.free
        total: Fit.scale
    }
    AppText {
        id: memory
        visible: cells.figures
        Layout.preferredWidth: Theme.columnFigure
        Layout.fillWidth: !cells.bars
        horizontalAlignment: Text.AlignRight
        text: cells.exact || cells.memoryText.length === 0 ? cells.memoryText : "≈" + cells.memoryText
        size: Theme.small
        font.family: Theme.mono
        color: cells.exact ? Theme.text : Theme.muted
        Accessible.name: cells.exact ? qsTr("%1 GiB").arg(cells.memoryText)
            : qsTr("about %1 GiB, estimated").arg(cells.memoryText)
        Why {
            activeFocusOnTab: false
            subject: qsTr("%1 GiB").arg(cells.memoryText)
            text: cells.memoryWhy
            asked: cells.asked === "memory"
        }
    }
    VerdictBadge {
        Layout.preferredWidth: Theme.columnFit
        Layout.fillWidth: !cells.figures
        verdict: cells.verdict
        text: cells.verdictText
        Why {
            activeFocusOnTab: false
            subject: cells.verdictText
            text: cells.verdictWhy
            asked: cells.asked === "verdict"
        }
    }
    AppText {
        Layout.preferredWidth: Theme.columnFigure
        horizontalAlignment: Text.AlignRight
        text: cells.speedText.length > 0 ? cells.speedText : "–"
        size: Theme.small
        font.family: Theme.mono
        Accessible.name: cells.speedText.length > 0 ? qsTr("%1 tokens a second").arg(cells.speedText)
            : qsTr("speed unknown")
        Why {
            activeFocusOnTab: false
            subject: qsTr("%1 tokens a second").arg(cells.speedText)
            text: cells.speedWhy
            asked: cells.asked === "speed"
        }
    }
}
