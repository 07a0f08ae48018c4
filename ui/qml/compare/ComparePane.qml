// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// One side: its model, what it is doing, its conversation, and what can be done with its answer.
Rectangle {
    id: pane

    required property int index
    required property CompareColumn entry
    property bool removable: false
    signal libraryWanted

    readonly property string name: "compare." + index
    readonly property string title: entry.heading.length > 0 ? entry.heading : qsTr("Choose a model")

    objectName: name
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: title

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.line
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            Layout.bottomMargin: Theme.space1
            spacing: Theme.space1
            AppButton {
                id: picker
                objectName: pane.name + ".model"
                visible: !Compare.begun
                Layout.fillWidth: true
                Layout.maximumWidth: implicitWidth
                compact: true
                iconName: "chevron-down"
                iconAtEnd: true
                text: pane.entry.level.length > 0 ? pane.title + "  " + pane.entry.level : pane.title
                Accessible.role: Accessible.ButtonMenu
                onClicked: menu.popup(picker, 0, picker.height + Theme.space1)
            }
            ElidedText {
                objectName: pane.name + ".heading"
                visible: Compare.begun
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.compact
                Layout.leftMargin: Theme.space2
                text: pane.entry.level.length > 0 ? pane.title + "  " + pane.entry.level : pane.title
                font.weight: Font.DemiBold
            }
            Item {
                visible: !Compare.begun
                Layout.fillWidth: true
            }
            AppButton {
                objectName: pane.name + ".remove"
                visible: pane.removable
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Remove this column")
                onClicked: Compare.removeColumn(pane.entry)
            }
            AppButton {
                objectName: pane.name + ".stop"
                visible: pane.entry.busy
                compact: true
                text: qsTr("Stop")
                iconName: "square"
                onClicked: pane.entry.stop()
            }
        }
        AppText {
            objectName: pane.name + ".state"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space4
            Layout.bottomMargin: Theme.space2
            text: pane.entry.figures.length > 0 ? pane.entry.stateText + " · " + pane.entry.figures
                : pane.entry.stateText
            size: Theme.caption
            color: Theme.muted
            wrapMode: Text.Wrap
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        ProgressLine {
            visible: pane.entry.loading
            Layout.fillWidth: true
            value: pane.entry.loadProgress
            description: pane.entry.stateText
        }
        ListView {
            id: list
            objectName: pane.name + ".messages"
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            spacing: Theme.space3
            topMargin: Theme.space3
            bottomMargin: Theme.space3
            model: pane.entry.messages
            boundsBehavior: Flickable.StopAtBounds
            cacheBuffer: 2000
            ScrollBar.vertical: AppScrollBar {
            }
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Answers of %1").arg(pane.title)
            delegate: CompareMessage {
                width: ListView.view.width
                name: pane.name
            }
            // Follows the end as the list of a chat does, later, when the layout is done.
            property bool following: true
            onCountChanged: {
                list.following = true;
                follow.restart();
            }
            onContentHeightChanged: if (list.following)
                follow.restart()
            onMovementEnded: list.following = atYEnd
            Timer {
                id: follow
                interval: 0
                onTriggered: if (list.following)
                    list.positionViewAtEnd()
            }
            WheelHandler {
                acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
                onWheel: event => {
                    if (event.angleDelta.y > 0)
                        list.following = false;
                    event.accepted = false;
                }
            }
        }
        Banner {
            objectName: pane.name + ".problem"
            visible: pane.entry.problem.present
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            title: pane.entry.problem.message
            body: pane.entry.problem.hint
            details: pane.entry.problem.details
            onCopied: text => Chat.copyText(text)
        }
        RowLayout {
            visible: pane.entry.hasAnswer
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            AppButton {
                objectName: pane.name + ".vote"
                visible: Compare.canVote
                Layout.fillWidth: true
                Layout.maximumWidth: implicitWidth
                compact: true
                text: qsTr("This one is better")
                onClicked: Compare.vote(pane.entry)
            }
            AppButton {
                objectName: pane.name + ".continue"
                visible: !Compare.hidden
                enabled: !Compare.busy
                Layout.fillWidth: true
                Layout.maximumWidth: implicitWidth
                compact: true
                text: qsTr("Continue with this one")
                iconName: "message-square"
                onClicked: Compare.continueWith(pane.entry)
            }
        }
    }
    ModelMenu {
        id: menu
        prefix: pane.name + ".pick"
        current: pane.entry.path
        onChosen: path => Compare.choose(pane.entry, path)
        AppMenuItem {
            text: qsTr("Open the library")
            iconName: "library"
            onTriggered: pane.libraryWanted()
        }
    }
}
