// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What is known of a model: why it fits or not, its memory by part, its facts; or why it cannot be read.
Rectangle {
    id: detail

    required property string path
    required property var record
    required property bool isDemo
    required property bool convertible // whole weights, of which other levels can be made
    required property string where
    required property string architecture
    required property string parametersText
    required property string contextText
    required property string verdictWhy
    required property var memoryParts
    required property string problemMessage
    required property string problemHint
    required property string problemDetails
    signal modelWanted
    signal convertWanted
    readonly property double memoryTotal: {
        let sum = 0;
        for (const part of detail.memoryParts)
            sum += part.bytes;
        return sum;
    }
    readonly property var partColors: ({
            "weights": Theme.memoryWeights,
            "kv_cache": Theme.memoryKvCache,
            "compute": Theme.memoryCompute,
            "overhead": Theme.memoryOverhead
        })
    readonly property var partWords: ({
            "weights": qsTr("weights"),
            "kv_cache": qsTr("KV cache"),
            "compute": qsTr("compute"),
            "overhead": qsTr("overhead")
        })

    implicitHeight: column.implicitHeight + 2 * Theme.space4
    color: Theme.background

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            margins: Theme.space4
        }
        spacing: Theme.space3

        Banner {
            Layout.fillWidth: true
            visible: detail.problemMessage.length > 0
            title: detail.problemMessage
            body: detail.problemHint
            details: detail.problemDetails
            onCopied: text => Chat.copyText(text)
        }
        AppText {
            Layout.fillWidth: true
            visible: text.length > 0 && text !== detail.problemMessage
            text: detail.verdictWhy
            wrapMode: Text.Wrap
        }
        MemoryBar {
            Layout.fillWidth: true
            visible: detail.memoryTotal > 0
            total: detail.memoryTotal
            parts: Array.from(detail.memoryParts).map(part => ({
                            "bytes": part.bytes,
                            "color": detail.partColors[part.part]
                        }))
            description: qsTr("Memory by part")
        }
        Flow {
            Layout.fillWidth: true
            visible: detail.memoryTotal > 0
            spacing: Theme.space4
            Repeater {
                model: detail.memoryParts
                Row {
                    id: legend
                    required property var modelData
                    spacing: Theme.gap
                    Rectangle {
                        width: Theme.swatch
                        height: Theme.swatch
                        radius: Theme.radiusTiny
                        color: detail.partColors[legend.modelData.part]
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    AppText {
                        text: detail.partWords[legend.modelData.part] + " · " + legend.modelData.device
                        size: Theme.small
                        color: Theme.muted
                    }
                    AppText {
                        text: legend.modelData.text
                        size: Theme.small
                        font.family: Theme.mono
                    }
                }
            }
        }
        Flow {
            Layout.fillWidth: true
            spacing: Theme.space6
            Repeater {
                model: [{
                        "label": qsTr("Architecture"),
                        "value": detail.architecture
                    }, {
                        "label": qsTr("Parameters"),
                        "value": detail.parametersText
                    }, {
                        "label": qsTr("Trained context"),
                        "value": detail.contextText
                    }, {
                        "label": qsTr("Folder"),
                        "value": detail.where
                    }]
                Row {
                    required property var modelData
                    visible: modelData.value.length > 0
                    spacing: Theme.gap
                    AppText {
                        text: parent.modelData.label
                        size: Theme.small
                        color: Theme.muted
                    }
                    AppText {
                        text: parent.modelData.value
                        size: Theme.small
                    }
                }
            }
        }
        LibraryOrigin {
            Layout.fillWidth: true
            visible: detail.record.origin.length > 0
            record: detail.record
        }
        Flow {
            Layout.fillWidth: true
            visible: detail.problemMessage.length === 0
            spacing: Theme.space2
            AppButton {
                objectName: "openModel"
                compact: true
                iconName: "sliders-horizontal"
                text: qsTr("Levels and fit")
                onClicked: detail.modelWanted()
            }
            AppButton {
                objectName: "convertFile"
                visible: detail.convertible
                compact: true
                iconName: "repeat-2"
                text: qsTr("Convert…")
                onClicked: detail.convertWanted()
            }
        }
        LibraryFileActions {
            Layout.fillWidth: true
            visible: !detail.isDemo
            path: detail.path
            record: detail.record
        }
        AppText {
            Layout.fillWidth: true
            text: detail.path
            size: Theme.caption
            font.family: Theme.mono
            color: Theme.muted
            elide: Text.ElideMiddle
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
}
