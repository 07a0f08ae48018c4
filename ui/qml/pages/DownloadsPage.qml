// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// What is on its way, in its order, and what has arrived.
Page {
    id: page

    title: qsTr("Downloads")
    signal chatWanted(string path)
    signal discoverWanted

    background: null
    Accessible.role: Accessible.Pane
    Accessible.name: title
    header: PageHead {
        title: page.title
        AppButton {
            objectName: "pauseAllButton"
            visible: Downloads.running
            iconName: "pause"
            text: qsTr("Pause all")
            onClicked: Downloads.pauseAll()
        }
        AppButton {
            objectName: "resumeAllButton"
            visible: !Downloads.running && Downloads.activeCount > 0
            iconName: "play"
            text: qsTr("Resume all")
            onClicked: Downloads.resumeAll()
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.space6, Theme.emptyWidth)
        visible: Downloads.activeCount === 0 && Downloads.finishedCount === 0
        iconName: "download"
        title: qsTr("Nothing is being downloaded")
        body: qsTr("A download goes on where it stopped, after a pause, a broken network or a restart.")
        AppButton {
            objectName: "goDiscover"
            text: qsTr("Find a model")
            onClicked: page.discoverWanted()
        }
    }
    ScrollView {
        id: scroll
        anchors.fill: parent
        contentWidth: availableWidth
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ScrollBar.vertical: AppScrollBar {
            parent: scroll
            x: scroll.width - width
            height: scroll.height
        }
        ColumnLayout {
            x: Theme.space6
            width: page.width - 2 * Theme.space6
            spacing: Theme.space4
            DownloadCard {
                objectName: "activeDownloads"
                Layout.fillWidth: true
                visible: Downloads.activeCount > 0
                model: Downloads.active
                delegate: DownloadRow {
                    width: parent ? parent.width : 0
                }
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.space2
                visible: Downloads.finishedCount > 0
                AppText {
                    Layout.fillWidth: true
                    text: qsTr("Finished")
                    font.weight: Font.DemiBold
                    Accessible.role: Accessible.Heading
                }
                AppButton {
                    objectName: "clearFinished"
                    kind: "quiet"
                    compact: true
                    text: qsTr("Clear list")
                    onClicked: Downloads.clearFinished()
                }
            }
            DownloadCard {
                objectName: "finishedDownloads"
                Layout.fillWidth: true
                Layout.bottomMargin: Theme.space5
                visible: Downloads.finishedCount > 0
                model: Downloads.finished
                delegate: FinishedRow {
                    width: parent ? parent.width : 0
                    onChatWanted: page.chatWanted(path)
                }
            }
        }
    }
}
