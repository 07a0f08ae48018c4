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
            }
            Banner {
                objectName: "modelNotice"
                Layout.fillWidth: true
                visible: Fit.notice.length > 0 && Fit.state !== "error"
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
                body: Fit.problem.hint.length > 0 ? Fit.problem.hint
                    : qsTr("The figures below are those of before. Press Try again to compute them anew.")
                details: Fit.problem.details
                actionText: qsTr("Try again")
                actionName: "modelRetry"
                onActed: Fit.reload()
                onCopied: text => Chat.copyText(text)
            }
            Banner {
                objectName: "modelRefusal"
                Layout.fillWidth: true
                visible: Fit.refusal.present && Fit.state === "ready"
                kind: "partly"
                title: Fit.refusal.message
                body: Fit.refusal.hint
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
