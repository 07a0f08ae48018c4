// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// One message: the user's in a bubble at the end of the line, the model's plain on the page. What can be done
// with it shows on hover and focus, and always on the last answer. Only the part that is wanted is made, and
// a row that leaves the view waits to show another message of the same role: a list needs many of these while
// it is scrolled. What belonged to the message before goes with its name.
FocusScope {
    id: message

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
    readonly property bool last: index === ListView.view.count - 1
    property bool editing: false
    property bool resting: false // out of the list, until it is given another message
    signal moreWanted(Item at)
    readonly property bool mine: role === "user"

    ListView.onPooled: {
        message.resting = true;
        message.focus = false;
    }
    ListView.onReused: {
        message.editing = false;
        message.resting = false;
    }

    objectName: "message." + index
    width: ListView.view.width
    visible: !resting
    implicitHeight: part.y + part.implicitHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You: %1") : qsTr("Model: %1")).arg(text)

    HoverHandler {
        id: over
    }

    Loader {
        id: cut
        active: message.index > 0 && message.index === Chat.context.cutRow
        width: part.width
        anchors.horizontalCenter: parent.horizontalCenter
        sourceComponent: CutLine {
        }
    }
    // What it makes has its width from the beginning: text is laid out once, and the list knows the height.
    Loader {
        id: part
        y: cut.active ? cut.height + Theme.space4 : 0
        width: Math.min(message.width - 2 * Theme.space6, Theme.readingWidth)
        anchors.horizontalCenter: parent.horizontalCenter
        sourceComponent: message.editing ? editor : message.mine ? question : answer
    }
    Component {
        id: editor
        MessageEditor {
            row: message.index
            mine: message.mine
            source: message.text
            onDone: message.editing = false
        }
    }
    Component {
        id: question
        QuestionItem {
            width: part.width
            index: message.index
            text: message.text
            attachments: message.attachments
            number: message.branchNumber
            count: message.branchCount
            shown: over.hovered
            onEditWanted: message.editing = true
            onMoreWanted: at => message.moreWanted(at)
        }
    }
    Component {
        id: answer
        AnswerItem {
            width: part.width
            index: message.index
            text: message.text
            reasoning: message.reasoning
            reasoningTime: message.reasoningTime
            phase: message.state
            statsText: message.statsText
            notice: message.notice
            number: message.branchNumber
            count: message.branchCount
            last: message.last
            canContinue: message.canContinue
            hovered: over.hovered
            onEditWanted: message.editing = true
            onMoreWanted: at => message.moreWanted(at)
        }
    }
}
