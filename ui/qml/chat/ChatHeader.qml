// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Which model, where it runs, how full the context is.
Item {
    id: header

    property bool listButton: false
    property bool settingsOpen: false
    signal listToggled
    signal settingsToggled
    signal libraryWanted
    signal compareWanted
    signal sheetWanted

    readonly property real used: Chat.contextSize > 0 ? Chat.contextUsed / Chat.contextSize : 0
    implicitHeight: Theme.header

    RowLayout {
        anchors {
            fill: parent
            leftMargin: Theme.space6
            rightMargin: Theme.space4
        }
        spacing: Theme.space3
        AppButton {
            visible: header.listButton
            objectName: "chatListButton"
            kind: "quiet"
            iconName: "panel-left"
            tip: qsTr("Chats")
            Layout.leftMargin: -Theme.space2
            onClicked: header.listToggled()
        }
        ModelPicker {
            Layout.preferredWidth: implicitWidth
            Layout.maximumWidth: Math.max(Theme.columnVerdict, header.width * 0.4)
            onLibraryWanted: header.libraryWanted()
            onSheetWanted: header.sheetWanted()
            onRemoteWanted: remote.begin("", "", "", "")
        }
        VerdictBadge {
            id: badge
            objectName: "badge"
            visible: Engine.state === "ready"
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth
            Layout.minimumWidth: Theme.badgeLeast
            filled: true
            verdict: Engine.badgeVerdict
            text: Engine.badgeText
            Why {
                subject: Engine.badgeText
                text: Engine.badgeWhy.length > 0 ? Engine.badgeWhy : Engine.badgeText
            }
        }
        Icon {
            objectName: "templateMark"
            visible: Load.templateMark.length > 0
            name: "triangle-alert"
            color: Theme.partly
            Why {
                subject: qsTr("Chat template")
                text: Load.templateMark
            }
        }
        Item {
            Layout.fillWidth: true
        }
        RowLayout {
            objectName: "contextGauge"
            visible: Chat.contextSize > 0
            spacing: Theme.space2
            AppText {
                visible: header.width > 700 * Theme.scale
                text: qsTr("Context")
                size: Theme.small
                color: Theme.muted
            }
            ProgressLine {
                visible: header.width > 620 * Theme.scale
                value: header.used
                ink: header.used >= 1 ? Theme.verdictColor("partly") : Theme.accent
                description: qsTr("Context, %1 of %2 tokens").arg(Chat.contextUsed).arg(Chat.contextSize)
            }
            AppText {
                text: header.grouped(Chat.contextUsed)
                size: Theme.small
                color: header.used >= 1 ? Theme.verdictColor("partly") : Theme.text
                font.weight: Font.Medium
            }
            AppText {
                text: qsTr("of %1").arg(header.grouped(Chat.contextSize))
                size: Theme.small
                color: Theme.muted
            }
        }
        AppButton {
            objectName: "compareButton"
            kind: "quiet"
            iconName: "columns-2"
            tip: qsTr("Compare models (Ctrl Shift C)")
            onClicked: header.compareWanted()
        }
        AppButton {
            objectName: "chatSettingsButton"
            kind: "quiet"
            iconName: "sliders-horizontal"
            tip: qsTr("Settings of this chat")
            checkable: true
            checked: header.settingsOpen
            onClicked: header.settingsToggled()
        }
    }

    RemoteDialog {
        id: remote
        onSaved: path => Engine.load(path)
    }

    function grouped(count: int): string {
        return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202F");
    }
}
