// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// The signature page: will it run here, at which level, how fast?
FocusScope {
    id: page

    readonly property bool wide: width >= Theme.wide - Theme.rail - Theme.line
    signal backWanted
    signal chatWanted(string path)
    signal downloadsWanted
    signal convertWanted(string commit)
    signal tokenWanted

    Accessible.role: Accessible.Pane
    Accessible.name: Fit.name
    // The worker behind it lives as long as somebody looks.
    onVisibleChanged: {
        if (!visible)
            Fit.close();
        else
            page.forceActiveFocus(Qt.TabFocusReason);
    }
    readonly property bool ready: Fit.state === "ready"
    onReadyChanged: if (ready && page.activeFocus)
        table.focusList()
    Keys.onEscapePressed: page.backWanted()
    // What the keyboard comes to is seen.
    readonly property Item focusItem: page.visible ? page.Window.activeFocusItem : null
    onFocusItemChanged: {
        let item = page.focusItem;
        while (item && item !== column)
            item = item.parent;
        if (item && page.focusItem.height < page.height / 2)
            page.reveal(page.focusItem);
    }

    ScrollView {
        id: scroll
        anchors.fill: parent
        contentWidth: availableWidth
        contentHeight: column.implicitHeight + 2 * Theme.space5
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ScrollBar.vertical: AppScrollBar {
            parent: scroll
            x: scroll.mirrored ? 0 : scroll.width - width
            height: scroll.height
        }
        ColumnLayout {
            id: column
            x: Theme.space6
            y: Theme.space5
            width: page.width - 2 * Theme.space6
            spacing: Theme.space4
            ModelHead {
                Layout.fillWidth: true
                onBackWanted: page.backWanted()
                onChatWanted: path => page.chatWanted(path)
                onDownloadsWanted: page.downloadsWanted()
                onConvertWanted: commit => page.convertWanted(commit)
            }
            Banner {
                objectName: "modelNotice"
                Layout.fillWidth: true
                visible: Fit.notice.length > 0 && !Fit.problem.present
                kind: "partly"
                title: Fit.notice
                closable: true
                onClosed: Fit.dismissNotice()
            }
            Banner {
                objectName: "modelProblem"
                Layout.fillWidth: true
                visible: Fit.problem.present && Fit.state === "ready"
                title: Fit.problem.message
                readonly property string kept: qsTr("The figures below are those of before, and nothing "
                    + "can be turned. Press Start again to compute them anew.")
                body: Fit.problem.hint.length > 0 ? Fit.problem.hint + " " + kept : kept
                details: Fit.problem.details
                actionText: qsTr("Start again")
                actionName: "modelStartAgain"
                onActed: Fit.reload()
                onCopied: text => Chat.copyText(text)
            }
            Banner {
                objectName: "modelRefusal"
                Layout.fillWidth: true
                visible: Fit.refusal.present && Fit.state === "ready"
                kind: "partly"
                title: Fit.refusal.message
                readonly property string kept: qsTr("The figures below are estimates, or those of before.")
                body: Fit.refusal.hint.length > 0 ? Fit.refusal.hint + " " + kept : kept
            }
            ModelTrouble {
                visible: Fit.state === "error" || Fit.state === "offline"
                Layout.fillWidth: true
                Layout.topMargin: page.height / 6
                onTokenWanted: page.tokenWanted()
            }
            ModelSkeleton {
                visible: Fit.state === "loading"
                Layout.fillWidth: true
                wide: page.wide
                stage: Fit.stage
            }
            AnswerCard {
                visible: Fit.state === "ready" && hasAnswer
                Layout.fillWidth: true
            }
            SpeedCard {
                Layout.fillWidth: true
                shown: Fit.state === "ready"
            }
            GridLayout {
                visible: Fit.state === "ready"
                Layout.fillWidth: true
                columns: page.wide ? 2 : 1
                columnSpacing: Theme.space4
                rowSpacing: Theme.space4
                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    spacing: Theme.space4
                    LevelTable {
                        id: table
                        Layout.fillWidth: true
                        onShownRow: row => page.reveal(row)
                    }
                    AdviceCard {
                        Layout.fillWidth: true
                    }
                }
                FitPanel {
                    Layout.fillWidth: !page.wide
                    Layout.preferredWidth: Theme.panelFit
                    Layout.alignment: Qt.AlignTop
                }
            }
        }
    }
    function reveal(row: Item) {
        const flickable = scroll.contentItem as Flickable;
        const top = row.mapToItem(column, 0, 0).y + column.y;
        if (top < flickable.contentY)
            flickable.contentY = Math.max(0, top - Theme.row);
        else if (top + row.height > flickable.contentY + flickable.height)
            flickable.contentY = top + row.height - flickable.height + Theme.row;
    }
}
