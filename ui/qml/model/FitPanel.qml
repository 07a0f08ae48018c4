// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The chosen level on a machine: its memory by part, what can be turned, what would help.
Rectangle {
    id: panel

    property string asked // who wants another machine: "this" or "other"
    // `none`: the words for no machine at all. One that a person described is in the list as long as it is
    // chosen.
    function machines(none: string, machine: string, name: string): var {
        const list = Array.from(Fit.machines);
        if (machine.length > 0 && !list.some(entry => entry.key === machine))
            list.push({
                    "key": machine,
                    "words": name
                });
        list.unshift({
                "key": "",
                "words": none
            });
        list.push({
                "key": "?",
                "words": qsTr("Another machine…")
            });
        return list;
    }

    implicitHeight: column.implicitHeight + 2 * Theme.line
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border

    component Divider: Rectangle {
        Layout.fillWidth: true
        implicitHeight: Theme.line
        color: Theme.border
    }

    CustomMachine {
        id: custom
        onChosen: machine => {
            if (panel.asked === "other")
                Fit.otherMachine = machine;
            else
                Fit.machine = machine;
        }
    }
    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            margins: Theme.line
        }
        spacing: 0
        RowLayout {
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space2
            Layout.preferredHeight: Theme.cardHead
            spacing: Theme.space2
            ElidedText {
                Layout.fillWidth: true
                text: qsTr("%1 on").arg(Fit.selected)
                elide: Text.ElideMiddle
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
            }
            ChoiceButton {
                objectName: "machine"
                enabled: Fit.live
                Layout.maximumWidth: Theme.panelFit * 0.6
                kind: "quiet"
                plain: false
                current: Fit.machine
                choices: panel.machines(qsTr("This computer"), Fit.machine, Fit.machineName)
                Accessible.name: qsTr("Machine: %1").arg(text)
                onChosen: key => {
                    if (key !== "?") {
                        Fit.machine = key;
                        return;
                    }
                    panel.asked = "this";
                    custom.open();
                }
            }
        }
        Divider {
        }
        FieldTrouble {
            objectName: "machineRefusal"
            Layout.fillWidth: true
            Layout.margins: Theme.space4
            Layout.bottomMargin: 0
            problem: Fit.machineRefusal
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.space4
            spacing: Theme.space4
            Repeater {
                model: Fit.memory
                DeviceMemory {
                    required property var modelData
                    Layout.fillWidth: true
                    memory: modelData
                }
            }
        }
        Divider {
            visible: compared.visible
        }
        CompareBlock {
            id: compared
            objectName: "compareBlock"
            visible: Fit.otherMachine.length > 0 && !Fit.otherRefusal.present
            Layout.fillWidth: true
            Layout.margins: Theme.space4
            Layout.topMargin: Theme.space2
        }
        Divider {
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.space4
            Layout.topMargin: Theme.space3
            spacing: Theme.space3
            enabled: Fit.live
            ContextSetting {
                Layout.fillWidth: true
            }
            FitControls {
                Layout.fillWidth: true
            }
            CompanionFiles {
                Layout.fillWidth: true
            }
            FitSuggestions {
                Layout.fillWidth: true
                visible: Fit.suggestions.length > 0 || Fit.hopeless.length > 0
            }
            FieldSelect {
                Layout.fillWidth: true
                name: "compareWith"
                label: qsTr("Compare with")
                why: qsTr("The same levels and the same request on a second machine, beside this one.")
                current: Fit.otherMachine
                shownText: Fit.otherMachine.length > 0 ? Fit.otherName : qsTr("no other machine")
                choices: panel.machines(qsTr("no other machine"), Fit.otherMachine, Fit.otherName)
                onChosen: key => {
                    if (key !== "?") {
                        Fit.otherMachine = key;
                        return;
                    }
                    panel.asked = "other";
                    custom.open();
                }
            }
            FieldTrouble {
                objectName: "otherRefusal"
                Layout.fillWidth: true
                problem: Fit.otherRefusal
            }
        }
    }
}
