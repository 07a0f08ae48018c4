// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One level under way: how far, how fast, and what it waits for. Alt with the arrows changes its place.
Item {
    id: row

    required property int index
    required property string downloadId
    required property string name
    required property string label
    required property string state
    required property string statusText
    required property string amountText
    required property string paceText
    required property real fraction
    required property bool waiting
    required property string hint
    readonly property bool failed: state === "failed"

    objectName: "download." + index
    implicitHeight: column.implicitHeight + 2 * Theme.space3
    activeFocusOnTab: true
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2, %3, %4").arg(name).arg(label).arg(statusText).arg(amountText)
    Accessible.focusable: true
    Keys.onPressed: event => {
        const step = event.key === Qt.Key_Up ? -1 : event.key === Qt.Key_Down ? 1 : 0;
        event.accepted = step !== 0 && (event.modifiers & Qt.AltModifier);
        if (event.accepted)
            Downloads.move(row.downloadId, row.index + step);
    }

    FocusRing {
        visible: row.activeFocus
        offset: -6
    }
    Rectangle {
        visible: row.index > 0
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: buttons.left
            verticalCenter: parent.verticalCenter
            leftMargin: Theme.space4
            rightMargin: Theme.space4
        }
        spacing: 0
        RowLayout {
            spacing: Theme.space2
            AppText {
                Layout.maximumWidth: column.width * 0.6
                text: row.name
                font.weight: Font.Medium
                elide: Text.ElideMiddle
            }
            AppText {
                Layout.fillWidth: true
                text: row.label
                size: Theme.small
                color: Theme.muted
            }
            AppText {
                text: row.amountText
                size: Theme.small
                font.family: Theme.mono
            }
        }
        RowLayout {
            spacing: Theme.gap
            Icon {
                visible: row.failed || row.waiting
                name: row.failed ? "circle-alert" : "wifi-off"
                size: Theme.iconSmall
                color: row.failed ? Theme.no : Theme.cpu
            }
            AppText {
                objectName: "downloadStatus." + row.index
                Layout.fillWidth: true
                text: row.failed && row.hint.length > 0 ? row.statusText + " " + row.hint : row.statusText
                size: Theme.small
                color: row.failed ? Theme.no : row.waiting ? Theme.cpu : Theme.muted
                wrapMode: Text.Wrap
            }
            AppText {
                text: row.paceText
                size: Theme.small
                color: Theme.muted
            }
        }
        ProgressLine {
            Layout.fillWidth: true
            Layout.topMargin: Theme.space2
            visible: row.state !== "queued" || row.fraction > 0
            value: row.fraction
            description: qsTr("Download of %1").arg(row.name)
            ink: row.failed ? Theme.no : row.state === "running" && !row.waiting ? Theme.accent : Theme.muted
        }
    }
    RowLayout {
        id: buttons
        anchors {
            right: parent.right
            rightMargin: Theme.space3
            verticalCenter: parent.verticalCenter
        }
        spacing: Theme.space1
        AppButton {
            objectName: "pauseDownload." + row.index
            visible: row.state === "running" || row.state === "queued"
            kind: "quiet"
            compact: true
            iconName: "pause"
            tip: qsTr("Pause %1").arg(row.name)
            onClicked: Downloads.pause(row.downloadId)
        }
        AppButton {
            objectName: "resumeDownload." + row.index
            visible: row.state === "paused" || row.failed
            compact: true
            text: qsTr("Resume")
            onClicked: Downloads.resume(row.downloadId)
        }
        AppButton {
            objectName: "cancelDownload." + row.index
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("Cancel and delete what was fetched of %1").arg(row.name)
            onClicked: Downloads.cancel(row.downloadId)
        }
    }
}
