// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// An empty conversation: what to do first.
ColumnLayout {
    id: start

    signal folderWanted
    signal demoStarted
    readonly property bool loaded: Engine.state === "ready"

    spacing: Theme.space4
    EmptyState {
        Layout.fillWidth: true
        iconName: "message-square"
        title: {
            if (start.loaded)
                return qsTr("%1 is ready").arg(Engine.modelName);
            return Engine.state === "loading" ? Engine.loadTitle : qsTr("Talk to a model on this computer");
        }
        body: {
            if (!start.loaded)
                return qsTr("Snug Starter, the built-in demo, needs no download and no network. "
                    + "Or add a folder with GGUF files of your own.");
            if (Engine.modelPath !== Library.demoPath)
                return Engine.remote ? qsTr("Write a message below. It is sent to the remote engine.")
                    : qsTr("Write a message below. Nothing leaves this computer.");
            return qsTr("A demo of 4 million parameters: it knows Snug, quantization levels and a "
                + "little small talk. Ask “What is Snug?”");
        }
        AppButton {
            visible: !start.loaded && Engine.state !== "loading"
            objectName: "startDemoButton"
            kind: "primary"
            text: qsTr("Chat with the demo")
            enabled: Library.demoPath.length > 0
            onClicked: {
                Engine.load(Library.demoPath);
                start.demoStarted();
            }
        }
        AppButton {
            visible: !start.loaded && Engine.state !== "loading"
            objectName: "startFolderButton"
            text: qsTr("Add a folder of models")
            onClicked: start.folderWanted()
        }
    }
    Rectangle {
        Layout.fillWidth: true
        visible: !start.loaded && devices.count > 0
        implicitHeight: machine.implicitHeight + 2 * Theme.space3
        radius: Theme.radiusCard
        color: Theme.surface
        border.color: Theme.border
        ColumnLayout {
            id: machine
            anchors {
                left: parent.left
                right: parent.right
                verticalCenter: parent.verticalCenter
                margins: Theme.space4
            }
            spacing: Theme.space1
            AppText {
                text: qsTr("This computer")
                size: Theme.caption
                color: Theme.muted
            }
            Repeater {
                id: devices
                model: Devices.devices
                RowLayout {
                    required property string name
                    required property string kind
                    required property string freeText
                    required property string totalText
                    required property string unitText
                    Layout.fillWidth: true
                    spacing: Theme.space2
                    Icon {
                        name: parent.kind === "cpu" ? "cpu" : "gpu"
                        color: Theme.muted
                    }
                    AppText {
                        Layout.fillWidth: true
                        text: parent.name
                        size: Theme.small
                    }
                    AppText {
                        text: parent.freeText
                        size: Theme.small
                        font.family: Theme.mono
                    }
                    AppText {
                        text: qsTr("of %1 %2 free").arg(parent.totalText).arg(parent.unitText)
                        size: Theme.small
                        color: Theme.muted
                    }
                }
            }
        }
    }
}
