// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// One repository: the levels in it, which one suits this computer, and what its makers write of it.
Item {
    id: panel

    property string chosen // the label that the person picked; empty: the suggested one
    readonly property string level: chosen.length > 0 ? chosen : Repository.suggested
    readonly property string downloadState: {
        const count = Downloads.activeCount + Downloads.finishedCount; // asks again when the list changes
        return count > 0 ? Downloads.stateOf(Repository.repository, Repository.commit, level) : "";
    }
    signal downloadsWanted
    signal modelWanted(string label)
    signal tokenWanted

    Connections {
        target: Repository
        function onChanged() {
            if (Repository.state === "loading")
                panel.chosen = "";
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.space6
            Layout.rightMargin: Theme.space4
            Layout.bottomMargin: Theme.space2
            AppText {
                Layout.fillWidth: true
                text: Repository.repository.split("/").pop()
                size: Theme.title
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
            }
            AppButton {
                objectName: "closeRepository"
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Close")
                onClicked: Repository.close()
            }
        }
        ScrollView {
            id: scroll
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
                x: Theme.space6
                width: panel.width - 2 * Theme.space6
                spacing: Theme.space4
                AppText {
                    Layout.fillWidth: true
                    readonly property string maker: Repository.repository.split("/")[0]
                    text: Repository.facts.length > 0 ? maker + " · " + Repository.facts : maker
                    size: Theme.small
                    color: Theme.muted
                    wrapMode: Text.Wrap
                }
                Banner {
                    objectName: "gatedBanner"
                    Layout.fillWidth: true
                    visible: Repository.state === "ready" && Repository.gated !== "no"
                    kind: "partly"
                    title: qsTr("Its makers want to be asked")
                    body: qsTr("Request access on its page, then download with the token of that account.")
                    actionText: qsTr("Open its page")
                    actionName: "openRepositoryPage"
                    onActed: Qt.openUrlExternally(Repository.page)
                    secondText: Account.state === "none" ? qsTr("Enter a token") : ""
                    secondName: "enterToken"
                    onSecondActed: panel.tokenWanted()
                }
                Banner {
                    objectName: "repositoryBanner"
                    Layout.fillWidth: true
                    visible: Repository.problem.present
                    title: Repository.problem.message
                    body: Repository.problem.hint
                    details: Repository.problem.details
                    actionText: qsTr("Try again")
                    actionName: "repositoryRetry"
                    onActed: Repository.reload()
                    onCopied: text => Chat.copyText(text)
                }
                Column {
                    visible: Repository.state === "loading"
                    spacing: Theme.space4
                    Repeater {
                        model: 4
                        Skeleton {
                            required property int index
                            width: Theme.skeletonWidth * (1.5 - (index % 3) / 4)
                        }
                    }
                }
                LevelList {
                    Layout.fillWidth: true
                    visible: Repository.state === "ready"
                    chosen: panel.level
                    suggested: Repository.suggested
                    onPicked: label => panel.chosen = label
                }
                AppText {
                    Layout.fillWidth: true
                    visible: text.length > 0
                    text: Repository.notes
                    size: Theme.caption
                    lineHeight: Theme.lineHeight(Theme.caption)
                    color: Theme.muted
                    wrapMode: Text.Wrap
                }
                Rectangle {
                    Layout.fillWidth: true
                    visible: card.source.length > 0
                    implicitHeight: Theme.line
                    color: Theme.border
                }
                AnswerText {
                    id: card
                    Layout.fillWidth: true
                    Layout.bottomMargin: Theme.space6
                    name: "card"
                    source: Repository.card
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            visible: actions.visible
            implicitHeight: Theme.line
            color: Theme.border
        }
        RowLayout {
            id: actions
            Layout.margins: Theme.space4
            visible: Repository.state === "ready"
            spacing: Theme.space2
            AppButton {
                objectName: "downloadButton"
                Layout.fillWidth: true
                visible: panel.level.length > 0 && (panel.downloadState === ""
                    || panel.downloadState === "paused" || panel.downloadState === "failed")
                kind: "primary"
                iconName: "download"
                text: panel.downloadState === "" ? qsTr("Download %1").arg(panel.level)
                    : qsTr("Resume %1").arg(panel.level)
                onClicked: Downloads.add(Repository.repository, Repository.commit, panel.level,
                    Repository.repository.split("/").pop())
            }
            AppButton {
                objectName: "openDownloads"
                Layout.fillWidth: true
                visible: panel.level.length > 0 && !(panel.downloadState === ""
                    || panel.downloadState === "paused" || panel.downloadState === "failed")
                iconName: panel.downloadState === "done" ? "check" : "download"
                text: panel.downloadState === "done" ? qsTr("Downloaded") : qsTr("Show the download")
                onClicked: panel.downloadsWanted()
            }
            AppButton {
                objectName: "openModel"
                text: qsTr("Levels and fit")
                onClicked: panel.modelWanted(panel.chosen)
            }
        }
    }
}
