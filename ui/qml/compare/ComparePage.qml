// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// One prompt to two or three models: how they are asked above, the answers side by side, one composer below.
Item {
    id: page

    signal pageWanted(string page)

    function focusComposer() {
        composer.focusText();
    }

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Compare")
    onVisibleChanged: Compare.shown = visible

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.header
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space6
            spacing: Theme.space2
            AppButton {
                objectName: "compareBack"
                kind: "quiet"
                iconName: "chevron-left"
                tip: qsTr("Back to the chat")
                onClicked: page.pageWanted("chat")
            }
            AppText {
                Layout.minimumWidth: implicitWidth
                elide: Text.ElideNone
                text: qsTr("Compare")
                size: Theme.title
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
            }
            ElidedText {
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space2
                text: Compare.together ? qsTr("They share this computer, so each is slower than it is alone.")
                    : qsTr("One model is in memory at a time, so each speed is honest.")
                color: Theme.muted
            }
        }
        Flow {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            spacing: Theme.space4
            SegmentedControl {
                objectName: "compareMode"
                enabled: !Compare.busy
                label: qsTr("How the models are asked")
                options: [{
                        "value": "sequence",
                        "text": qsTr("One after another")
                    }, {
                        "value": "together",
                        "text": qsTr("At the same time")
                    }]
                value: Compare.together ? "together" : "sequence"
                onChosen: value => Compare.together = value === "together"
            }
            AppSwitch {
                objectName: "compareBlind"
                height: Theme.control
                enabled: !Compare.begun
                text: qsTr("Blind")
                checked: Compare.blind
                onToggled: Compare.blind = checked
            }
            AppButton {
                objectName: "compareAdd"
                text: qsTr("Add a model")
                iconName: "plus"
                enabled: !Compare.begun && Compare.count < 3
                onClicked: Compare.addColumn()
            }
            AppButton {
                objectName: "compareAnew"
                text: qsTr("New comparison")
                enabled: Compare.begun && !Compare.busy
                onClicked: {
                    Compare.startOver();
                    composer.focusText();
                }
            }
            AppButton {
                objectName: "compareTally"
                kind: "quiet"
                text: qsTr("Tally")
                onClicked: tally.open()
            }
        }
        Flickable {
            id: area

            readonly property int least: Theme.fieldWidth
            readonly property real room: width - 2 * Theme.space6
            readonly property int column: Math.max(least, Math.floor((room - (Compare.count - 1)
                * Theme.space3) / Compare.count))

            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.topMargin: Theme.space3
            contentWidth: row.width + 2 * Theme.space6
            contentHeight: height
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.horizontal: AppScrollBar {
            }
            Row {
                id: row
                x: Theme.space6
                height: area.height
                spacing: Theme.space3
                Repeater {
                    model: Compare.columns
                    ComparePane {
                        width: area.column
                        height: row.height
                        removable: Compare.count > 2 && !Compare.begun
                        onLibraryWanted: page.pageWanted("library")
                    }
                }
            }
        }
        CompareVote {
            Layout.fillWidth: true
            Layout.topMargin: Theme.space3
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
        }
        CompareComposer {
            id: composer
            Layout.fillWidth: true
            Layout.topMargin: Theme.space3
        }
    }
    CompareTallyDialog {
        id: tally
    }
    Connections {
        target: Compare
        function onContinued() {
            page.pageWanted("chat");
        }
    }
    Shortcut {
        sequence: "Escape"
        enabled: page.visible
        onActivated: {
            if (Compare.busy)
                Compare.stop();
            else
                page.pageWanted("chat");
        }
    }
}
