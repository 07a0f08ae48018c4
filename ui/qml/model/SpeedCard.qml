// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Why there is a dash in place of tokens a second, and the measurement that fills it in.
Rectangle {
    id: card

    readonly property bool failed: Speed.problem.present && !Speed.running
    readonly property bool inVain: Speed.done && !failed && !Speed.running
    property bool unfolded: false
    property bool shown: true

    visible: shown && (Speed.running || failed || Fit.speedMissing)
    implicitHeight: column.implicitHeight + 2 * Theme.space3
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: title.text

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            verticalCenter: parent.verticalCenter
            leftMargin: Theme.space5
            rightMargin: Theme.space4
        }
        spacing: Theme.space2
        GridLayout {
            Layout.fillWidth: true
            columns: card.width >= Theme.tableFigures ? 2 : 1
            columnSpacing: Theme.space4
            rowSpacing: Theme.space2
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space4
                Icon {
                    name: card.failed ? "circle-alert" : "gauge"
                    size: Theme.iconLarge
                    color: card.failed ? Theme.no : Theme.accent
                }
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0
                    AppText {
                        id: title
                        objectName: "speedTitle"
                        Layout.fillWidth: true
                        text: {
                            if (Speed.running)
                                return Speed.stopping ? qsTr("Ending the measurement")
                                    : qsTr("Measuring this computer");
                            if (card.failed)
                                return Speed.problem.message;
                            return card.inVain ? qsTr("Some speeds stay unknown")
                                : qsTr("How fast it would answer is not known yet");
                        }
                        font.weight: Font.DemiBold
                        wrapMode: Text.Wrap
                    }
                    AppText {
                        objectName: "speedText"
                        Layout.fillWidth: true
                        text: {
                            if (Speed.running)
                                return Speed.progress;
                            if (card.failed)
                                return Speed.problem.hint.length > 0 ? Speed.problem.hint
                                    : qsTr("What was known before is kept.");
                            if (card.inVain)
                                return qsTr("This computer is measured. What keeps a dash would run on a "
                                    + "device that cannot be measured, or is of a kind that Snug "
                                    + "cannot predict.");
                            return qsTr("Tokens a second are computed from how fast this computer reads "
                                + "its memory. Measuring that takes about 20 seconds for each device, "
                                + "uses all processors, and is remembered.");
                        }
                        color: Theme.muted
                        wrapMode: Text.Wrap
                    }
                }
            }
            AppButton {
                objectName: "measureSpeed"
                visible: !Speed.running && !card.failed && !card.inVain
                text: qsTr("Measure this computer")
                onClicked: Speed.measure()
            }
            AppButton {
                objectName: "cancelSpeed"
                visible: Speed.running
                enabled: !Speed.stopping
                text: qsTr("Cancel")
                Accessible.name: qsTr("Cancel the measurement")
                onClicked: Speed.cancel()
            }
            Flow {
                Layout.fillWidth: card.width < Theme.tableFigures
                Layout.preferredWidth: again.implicitWidth + more.room + dismiss.implicitWidth + Theme.space4
                visible: card.failed
                spacing: Theme.space2
                AppButton {
                    id: more
                    readonly property real room: visible ? implicitWidth : 0
                    objectName: "speedDetails"
                    visible: Speed.problem.details.length > 0
                    kind: "quiet"
                    iconName: card.unfolded ? "chevron-down" : "chevron-right"
                    text: qsTr("Details")
                    onClicked: card.unfolded = !card.unfolded
                }
                AppButton {
                    id: again
                    objectName: "measureAgain"
                    text: qsTr("Measure again")
                    onClicked: Speed.measure()
                }
                AppButton {
                    id: dismiss
                    objectName: "dismissSpeed"
                    kind: "quiet"
                    iconName: "x"
                    tip: qsTr("Dismiss")
                    onClicked: Speed.dismissProblem()
                }
            }
        }
        ProgressLine {
            Layout.fillWidth: true
            visible: Speed.running
            value: Speed.fraction
            description: qsTr("Measurement, %1").arg(Speed.progress)
        }
        Details {
            Layout.fillWidth: true
            visible: card.failed && card.unfolded
            text: Speed.problem.details
            onCopied: text => Chat.copyText(text)
        }
    }
}
