// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Qt.labs.qmlmodels
import Snug

// The messages; follows the end while it is in sight, and yields when the reader scrolls up.
Item {
    id: area

    property bool following: true
    property bool arriving: false // at the end, by ourselves
    signal folderWanted
    signal demoStarted
    signal messageDeleted

    function keepUp() {
        if (area.following)
            follow.restart();
    }
    function toEnd() {
        area.following = true;
        area.arriving = true;
        list.positionViewAtEnd();
        area.arriving = false;
    }

    ListView {
        id: list
        objectName: "messageList"
        anchors.fill: parent
        clip: true
        model: Chat.messages
        boundsBehavior: Flickable.StopAtBounds
        spacing: Theme.space4
        topMargin: Theme.space5
        bottomMargin: Theme.space4
        cacheBuffer: 2000
        ScrollBar.vertical: AppScrollBar {
        }
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Messages")
        reuseItems: true
        // Two choices that are alike: a row is used again for messages of its own role only.
        delegate: DelegateChooser {
            role: "role"
            DelegateChoice {
                roleValue: "user"
                MessageItem {
                    onMoreWanted: at => menu.show(this, at)
                }
            }
            DelegateChoice {
                MessageItem {
                    onMoreWanted: at => menu.show(this, at)
                }
            }
        }

        onContentHeightChanged: area.keepUp()
        onHeightChanged: area.keepUp()
        onCountChanged: area.toEnd()
        // Content that grows does not move the view; whoever moves it, by wheel, bar or key, decides.
        onContentYChanged: if (!area.arriving)
            area.following = atYEnd
    }
    // Later, when the layout is done: moved in the middle of it, a list with one huge message makes and drops
    // its items for ever.
    Timer {
        id: follow
        interval: 0
        onTriggered: if (area.following)
            area.toEnd()
    }
    Connections {
        target: Chat
        function onMessageWanted(row) {
            area.following = false;
            list.positionViewAtIndex(row, ListView.Center);
        }
    }
    MessageMenu {
        id: menu
        onInfoWanted: facts => info.show(facts)
        onModelWanted: (row, at) => models.show(row, at)
        onDeleted: area.messageDeleted()
    }
    MessageInfo {
        id: info
    }
    ModelMenu {
        id: models

        property int row: -1

        function show(row: int, at: Item) {
            models.row = row;
            popup(at, 0, at.height);
        }
        prefix: "answerWith"
        onChosen: path => Chat.regenerateAt(row, path)
    }
    AppButton {
        objectName: "jumpButton"
        visible: !area.following && list.contentHeight > list.height
        anchors {
            horizontalCenter: parent.horizontalCenter
            bottom: parent.bottom
            bottomMargin: Theme.space2
        }
        compact: true
        iconName: "arrow-down"
        text: qsTr("Jump to the end")
        onClicked: area.toEnd()
    }
    ChatStart {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.space6, Theme.formWidth)
        visible: list.count === 0
        onFolderWanted: area.folderWanted()
        onDemoStarted: area.demoStarted()
    }
}
