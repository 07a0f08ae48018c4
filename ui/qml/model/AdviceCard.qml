// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What people who measured it advise for the kind of work, and one click to follow.
Rectangle {
    id: card

    readonly property var advice: Fit.advice

    visible: (advice.text ?? "").length > 0
    implicitHeight: row.implicitHeight + 2 * Theme.space3
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border

    GridLayout {
        id: row
        anchors {
            left: parent.left
            right: parent.right
            verticalCenter: parent.verticalCenter
            leftMargin: Theme.space5
            rightMargin: Theme.space4
        }
        columns: card.width >= Theme.tableFigures ? 2 : 1
        columnSpacing: Theme.space4
        rowSpacing: Theme.space2
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space4
            Icon {
                name: ({
                        "chat": "message-square",
                        "code": "code",
                        "maths": "sigma",
                        "high_stakes": "shield-check"
                    })[Fit.workload] ?? "info"
                size: Theme.iconLarge
                color: Theme.accent
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText {
                    objectName: "advice"
                    Layout.fillWidth: true
                    text: card.advice.text ?? ""
                    font.weight: Font.DemiBold
                    wrapMode: Text.Wrap
                    Why {
                        subject: card.advice.text ?? ""
                        text: card.advice.why ?? ""
                    }
                }
                AppText {
                    Layout.fillWidth: true
                    visible: text.length > 0
                    text: card.advice.more ?? ""
                    color: Theme.muted
                    wrapMode: Text.Wrap
                }
            }
        }
        AppButton {
            objectName: "useAdvice"
            visible: (card.advice.action ?? "").length > 0
            text: card.advice.action ?? ""
            enabled: Fit.live
            onClicked: Fit.useAdvice()
        }
    }
}
