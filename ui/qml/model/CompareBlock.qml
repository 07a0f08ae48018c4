// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The same level on a second machine.
ColumnLayout {
    id: block

    readonly property var answer: Fit.otherAnswer

    spacing: Theme.space3
    RowLayout {
        spacing: Theme.space2
        ElidedText {
            Layout.fillWidth: true
            text: Fit.otherName
            font.weight: Font.DemiBold
        }
        AppButton {
            objectName: "endComparison"
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("End the comparison")
            enabled: Fit.live
            onClicked: Fit.otherMachine = ""
        }
    }
    RowLayout {
        visible: (block.answer.verdictText ?? "").length > 0
        spacing: Theme.space2
        VerdictBadge {
            objectName: "otherVerdict"
            filled: true
            verdict: block.answer.verdict ?? ""
            text: block.answer.verdictText ?? ""
            Why {
                subject: block.answer.verdictText ?? ""
                text: block.answer.why ?? ""
            }
        }
        Item {
            Layout.fillWidth: true
        }
        AppText {
            visible: (block.answer.speed ?? "").length > 0
            text: qsTr("%1 tokens/s").arg(block.answer.speed ?? "")
            size: Theme.small
            Why {
                subject: parent.text
                text: block.answer.speedWhy ?? ""
            }
        }
    }
    Repeater {
        model: Fit.otherMemory
        DeviceMemory {
            required property var modelData
            Layout.fillWidth: true
            memory: modelData
        }
    }
}
