// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What it will be and what it will take, before anything is written.
ConvertColumn {
    id: card

    readonly property var fit: Convert.fit
    readonly property var answer: fit.answer
    readonly property var cast: Convert.forecast
    readonly property bool known: (cast.size ?? "").length > 0
    // Where the model would be: the device that holds most of it.
    readonly property var device: {
        let most = null;
        for (const one of Array.from(fit.memory)) {
            if (!one.beside && one.used > 0 && (most === null || one.used > most.used))
                most = one;
        }
        return most;
    }

    readonly property var parts: ({
            "weights": qsTr("Weights"),
            "kv_cache": qsTr("KV cache"),
            "compute": qsTr("Compute"),
            "overhead": qsTr("Overhead")
        })

    title: qsTr("Forecast")
    foot: qsTr("One pass, no file in between. Nothing stands under its final name until it is complete.")
    verdict: known ? answer.verdict ?? "" : ""
    note: known ? answer.verdictText ?? "" : qsTr("nothing is chosen")

    Flow {
        Layout.fillWidth: true
        visible: card.known
        spacing: Theme.space4
        component Figure: Column {
            id: figure
            property string value
            property string unit
            property string caption
            property string why
            visible: value.length > 0
            Row {
                spacing: Theme.gap
                AppText {
                    id: number
                    text: figure.value
                    size: Theme.figure
                    font.weight: Font.DemiBold
                }
                AppText {
                    text: figure.unit
                    anchors.baseline: number.baseline
                    color: Theme.muted
                }
            }
            AppText {
                text: figure.caption
                size: Theme.caption
                color: Theme.muted
                Why {
                    subject: figure.value + " " + figure.unit
                    text: figure.why
                }
            }
        }
        Figure {
            objectName: "forecastSize"
            value: card.cast.size ?? ""
            unit: card.cast.sizeUnit ?? ""
            caption: card.cast.sizeNote ?? ""
        }
        Figure {
            objectName: "forecastSpeed"
            value: card.answer.speed ?? ""
            unit: qsTr("tokens/s")
            caption: card.answer.range ?? ""
            why: card.answer.speedWhy ?? ""
        }
    }
    Rectangle {
        Layout.fillWidth: true
        visible: card.known && card.device !== null
        implicitHeight: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: card.known && card.device !== null
        spacing: Theme.space2
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space2
            ElidedText {
                Layout.fillWidth: true
                readonly property bool host: card.device?.host ?? false
                readonly property string place: host ? qsTr("Main memory") : card.device?.name ?? ""
                text: qsTr("%1 at %2 context").arg(place).arg(card.fit.contextText)
                size: Theme.small
            }
            AppText {
                text: card.device?.usedText ?? ""
                size: Theme.small
                font.family: Theme.mono
            }
        }
        MemoryBar {
            Layout.fillWidth: true
            implicitHeight: Theme.barTable
            total: card.device ? Math.max(card.device.free, card.device.used) : 0
            parts: card.device ? Array.from(card.device.parts).map((bytes, index) => ({
                            "bytes": bytes,
                            "color": Theme.memoryParts[index]
                        })) : []
            description: qsTr("Memory by part")
        }
        Flow {
            Layout.fillWidth: true
            spacing: Theme.space3
            Repeater {
                model: card.device?.lines ?? []
                Row {
                    id: part
                    required property var modelData
                    spacing: Theme.gap
                    Rectangle {
                        width: Theme.swatch
                        height: Theme.swatch
                        radius: Theme.radiusTiny
                        color: Theme.memoryColor(part.modelData.part)
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    AppText {
                        text: (card.parts[part.modelData.part] ?? part.modelData.label) + " "
                            + part.modelData.figure
                        size: Theme.caption
                        color: Theme.muted
                    }
                }
            }
            AppText {
                visible: (card.device?.free ?? 0) > 0
                readonly property string rest: card.device?.leftText ?? ""
                text: card.device?.lacking ? qsTr("lacks %1").arg(rest) : qsTr("%1 stay free").arg(rest)
                size: Theme.caption
                color: card.device?.lacking ? Theme.no : Theme.muted
            }
        }
    }
    Rectangle {
        Layout.fillWidth: true
        visible: card.known
        implicitHeight: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: card.known
        spacing: Theme.space2
        ConvertLine {
            objectName: "forecastDownload"
            Layout.fillWidth: true
            label: qsTr("To download")
            value: card.cast.download ?? ""
            why: qsTr("The weights of the repository. What is in the Hugging Face cache already is not "
                + "fetched again.")
        }
        ConvertLine {
            objectName: "forecastTime"
            Layout.fillWidth: true
            label: qsTr("Time to make it")
            value: card.cast.time ?? ""
            why: card.cast.timeWhy ?? ""
            strong: true
        }
        ConvertLine {
            Layout.fillWidth: true
            label: qsTr("Continues at")
            value: card.cast.resumed ?? ""
            why: qsTr("So much is left of an earlier attempt and is used.")
        }
    }
    Rectangle {
        Layout.fillWidth: true
        visible: card.known
        implicitHeight: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: card.known
        spacing: Theme.space2
        ConvertLine {
            Layout.fillWidth: true
            label: qsTr("Working memory")
            value: card.cast.memory ?? ""
            why: qsTr("What it needs beside the weights, which stay on the disk and are read as they are "
                + "needed.")
        }
        ConvertLine {
            objectName: "forecastDisk"
            Layout.fillWidth: true
            readonly property bool lacks: (card.cast.lacking ?? "").length > 0
            label: lacks ? qsTr("Disk lacks") : qsTr("Disk, free")
            value: lacks ? card.cast.lacking : card.cast.disk ?? ""
            ink: lacks ? Theme.no : Theme.text
        }
    }
}
