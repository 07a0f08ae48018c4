// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One message: the user's in a bubble at the end of the line, the model's plain on the page. What can be done
// with it shows on hover and focus, and always on the last answer.
Item {
    id: item

    required property int index
    required property string role
    required property string text
    required property string reasoning
    required property string state
    required property string statsText
    required property string notice
    property bool last: false
    readonly property bool mine: role === "user"
    readonly property bool writing: state === "writing"
    readonly property int column: Math.min(width - 2 * Theme.space6, Theme.readingWidth)

    objectName: "message." + index
    implicitHeight: mine ? question.implicitHeight : answer.implicitHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You: %1") : qsTr("Model: %1")).arg(text)

    HoverHandler {
        id: over
    }

    RowLayout {
        id: question
        visible: item.mine
        width: item.column
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.space1
        Item {
            Layout.fillWidth: true
        }
        CopyButton {
            objectName: "copyQuestion." + item.index
            opacity: over.hovered || visualFocus ? 1 : 0
            tip: qsTr("Copy the message")
            onClicked: Chat.copyMessage(item.index)
        }
        Rectangle {
            readonly property int most: Math.min(item.column - Theme.space8, Theme.bubbleWidth)
            implicitWidth: Math.min(Math.ceil(bubbleText.implicitWidth), most)
            implicitHeight: bubbleText.implicitHeight
            radius: Theme.radiusCard
            color: Theme.raised
            LongText {
                id: bubbleText
                name: "userText." + item.index
                width: parent.width
                padding: Theme.bubblePadding
                paddingY: Theme.bubblePaddingY
                text: item.mine ? item.text : ""
            }
        }
    }
    ColumnLayout {
        id: answer
        visible: !item.mine
        width: item.column
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.space2
        Reasoning {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.space1
            visible: item.reasoning.length > 0
            name: "reasoning." + item.index
            text: item.reasoning
            thinking: item.writing && item.text.length === 0
        }
        AnswerText {
            Layout.fillWidth: true
            visible: item.text.length > 0 || item.writing
            name: "answerText." + item.index
            source: item.mine ? "" : item.text
            writing: item.writing
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space1
            AppText {
                objectName: "stats." + item.index
                Layout.fillWidth: true
                text: {
                    if (item.writing && Chat.waitingText.length > 0)
                        return Chat.waitingText;
                    const parts = item.writing ? [qsTr("Writing"), Chat.liveStats]
                        : [item.notice, item.statsText];
                    return parts.filter(part => part.length > 0).join(" · ");
                }
                size: Theme.caption
                color: item.state === "interrupted" || item.state === "failed" ? Theme.no : Theme.muted
            }
            CopyButton {
                objectName: item.last ? "copyButton" : "copyButton." + item.index
                visible: !item.writing && item.text.length > 0
                opacity: item.last || over.hovered || visualFocus ? 1 : 0
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
            Item {
                visible: item.writing
                implicitWidth: 1
                implicitHeight: Theme.compact
            }
        }
    }
}
