// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The servers that somebody added: to change, to remove, to add one.
SettingBlock {
    id: block

    title: qsTr("Remote engines")
    note: qsTr("Servers on other machines that answer in place of this computer. A chat with one of them is "
        + "marked, and what you write there leaves this computer.")

    Repeater {
        model: Remotes.model
        RowLayout {
            id: row
            required property string engineId
            required property string name
            required property string host
            required property string address
            required property string modelId
            required property bool encrypted
            required property bool loopback

            Layout.fillWidth: true
            spacing: Theme.space2
            Icon {
                name: "server"
                color: Theme.muted
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText {
                    Layout.fillWidth: true
                    text: row.name
                    elide: Text.ElideRight
                }
                AppText {
                    Layout.fillWidth: true
                    text: {
                        const parts = row.name === row.host ? [row.modelId] : [row.modelId, row.host];
                        if (!row.encrypted && !row.loopback)
                            parts.push(qsTr("not encrypted"));
                        return parts.join(" · ");
                    }
                    size: Theme.small
                    color: Theme.muted
                    elide: Text.ElideMiddle
                }
            }
            AppButton {
                objectName: "editRemote." + row.name
                kind: "quiet"
                iconName: "pencil"
                tip: qsTr("Change %1").arg(row.name)
                onClicked: dialog.begin(row.engineId, row.name === row.host ? "" : row.name, row.address,
                    row.modelId)
            }
            AppButton {
                objectName: "removeRemote." + row.name
                kind: "quiet"
                iconName: "trash-2"
                tip: qsTr("Remove %1 and its key").arg(row.name)
                onClicked: Remotes.remove(row.engineId)
            }
        }
    }
    AppButton {
        objectName: "settingsAddRemote"
        text: qsTr("Add remote engine")
        iconName: "plus"
        onClicked: dialog.begin("", "", "", "")
    }
    RemoteDialog {
        id: dialog
    }
}
