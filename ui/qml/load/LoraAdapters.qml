// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The LoRA adapters beside the model: each to switch, to scale, to remove.
ColumnLayout {
    id: block

    spacing: Theme.space1
    AppText {
        text: qsTr("LoRA adapters")
        font.weight: Font.Medium
    }
    AppText {
        Layout.fillWidth: true
        text: qsTr("What was trained later, beside the weights. One that is loaded can be switched and "
            + "scaled while the model runs; 1 is what it was trained for.")
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    Repeater {
        model: Load.adapters.length // a change of one leaves the focus where it is
        ColumnLayout {
            id: entry
            required property int index
            readonly property var adapter: Load.adapters[index] ?? ({
                    "name": "",
                    "scale": 1,
                    "on": false,
                    "state": ""
                })
            Layout.fillWidth: true
            spacing: 0
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space2
                AppSwitch {
                    objectName: "adapterSwitch." + entry.index
                    Layout.fillWidth: true
                    implicitWidth: 0
                    text: entry.adapter.name
                    checked: entry.adapter.on
                    onToggled: Load.switchAdapter(entry.index, checked)
                }
                AppButton {
                    objectName: "removeAdapter." + entry.index
                    kind: "quiet"
                    compact: true
                    iconName: "x"
                    tip: qsTr("Without %1").arg(entry.adapter.name)
                    onClicked: Load.removeAdapter(entry.index)
                }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space2
                AppSlider {
                    id: slider
                    objectName: "adapterScale." + entry.index
                    Layout.fillWidth: true
                    enabled: entry.adapter.on
                    from: Math.min(0, entry.adapter.scale)
                    to: Math.max(2, entry.adapter.scale)
                    stepSize: 0.05
                    markAt: 1
                    value: entry.adapter.scale
                    Accessible.name: qsTr("Scale of %1").arg(entry.adapter.name)
                    onMoved: Load.scaleAdapter(entry.index, value)
                }
                AppText {
                    text: slider.value.toFixed(2)
                    size: Theme.small
                    font.family: Theme.mono
                    color: entry.adapter.on ? Theme.text : Theme.muted
                }
            }
            AppText {
                objectName: "adapterState." + entry.index
                visible: text.length > 0
                text: entry.adapter.state
                size: Theme.caption
                color: Theme.muted
            }
        }
    }
    AppText {
        objectName: "adapterRefusal"
        Layout.fillWidth: true
        visible: text.length > 0
        text: Load.adapterRefusal
        size: Theme.small
        color: Theme.no
        wrapMode: Text.Wrap
    }
    AppButton {
        objectName: "addLora"
        compact: true
        iconName: "plus"
        text: qsTr("Add an adapter…")
        onClicked: picker.open()
    }
    FilePicker {
        id: picker
        title: qsTr("Choose the file of a LoRA adapter")
        nameFilters: Array.of(qsTr("Model files (*.gguf)"), qsTr("All files (*)"))
        onChosen: file => Load.addAdapter(file)
    }
}
