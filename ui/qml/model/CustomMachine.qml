// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A machine that is in no list, by what its box says.
AppDialog {
    id: dialog

    readonly property bool complete: nameField.text.trim().length > 0 && parseFloat(memoryField.text) > 0
    signal chosen(string machine)

    title: qsTr("Another machine")
    onOpened: nameField.forceFocus()

    function finish() {
        if (!complete)
            return;
        const name = nameField.text.trim().replace(/[=,]/g, " ");
        const speed = parseFloat(speedField.text);
        const rate = speed > 0 ? "," + speed + "GB/s" : "";
        dialog.chosen(name + "=" + parseFloat(memoryField.text) + "GiB" + rate);
        dialog.close();
    }

    component Field: ColumnLayout {
        id: field
        property alias text: input.text
        property alias name: input.objectName
        property alias hint: input.placeholderText
        property string label
        property bool number: false
        signal accepted
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        spacing: Theme.space1
        function forceFocus() {
            input.forceActiveFocus(Qt.TabFocusReason);
        }
        AppText {
            Layout.fillWidth: true
            text: field.label
            size: Theme.caption
            color: Theme.muted
        }
        AppTextField {
            id: input
            Layout.fillWidth: true
            inputMethodHints: field.number ? Qt.ImhFormattedNumbersOnly : Qt.ImhNone
            maximumLength: 60
            Accessible.name: field.label
            onAccepted: field.accepted()
        }
    }
    AppText {
        Layout.fillWidth: true
        text: qsTr("Memory decides what fits, bandwidth (how fast it is read) how fast it answers. "
            + "Both stand in the data sheet of the card.")
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    Field {
        id: nameField
        name: "machineName"
        label: qsTr("Name")
        hint: "RTX 4090"
        onAccepted: dialog.finish()
    }
    RowLayout {
        spacing: Theme.space3
        Field {
            id: memoryField
            name: "machineMemory"
            label: qsTr("Memory, GiB")
            hint: "24"
            number: true
            onAccepted: dialog.finish()
        }
        Field {
            id: speedField
            name: "machineBandwidth"
            label: qsTr("Bandwidth, GB/s (if known)")
            hint: "1008"
            number: true
            onAccepted: dialog.finish()
        }
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppButton {
            text: qsTr("Cancel")
            onClicked: dialog.close()
        }
        AppButton {
            objectName: "machineUse"
            kind: "primary"
            text: qsTr("Use this machine")
            enabled: dialog.complete
            onClicked: dialog.finish()
        }
    }
}
