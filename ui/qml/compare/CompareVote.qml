// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Below the answers: which one is better, as long as nobody knows whose they are; then what was chosen.
Flow {
    id: line

    visible: Compare.hidden || Compare.verdict.length > 0
    spacing: Theme.space2
    AppText {
        objectName: "compareVerdict"
        height: Theme.compact
        width: Math.min(implicitWidth, line.width)
        text: {
            if (!Compare.hidden)
                return Compare.verdict;
            return Compare.canVote ? qsTr("Which answer is better? Names and speeds show then.")
                : qsTr("Names and speeds stay hidden until you have chosen.");
        }
        font.weight: Compare.hidden ? Font.Normal : Font.DemiBold
    }
    AppButton {
        objectName: "compareTie"
        visible: Compare.canVote
        compact: true
        text: qsTr("Tie")
        onClicked: Compare.voteTie()
    }
    AppButton {
        objectName: "compareReveal"
        visible: Compare.hidden && !Compare.busy
        compact: true
        kind: "quiet"
        text: qsTr("Show them without a vote")
        onClicked: Compare.reveal()
    }
}
