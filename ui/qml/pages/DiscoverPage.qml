// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// Search the Hub; each row says how it would run here. The chosen repository opens beside the list, or over
// it in a narrow window.
Item {
    id: page

    readonly property bool wide: width > Theme.wide - Theme.rail
    readonly property bool roomy: width - panel.room > Theme.roomy * 0.75
    signal downloadsWanted
    signal modelWanted(string repository, string label)
    signal tokenWanted

    function focusSearch() {
        search.forceActiveFocus(Qt.ShortcutFocusReason);
        search.selectAll();
    }
    onVisibleChanged: if (visible) {
        Discover.open();
        search.forceActiveFocus(Qt.OtherFocusReason);
    }
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Discover")

    ColumnLayout {
        anchors {
            fill: parent
            leftMargin: Theme.space6
            rightMargin: Theme.space6 + panel.room
            topMargin: Theme.space5
        }
        spacing: Theme.space3
        AppTextField {
            id: search
            objectName: "discoverSearch"
            Layout.fillWidth: true
            iconName: "search"
            placeholderText: qsTr("Search models, or paste an address of the Hub")
            onTextChanged: Discover.text = text
            onAccepted: Discover.search()
            Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
        }
        DiscoverFilters {
            Layout.fillWidth: true
        }
        Banner {
            objectName: "discoverBanner"
            Layout.fillWidth: true
            visible: Discover.problem.present && list.count > 0
            kind: "partly"
            title: Discover.problem.message
            body: Discover.problem.hint
            details: Discover.problem.details
            actionText: qsTr("Try again")
            actionName: "discoverRetry"
            onActed: Discover.search()
            onCopied: text => Chat.copyText(text)
        }
        RowLayout {
            visible: list.count > 0
            Layout.fillWidth: true
            Layout.rightMargin: Theme.space4
            spacing: Theme.space4
            AppText {
                Layout.fillWidth: true
                text: list.count === 1 ? qsTr("1 model") : qsTr("%1 models").arg(list.count)
                size: Theme.caption
                color: Theme.muted
            }
            AppText {
                Layout.preferredWidth: Theme.columnLevel
                text: qsTr("Best level here")
                size: Theme.caption
                color: Theme.muted
            }
            AppText {
                visible: page.roomy
                Layout.preferredWidth: Theme.columnSize
                horizontalAlignment: Text.AlignRight
                text: qsTr("Downloads")
                size: Theme.caption
                color: Theme.muted
            }
        }
        ListView {
            id: list
            objectName: "discoverList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.topMargin: -Theme.space2
            clip: true
            model: Discover.model
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            keyNavigationEnabled: true
            reuseItems: true
            ScrollBar.vertical: AppScrollBar {
            }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Models on the Hub")
            onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
                currentIndex = 0
            onAtYEndChanged: if (atYEnd && count > 0)
                Discover.loadMore()
            delegate: DiscoverRow {
                width: ListView.view.width
                roomy: page.roomy
                chosen: Repository.repository === repository
                focused: ListView.isCurrentItem && list.activeFocus
                onOpened: {
                    list.currentIndex = index;
                    Repository.open(repository);
                }
                onModelWanted: {
                    opened();
                    page.modelWanted(repository, "");
                }
            }
            Keys.onReturnPressed: if (currentItem)
                (currentItem as DiscoverRow).modelWanted()
            Keys.onSpacePressed: if (currentItem)
                (currentItem as DiscoverRow).opened()
            Keys.onPressed: event => {
                const row = currentItem as DiscoverRow;
                event.accepted = row && (event.key === Qt.Key_F1 || event.key === Qt.Key_Question);
                if (event.accepted)
                    row.asked = !row.asked;
            }
            footer: AppText {
                visible: Discover.busy && list.count > 0
                height: visible ? Theme.row : 0
                width: ListView.view.width
                text: qsTr("Loading more")
                size: Theme.small
                color: Theme.muted
            }

            DiscoverEmpty {
                anchors.centerIn: parent
                width: Math.min(parent.width - 2 * Theme.space6, Theme.emptyWidth)
                visible: list.count === 0 && Discover.state !== "loading"
            }
            Column {
                visible: list.count === 0 && Discover.state === "loading"
                y: Theme.space4
                spacing: Theme.rowTall - Theme.space3
                Repeater {
                    model: 6
                    Skeleton {
                        required property int index
                        width: Theme.skeletonWidth * (2 - (index % 3) / 4)
                    }
                }
            }
        }
    }
    SidePanel {
        id: panel
        edge: Qt.RightEdge
        docked: page.wide
        shown: Repository.state !== "none"
        panelWidth: Theme.panelDetail
        onDismissed: Repository.close()
        RepositoryPanel {
            anchors.fill: parent
            onDownloadsWanted: page.downloadsWanted()
            onModelWanted: label => page.modelWanted(Repository.repository, label)
            onTokenWanted: page.tokenWanted()
        }
    }
    Shortcut {
        sequence: "Escape"
        enabled: page.visible && Repository.state !== "none"
        onActivated: Repository.close()
    }
}
