// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What the engine does, always in words.
Item {
    implicitHeight: Theme.statusLine

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space4
        spacing: Theme.gap
        Icon {
            name: Engine.remote ? "server" : "gpu"
            size: Theme.iconSmall
            color: Theme.muted
        }
        AppText {
            objectName: "statusModel"
            visible: Engine.state === "ready"
            Layout.maximumWidth: parent.width * 0.4
            text: Engine.modelName
            size: Theme.caption
            font.weight: Font.DemiBold
        }
        AppText {
            objectName: "statusText"
            Layout.fillWidth: Engine.state !== "loading"
            text: ({
                    none: Compare.inMemory > 0 ? qsTr("No model in the chat") : qsTr("No model loaded"),
                    loading: Engine.loadTitle,
                    failed: qsTr("The engine stopped"),
                    stopping: qsTr("Unloading")
                })[Engine.state] ?? Engine.statusText
            size: Theme.caption
            color: Engine.state === "ready" ? Theme.text : Theme.muted
        }
        ProgressLine {
            visible: Engine.state === "loading"
            implicitHeight: Theme.space1
            value: Engine.loadProgress
            description: Engine.loadTitle
            Layout.leftMargin: Theme.space2
        }
        Item {
            Layout.fillWidth: true
            visible: Engine.state === "loading"
        }
        AppText {
            objectName: "statusCompare"
            visible: Compare.inMemory > 0
            text: Compare.inMemory === 1 ? qsTr("Comparison: 1 model in memory")
                : qsTr("Comparison: %1 models in memory").arg(Compare.inMemory)
            size: Theme.caption
        }
        Icon {
            visible: ConvertJobs.summary.length > 0
            name: "repeat-2"
            size: Theme.iconSmall
            color: Theme.muted
        }
        AppText {
            objectName: "statusConvert"
            visible: ConvertJobs.summary.length > 0
            Layout.maximumWidth: parent.width * 0.3
            text: ConvertJobs.summary
            size: Theme.caption
            elide: Text.ElideMiddle
        }
        ProgressLine {
            visible: ConvertJobs.summary.length > 0
            implicitHeight: Theme.space1
            value: ConvertJobs.fraction
            description: ConvertJobs.summary
        }
        Icon {
            visible: Downloads.running
            name: "download"
            size: Theme.iconSmall
            color: Theme.muted
        }
        AppText {
            objectName: "statusDownload"
            visible: Downloads.running
            Layout.maximumWidth: parent.width * 0.3
            text: Downloads.summary
            size: Theme.caption
            elide: Text.ElideMiddle
        }
        ProgressLine {
            visible: Downloads.running
            implicitHeight: Theme.space1
            value: Downloads.fraction
            description: Downloads.summary
        }
    }
}
