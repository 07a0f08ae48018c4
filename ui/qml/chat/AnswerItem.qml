// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The model's message: what it thought, what it said, what is known of it and can be done with it.
Item {
    id: answer

    property alias index: tools.index // of the message
    property alias number: tools.number
    property alias count: tools.count
    property alias last: tools.last
    property alias canContinue: tools.canContinue
    property string text
    property string reasoning
    property string reasoningTime
    property string phase // "complete", "writing", ...
    property string statsText
    property string notice
    property bool hovered: false
    readonly property bool writing: phase === "writing"
    signal editWanted
    signal moreWanted(Item at)

    implicitHeight: foot.y + foot.height

    // Anchors and bindings instead of a layout: a list has to know the height at once, not at the next frame.
    Loader {
        id: thoughts
        width: answer.width
        active: answer.reasoning.length > 0
        sourceComponent: Reasoning {
            name: "reasoning." + answer.index
            text: answer.reasoning
            time: answer.reasoningTime
            thinking: answer.writing && answer.text.length === 0
        }
    }
    AnswerText {
        id: words
        y: thoughts.active ? thoughts.height + Theme.space3 : 0
        width: answer.width
        readonly property bool wanted: answer.text.length > 0 || answer.writing
        visible: wanted
        name: "answerText." + answer.index
        source: answer.text
        writing: answer.writing
    }
    Item {
        id: foot
        y: words.y + (words.wanted ? words.height + Theme.space2 : 0)
        width: answer.width
        height: Theme.compact
        AppText {
            objectName: "stats." + answer.index
            anchors.left: parent.left
            anchors.right: tools.visible ? tools.left : parent.right
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            text: {
                if (answer.writing && Chat.waitingText.length > 0)
                    return Chat.waitingText;
                const parts = answer.writing ? [qsTr("Writing"), Chat.liveStats]
                    : [answer.notice, answer.statsText];
                return parts.filter(part => part.length > 0).join(" · ");
            }
            size: Theme.caption
            color: answer.phase === "interrupted" || answer.phase === "failed" ? Theme.no : Theme.muted
        }
        MessageActions {
            id: tools
            anchors.right: parent.right
            visible: !answer.writing
            hasText: answer.text.length > 0
            shown: last || answer.hovered
            onEditWanted: answer.editWanted()
            onMoreWanted: at => answer.moreWanted(at)
        }
    }
}
