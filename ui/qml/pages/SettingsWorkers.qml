// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Machines that lend their devices to the engine here: to add one, to remove one.
SettingBlock {
    id: block

    title: qsTr("Devices of other machines")
    note: qsTr("For models that are too big for one machine: start “snug-cli worker” there, and its devices "
        + "take part here, through llama.cpp's RPC.")

    Banner {
        Layout.fillWidth: true
        kind: "partly"
        title: qsTr("Only in a network that you trust")
        body: qsTr("The connection has neither encryption nor a password. Weights and what you write pass "
            + "through it, and whoever reaches the worker can use that machine.")
    }
    Repeater {
        model: Workers.addresses
        RowLayout {
            id: row
            required property int index
            required property string modelData
            Layout.fillWidth: true
            spacing: Theme.space2
            Icon {
                name: "server"
                color: Theme.muted
            }
            ElidedText {
                objectName: "worker." + row.index
                Layout.fillWidth: true
                text: row.modelData
                elide: Text.ElideMiddle
            }
            AppButton {
                objectName: "removeWorker." + row.index
                kind: "quiet"
                iconName: "trash-2"
                tip: qsTr("Remove %1").arg(row.modelData)
                onClicked: Workers.remove(row.modelData)
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space2
        AppTextField {
            id: field
            objectName: "workerAddress"
            Layout.fillWidth: true
            enabled: !Workers.checking
            placeholderText: "192.168.1.20:50052"
            inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoPredictiveText
            Accessible.name: qsTr("Address of a worker")
            onAccepted: Workers.add(text)
        }
        AppButton {
            objectName: "addWorker"
            text: qsTr("Add")
            iconName: "plus"
            Accessible.name: qsTr("Add the worker")
            enabled: field.text.trim().length > 0 && !Workers.checking
            onClicked: Workers.add(field.text)
        }
    }
    AppText {
        objectName: "workerFound"
        Layout.fillWidth: true
        visible: text.length > 0
        text: {
            if (Workers.checking)
                return qsTr("Asking the worker for its devices…");
            return Workers.found.length > 0
                ? qsTr("It lends %1. Models that are loaded from now on can use it.").arg(Workers.found) : "";
        }
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    Banner {
        objectName: "workerProblem"
        Layout.fillWidth: true
        visible: Workers.problem.present
        title: Workers.problem.message
        body: Workers.problem.hint
        details: Workers.problem.details
        closable: true
        onClosed: Workers.beginForm()
        onCopied: text => Chat.copyText(text)
    }
    Connections {
        target: Workers
        function onAdded() {
            field.clear();
        }
    }
}
