// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One message: the user's in a bubble at the end of the line, the model's plain on the page.
Item {
    id: item

    required property int index
    required property string role
    required property string text
    required property string safeMarkdown
    required property string state
    required property string statsText
    required property string notice
    property bool last: false
    readonly property bool mine: role === "user"
    readonly property bool writing: state === "writing"
    readonly property int column: Math.min(width - 2 * Theme.space6, Math.round(760 * Theme.scale))

    objectName: "message." + index
    implicitHeight: mine ? bubble.height : answer.implicitHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You: %1") : qsTr("Model: %1")).arg(text)

    HoverHandler {
        id: over
    }

    Rectangle {
        id: bubble
        visible: item.mine
        anchors.right: frame.right
        width: Math.min(bubbleText.implicitWidth, Math.min(item.column, Math.round(560 * Theme.scale)))
        height: bubbleText.implicitHeight
        radius: Theme.radiusCard
        color: Theme.raised
        MessageText {
            id: bubbleText
            objectName: "userText." + item.index
            width: parent.width
            leftPadding: 14
            rightPadding: 14
            topPadding: 10
            bottomPadding: 10
            textFormat: TextEdit.PlainText
            text: item.mine ? item.text : ""
        }
    }
    Item {
        id: frame
        width: item.column
        anchors.horizontalCenter: parent.horizontalCenter
        height: 1
    }
    ColumnLayout {
        id: answer
        visible: !item.mine
        x: frame.x
        width: item.column
        spacing: Theme.space2
        MessageText {
            objectName: "answerText." + item.index
            Layout.fillWidth: true
            visible: item.safeMarkdown.length > 0
            textFormat: TextEdit.MarkdownText
            text: item.mine ? "" : item.safeMarkdown
        }
        Rectangle {
            visible: item.writing
            implicitWidth: 8
            implicitHeight: 16
            radius: 2
            color: Theme.accent
            SequentialAnimation on opacity  {
                running: item.writing && Theme.motion > 0
                loops: Animation.Infinite
                NumberAnimation {
                    to: 0.3
                    duration: 500
                }
                NumberAnimation {
                    to: 1
                    duration: 500
                }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space3
            AppText {
                Layout.fillWidth: true
                objectName: "stats." + item.index
                text: {
                    if (item.writing)
                        return Chat.waitingText.length > 0 ? Chat.waitingText : Chat.liveStats;
                    const both = item.notice.length > 0 && item.statsText.length > 0;
                    return item.notice + (both ? " · " : "") + item.statsText;
                }
                size: Theme.caption
                color: item.state === "interrupted" || item.state === "failed" ? Theme.no : Theme.muted
            }
            AppButton {
                objectName: item.last ? "copyButton" : "copyButton." + item.index
                visible: !item.writing
                opacity: item.last || over.hovered || visualFocus ? 1 : 0
                kind: "quiet"
                compact: true
                iconName: "copy"
                tip: qsTr("Copy the answer")
                onClicked: Chat.copyMessage(item.index)
            }
            AppButton {
                objectName: "regenerateButton"
                visible: item.last && !item.writing
                enabled: Chat.canRegenerate
                kind: "quiet"
                compact: true
                iconName: "refresh-cw"
                tip: qsTr("Answer again")
                onClicked: Chat.regenerate()
            }
        }
    }
}
