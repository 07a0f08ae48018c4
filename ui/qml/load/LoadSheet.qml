// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// How the model is loaded, each setting with one line on what it changes, and what that takes of memory.
Item {
    id: sheet

    property bool shown: false
    signal closed

    onShownChanged: {
        if (shown)
            Load.open();
        else
            Load.close();
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.header
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space2
            AppText {
                Layout.fillWidth: true
                text: qsTr("How it is loaded")
                font.weight: Font.DemiBold
            }
            AppButton {
                objectName: "resetLoadButton"
                kind: "quiet"
                compact: true
                text: qsTr("Defaults")
                enabled: !Load.usual
                onClicked: Load.reset()
            }
            AppButton {
                objectName: "closeLoadButton"
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Close")
                onClicked: sheet.closed()
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        ScrollView {
            id: scroll
            objectName: "loadScroll"
            Layout.fillWidth: true
            Layout.fillHeight: true
            contentWidth: availableWidth
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
            ScrollBar.vertical: AppScrollBar {
                parent: scroll
                x: scroll.width - width
                height: scroll.height
            }
            ColumnLayout {
                x: Theme.space4
                width: sheet.width - 2 * Theme.space4
                spacing: Theme.space5
                LoadVerdict {
                    Layout.topMargin: Theme.space4
                    Layout.fillWidth: true
                }
                SettingNumber {
                    objectName: "contextSize"
                    title: qsTr("Context")
                    note: Load.forecast.contextNote
                    from: 0
                    to: 1073741824
                    value: Load.context
                    onChanged: value => Load.context = value
                }
                LoadChoices {
                    objectName: "kvType"
                    title: qsTr("KV cache")
                    note: qsTr("The memory of the conversation. Fewer bits take less of it.")
                    choices: Load.forecast.kvChoices
                    current: Load.kvType
                    onChosen: key => Load.kvType = key
                }
                RowLayout {
                    Layout.fillWidth: true
                    AppText {
                        Layout.fillWidth: true
                        text: qsTr("Its values")
                        Why {
                            subject: qsTr("Its values")
                            text: qsTr("The cache holds keys and values. Keys suffer more from fewer "
                                + "bits, so values alone may have a smaller type.")
                        }
                    }
                    ChoiceButton {
                        objectName: "valueType"
                        plain: false
                        current: Load.valueType
                        choices: Array.of({
                                "key": "",
                                "words": qsTr("as the keys")
                            }).concat(Array.from(Load.kvTypes).map(type => ({
                                        "key": type,
                                        "words": type
                                    })))
                        Accessible.name: qsTr("Type of the values, %1").arg(text)
                        onChosen: key => Load.valueType = key
                    }
                }
                LoadChoices {
                    objectName: "flashAttention"
                    title: qsTr("Flash attention")
                    note: qsTr("Attention in one fused step: less memory, and mostly faster. Automatic takes "
                        + "it where the device can.")
                    choices: Load.forecast.flashChoices
                    current: Load.flashAttention
                    onChosen: key => Load.flashAttention = key
                }
                SettingNumber {
                    objectName: "gpuLayers"
                    title: qsTr("GPU layers")
                    note: Load.forecast.layersNote
                    from: -1
                    to: 100000
                    value: Load.gpuLayers
                    onChanged: value => Load.gpuLayers = value
                }
                LoraAdapters {
                    Layout.fillWidth: true
                }
                DraftModel {
                    Layout.fillWidth: true
                }
                ChatTemplate {
                    Layout.fillWidth: true
                    Layout.bottomMargin: Theme.space4
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            visible: foot.visible
            color: Theme.border
        }
        ColumnLayout {
            id: foot
            visible: !Load.loaded || Load.differences.length > 0
            Layout.fillWidth: true
            Layout.margins: Theme.space4
            Layout.topMargin: Theme.space3
            spacing: Theme.space2
            AppText {
                objectName: "loadDifferences"
                Layout.fillWidth: true
                visible: Load.differences.length > 0
                text: qsTr("Differs from what is loaded: %1.").arg(Array.from(Load.differences).join(", "))
                size: Theme.small
                wrapMode: Text.Wrap
            }
            AppButton {
                objectName: "applyLoadButton"
                Layout.fillWidth: true
                kind: "primary"
                text: Load.loaded ? qsTr("Reload with these") : qsTr("Load %1").arg(Engine.modelName)
                enabled: Load.possible && Engine.state !== "stopping"
                onClicked: Load.apply()
            }
        }
    }
}
