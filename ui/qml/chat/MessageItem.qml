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
    required property string reasoningTime
    required property string state
    required property string statsText
    required property string notice
    required property int branchNumber
    required property int branchCount
    required property bool canContinue
    required property var facts
    required property var attachments
    property bool last: false
    property bool editing: false
    signal moreWanted(Item at)
    readonly property bool mine: role === "user"
    readonly property bool writing: state === "writing"
    readonly property int column: Math.min(width - 2 * Theme.space6, Theme.readingWidth)

    objectName: "message." + index
    implicitHeight: editing ? editor.implicitHeight : mine ? question.implicitHeight : answer.implicitHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You: %1") : qsTr("Model: %1")).arg(text)

    HoverHandler {
        id: over
    }

    Column {
        id: editor
        width: item.column
        anchors.horizontalCenter: parent.horizontalCenter
        // Made only when it is wanted; in a Loader, "item" would mean something else.
        Repeater {
            model: item.editing ? 1 : 0
            MessageEditor {
                width: editor.width
                row: item.index
                mine: item.mine
                source: item.text
                onDone: item.editing = false
            }
        }
    }
    Item {
        id: question

        readonly property bool roomy: item.text.length > 0
            && width - bubble.width > tools.width + Theme.space1

        visible: item.mine && !item.editing
        width: item.column
        implicitHeight: bubble.y + bubble.height + (roomy ? 0 : tools.height)
        anchors.horizontalCenter: parent.horizontalCenter
        MessageActions {
            id: tools
            x: question.width - width - (question.roomy ? bubble.width + Theme.space1 : 0)
            y: bubble.y + (question.roomy ? Math.round((bubble.height - height) / 2) : bubble.height)
            width: implicitWidth
            height: implicitHeight
            index: item.index
            mine: true
            hasText: item.text.length > 0
            number: item.branchNumber
            count: item.branchCount
            shown: over.hovered
            onEditWanted: item.editing = true
            onMoreWanted: at => item.moreWanted(at)
        }
        Column {
            id: attached
            width: bubble.most
            anchors.right: parent.right
            Repeater {
                model: item.attachments.length > 0 ? 1 : 0
                MessageAttachments {
                    width: attached.width
                    name: "attachment." + item.index
                    files: item.attachments
                }
            }
        }
        Rectangle {
            id: bubble
            readonly property int most: Math.min(item.column - Theme.space8, Theme.bubbleWidth)
            anchors.right: parent.right
            width: Math.min(Math.ceil(bubbleText.implicitWidth), most)
            y: attached.height > 0 ? attached.height + Theme.space1 : 0
            height: item.text.length > 0 ? bubbleText.implicitHeight : 0
            visible: height > 0
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
        visible: !item.mine && !item.editing
        width: item.column
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.space2
        Reasoning {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.space1
            visible: item.reasoning.length > 0
            name: "reasoning." + item.index
            text: item.reasoning
            time: item.reasoningTime
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
            MessageActions {
                visible: !item.writing
                index: item.index
                last: item.last
                hasText: item.text.length > 0
                number: item.branchNumber
                count: item.branchCount
                canContinue: item.canContinue
                shown: item.last || over.hovered
                onEditWanted: item.editing = true
                onMoreWanted: at => item.moreWanted(at)
            }
            Item {
                visible: item.writing
                implicitWidth: 1
                implicitHeight: Theme.compact
            }
        }
    }
}
