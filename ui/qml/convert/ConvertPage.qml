// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// From the weights as their makers published them to exactly the file that is wanted: source, recipe,
// forecast; below, what is being made and what is made.
Page {
    id: page

    readonly property var fit: Convert.fit
    readonly property bool wide: width >= Theme.wide - Theme.rail - Theme.line
    readonly property bool ready: Convert.state === "ready"
    readonly property string obstacle: Convert.problem.present ? "" : Convert.obstacle // the banner says it
    readonly property bool troubled: Convert.state === "error" || Convert.state === "offline"
    signal chatWanted(string path)
    signal discoverWanted
    signal tokenWanted

    title: qsTr("Convert")
    background: null
    Accessible.role: Accessible.Pane
    Accessible.name: title
    header: PageHead {
        title: page.title
        note: page.wide ? page.obstacle : ""
        noteName: "convertObstacle"
        AppButton {
            id: other
            objectName: "convertOther"
            visible: Convert.state !== "none"
            iconName: "folder-open"
            text: qsTr("Other source")
            Accessible.role: Accessible.ButtonMenu
            onClicked: menu.popup(other, 0, other.height + Theme.space1)
            AppMenu {
                id: menu
                AppMenuItem {
                    objectName: "convertOtherFolder"
                    text: qsTr("A folder…")
                    iconName: "folder-open"
                    onTriggered: folders.open()
                }
                AppMenuItem {
                    objectName: "convertOtherFile"
                    text: qsTr("A GGUF file…")
                    iconName: "hard-drive"
                    onTriggered: files.open()
                }
                AppMenuItem {
                    text: qsTr("From the Hub")
                    iconName: "compass"
                    onTriggered: page.discoverWanted()
                }
                AppMenuItem {
                    objectName: "convertNone"
                    text: qsTr("None")
                    iconName: "x"
                    onTriggered: Convert.close()
                }
            }
        }
        AppButton {
            objectName: "convertStart"
            visible: page.ready
            kind: "primary"
            iconName: "wand-sparkles"
            text: Convert.action
            enabled: Convert.canStart
            onClicked: Convert.start()
        }
    }

    PathPicker {
        id: folders
        title: qsTr("Choose a folder with a checkpoint")
        onChosen: folder => Convert.open(folder)
    }
    FilePicker {
        id: files
        title: qsTr("Choose a GGUF file with 16 bits")
        nameFilters: Array.of(qsTr("Model files (*.gguf)"), qsTr("All files (*)"))
        onChosen: file => Convert.open(file)
    }

    // What the keyboard comes to is seen.
    readonly property Item focusItem: page.visible ? page.Window.activeFocusItem : null
    onFocusItemChanged: {
        let item = page.focusItem;
        while (item && item !== column)
            item = item.parent;
        if (!item || page.focusItem.height > page.height / 2)
            return;
        const flickable = scroll.contentItem as Flickable;
        const top = page.focusItem.mapToItem(column, 0, 0).y;
        if (top < flickable.contentY)
            flickable.contentY = Math.max(0, top - Theme.row);
        else if (top + page.focusItem.height > flickable.contentY + flickable.height)
            flickable.contentY = top + page.focusItem.height - flickable.height + Theme.space4;
    }

    ScrollView {
        id: scroll
        anchors.fill: parent
        contentWidth: availableWidth
        contentHeight: column.implicitHeight + Theme.space5
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ScrollBar.vertical: AppScrollBar {
            parent: scroll
            x: scroll.mirrored ? 0 : scroll.width - width
            height: scroll.height
        }
        ColumnLayout {
            id: column
            x: Theme.space6
            width: page.width - 2 * Theme.space6
            spacing: Theme.space4
            Banner {
                objectName: "convertRefused"
                Layout.fillWidth: true
                visible: Convert.refused.length > 0
                kind: "partly"
                title: Convert.refused
                body: qsTr("Drop a folder with config.json and safetensors, or a GGUF file with 16 bits.")
            }
            Banner {
                objectName: "convertProblem"
                Layout.fillWidth: true
                visible: page.ready && Convert.problem.present
                title: Convert.problem.message
                body: Convert.problem.hint
                details: Convert.problem.details
                actionText: qsTr("Check again")
                actionName: "convertCheckAgain"
                onActed: Convert.checkAgain()
                onCopied: text => Chat.copyText(text)
            }
            Banner {
                objectName: "convertFitProblem"
                Layout.fillWidth: true
                visible: page.ready && page.fit.problem.present
                title: page.fit.problem.message
                body: qsTr("The figures below are those of before. Press Start again to compute them anew.")
                details: page.fit.problem.details
                actionText: qsTr("Start again")
                actionName: "convertStartAgain"
                onActed: page.fit.reload()
                onCopied: text => Chat.copyText(text)
            }
            AppText {
                objectName: "convertObstacleBelow"
                Layout.fillWidth: true
                visible: !page.wide && text.length > 0
                text: page.obstacle
                color: Theme.muted
                wrapMode: Text.Wrap
            }
            ConvertStart {
                Layout.alignment: Qt.AlignHCenter
                Layout.preferredWidth: Math.min(column.width, Theme.formWidth)
                Layout.maximumWidth: Theme.formWidth
                Layout.topMargin: ConvertJobs.activeCount + ConvertJobs.finishedCount > 0 ? Theme.space8
                    : page.height / 5
                Layout.bottomMargin: Theme.space8
                visible: Convert.state === "none"
                onFolderWanted: folders.open()
                onFileWanted: files.open()
                onDiscoverWanted: page.discoverWanted()
            }
            EmptyState {
                Layout.alignment: Qt.AlignHCenter
                Layout.preferredWidth: Math.min(column.width, Theme.formWidth)
                Layout.maximumWidth: Theme.formWidth
                Layout.topMargin: page.height / 6
                Layout.bottomMargin: Theme.space8
                visible: page.troubled
                iconName: Convert.state === "offline" ? "wifi-off" : "circle-alert"
                title: page.fit.problem.message
                body: page.fit.problem.hint
                AppButton {
                    objectName: "convertRetry"
                    iconName: "refresh-cw"
                    text: qsTr("Try again")
                    onClicked: page.fit.reload()
                }
                AppButton {
                    objectName: "convertToken"
                    visible: page.fit.problem.kind === "auth"
                    text: qsTr("Enter a token")
                    onClicked: page.tokenWanted()
                }
            }
            Details {
                Layout.fillWidth: true
                visible: page.troubled && text.length > 0
                text: page.fit.problem.details
                onCopied: text => Chat.copyText(text)
            }
            ConvertSkeleton {
                Layout.fillWidth: true
                visible: Convert.state === "loading"
                wide: page.wide
                stage: page.fit.stage
            }
            GridLayout {
                objectName: "convertColumns"
                Layout.fillWidth: true
                visible: page.ready
                columns: page.wide ? 5 : 1
                columnSpacing: Theme.inset
                rowSpacing: Theme.space4
                ConvertSource {
                    Layout.fillWidth: !page.wide
                    Layout.fillHeight: page.wide
                    Layout.preferredWidth: Theme.convertSide
                }
                Icon {
                    visible: page.wide
                    name: "arrow-right"
                    size: Theme.iconLarge
                    color: Theme.muted
                    mirror: LayoutMirroring.enabled
                }
                ConvertRecipe {
                    Layout.fillWidth: true
                    Layout.fillHeight: page.wide
                }
                Icon {
                    visible: page.wide
                    name: "arrow-right"
                    size: Theme.iconLarge
                    color: Theme.muted
                    mirror: LayoutMirroring.enabled
                }
                ConvertForecast {
                    Layout.fillWidth: !page.wide
                    Layout.fillHeight: page.wide
                    Layout.preferredWidth: Theme.convertSide
                }
            }
            DownloadCard {
                objectName: "convertActive"
                Layout.fillWidth: true
                visible: ConvertJobs.activeCount > 0
                model: ConvertJobs.active
                delegate: ConvertJobRow {
                    width: parent ? parent.width : 0
                    onTokenWanted: page.tokenWanted()
                }
            }
            DownloadCard {
                objectName: "convertFinished"
                Layout.fillWidth: true
                visible: ConvertJobs.finishedCount > 0
                model: ConvertJobs.finished
                delegate: ConvertMade {
                    width: parent ? parent.width : 0
                    onChatWanted: page.chatWanted(path)
                }
            }
        }
    }

    DropArea {
        id: drop
        anchors.fill: parent
        keys: ["text/uri-list"]
        onDropped: event => {
            if (event.urls.length > 0)
                Convert.open(event.urls[0]);
        }
    }
    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.space3
        visible: drop.containsDrag
        radius: Theme.radiusCard
        color: Theme.accentTint
        border.width: Theme.ring
        border.color: Theme.accent
        AppText {
            anchors.centerIn: parent
            text: qsTr("Drop it to convert it")
            size: Theme.heading
            font.weight: Font.DemiBold
        }
    }
}
