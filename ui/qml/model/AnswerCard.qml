// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The answer first: whether the chosen level runs, how fast, in how much memory, how close to the original.
Rectangle {
    id: card

    readonly property var answer: Fit.answer
    readonly property var other: Fit.otherAnswer
    readonly property bool beside: width >= Theme.roomy

    readonly property bool hasAnswer: (answer.title ?? "").length > 0

    implicitHeight: column.implicitHeight + 2 * Theme.space4
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            margins: Theme.space4
            leftMargin: Theme.space5
        }
        spacing: Theme.space3
        GridLayout {
            columns: card.beside ? 2 : 1
            columnSpacing: Theme.space4
            rowSpacing: Theme.space3
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space4
                Rectangle {
                    Layout.alignment: Qt.AlignVCenter
                    implicitWidth: Theme.row - Theme.space1
                    implicitHeight: implicitWidth
                    radius: width / 2
                    color: Theme.verdictTint(card.answer.verdict ?? "")
                    Icon {
                        anchors.centerIn: parent
                        name: Theme.verdictIcon(card.answer.verdict ?? "")
                        color: Theme.verdictColor(card.answer.verdict ?? "")
                        size: Theme.iconLarge
                    }
                }
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.ring
                    AppText {
                        objectName: "answerTitle"
                        Layout.fillWidth: true
                        text: card.answer.title ?? ""
                        size: Theme.title
                        font.weight: Font.DemiBold
                        wrapMode: Text.Wrap
                        Accessible.role: Accessible.Heading
                    }
                    Flow {
                        Layout.fillWidth: true
                        spacing: Theme.space2
                        AppText {
                            width: Math.min(implicitWidth, parent.width)
                            text: card.answer.text ?? ""
                            color: Theme.muted
                            wrapMode: Text.Wrap
                        }
                        AppText {
                            objectName: "answer"
                            text: qsTr("Why?")
                            color: Theme.accent
                            font.weight: Font.Medium
                            Why {
                                subject: card.answer.title ?? ""
                                text: card.answer.why ?? ""
                            }
                        }
                    }
                }
            }
            Flow {
                function room(figure: Item): real {
                    return figure.visible ? figure.width : 0;
                }
                readonly property real oneLine: room(fast) + room(large) + room(close)
                Layout.fillWidth: !card.beside
                Layout.preferredWidth: card.beside ? Math.ceil(oneLine) : -1
                spacing: 0
                AnswerFigure {
                    id: fast
                    objectName: "answerSpeed"
                    value: card.answer.speed ?? ""
                    unit: qsTr("tokens/s")
                    caption: card.answer.range ?? ""
                    why: card.answer.speedWhy ?? ""
                }
                AnswerFigure {
                    id: large
                    objectName: "answerMemory"
                    value: card.answer.memory ?? ""
                    unit: qsTr("GiB")
                    caption: card.answer.memoryOf ?? ""
                    why: card.answer.memoryWhy ?? ""
                }
                AnswerFigure {
                    id: close
                    objectName: "answerQuality"
                    value: card.answer.quality ?? ""
                    caption: qsTr("KL divergence")
                    why: card.answer.qualityWhy ?? ""
                    foreign: !(card.answer.measured ?? true)
                }
            }
        }
        RowLayout {
            objectName: "answerOther"
            visible: (card.other.title ?? "").length > 0
            spacing: Theme.space2
            Icon {
                name: Theme.verdictIcon(card.other.verdict ?? "")
                color: Theme.verdictColor(card.other.verdict ?? "")
            }
            AppText {
                Layout.fillWidth: true
                readonly property string title: card.other.title ?? ""
                readonly property string speed: card.other.speed ?? ""
                text: speed.length > 0 ? qsTr("%1, about %2 tokens/s").arg(title).arg(speed) : title
                wrapMode: Text.Wrap
                Why {
                    subject: card.other.title ?? ""
                    text: card.other.why ?? ""
                }
            }
        }
        // What the button above would do.
        RowLayout {
            objectName: "answerMake"
            visible: card.answer.makeable ?? false
            spacing: Theme.space2
            Icon {
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: Theme.ring
                name: "wand-sparkles"
                color: Theme.muted
            }
            AppText {
                Layout.fillWidth: true
                readonly property string level: card.answer.label ?? ""
                readonly property string size: card.answer.fileBytesText ?? ""
                text: qsTr("%1 does not exist yet. Snug can make it from the original weights; it would be "
                    + "%2 large.").arg(level).arg(size)
                color: Theme.muted
                wrapMode: Text.Wrap
            }
        }
    }
}
