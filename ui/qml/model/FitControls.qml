// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What can be turned besides the context.
GridLayout {
    id: controls

    readonly property var answer: Fit.answer

    columns: 2
    columnSpacing: Theme.space3
    rowSpacing: Theme.space3


    function numbers(most: int, first: string): var {
        const list = first.length > 0 ? [{
                "key": "-1",
                "words": first
            }] : [];
        for (let n = most; n >= 0; --n)
            list.push({
                    "key": String(n),
                    "words": String(n)
                });
        return list;
    }

    FieldSelect {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        name: "kvType"
        label: qsTr("KV cache")
        why: qsTr("The memory of the conversation. Fewer bits take less room; "
            + "at q4_0 long texts may lose details.")
        current: Fit.kvType
        choices: [{
                "key": "f16",
                "words": qsTr("f16, full")
            }, {
                "key": "q8_0",
                "words": qsTr("q8_0, about half")
            }, {
                "key": "q5_1",
                "words": qsTr("q5_1, about a third")
            }, {
                "key": "q4_0",
                "words": qsTr("q4_0, about a quarter")
            }]
        onChosen: key => Fit.kvType = key
    }
    FieldSelect {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        name: "gpuLayers"
        visible: Fit.hasGpu
        label: qsTr("Layers on the GPU")
        why: qsTr("A model is a stack of layers. What is not on the GPU runs on the processor, "
            + "which is slower. “auto” puts as many there as fit.")
        current: String(Fit.gpuLayers)
        readonly property int found: controls.answer.gpuLayers ?? 0
        shownText: Fit.gpuLayers < 0 ? qsTr("auto: %1 of %2").arg(found).arg(Fit.layers)
            : qsTr("%1 of %2").arg(Fit.gpuLayers).arg(Fit.layers)
        choices: controls.numbers(Fit.layers, qsTr("auto, as many as fit"))
        onChosen: key => Fit.gpuLayers = parseInt(key)
    }
    FieldSelect {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        name: "parallel"
        label: qsTr("Conversations at once")
        why: qsTr("Each has a context of its own, and a KV cache with it.")
        current: String(Fit.parallel)
        shownText: String(Fit.parallel)
        choices: Array.of(1, 2, 3, 4, 6, 8, 12, 16, 32, 64).map(n => ({
                        "key": String(n),
                        "words": String(n)
                    }))
        onChosen: key => Fit.parallel = parseInt(key)
    }
    FieldSelect {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        name: "cpuMoe"
        visible: Fit.hasExperts
        label: qsTr("Experts in main memory")
        why: qsTr("A mixture of experts uses a few of many experts for each token. Those of so many "
            + "layers may wait in main memory: it saves GPU memory and costs some speed.")
        current: String(Fit.cpuMoe)
        shownText: Fit.cpuMoe === 0 ? qsTr("of no layer") : qsTr("of %1 layers").arg(Fit.cpuMoe)
        choices: controls.numbers(Fit.layers, "")
        onChosen: key => Fit.cpuMoe = parseInt(key)
    }
    FieldSelect {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        name: "device"
        visible: Fit.devices.length > 0 && Fit.machine.length === 0
        label: qsTr("Devices")
        why: qsTr("Which processors may take part.")
        current: Fit.device
        choices: Fit.devices
        onChosen: key => Fit.device = key
    }
}
