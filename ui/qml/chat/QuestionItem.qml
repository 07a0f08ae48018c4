// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The user's message: a bubble at the end of the line, what can be done with it before or below it.
Item {
    id: question

    property alias text: words.text
    property var attachments: []
    property alias index: tools.index // of the message
    property alias number: tools.number
    property alias count: tools.count
    property alias shown: tools.shown
    signal editWanted
    signal moreWanted(Item at)
    readonly property bool roomy: text.length > 0 && width - bubble.width > tools.width + Theme.space1

    implicitHeight: bubble.y + bubble.height + (roomy ? 0 : tools.height)

    MessageActions {
        id: tools
        x: question.width - width - (question.roomy ? bubble.width + Theme.space1 : 0)
        y: bubble.y + (question.roomy ? Math.round((bubble.height - height) / 2) : bubble.height)
        width: implicitWidth
        height: implicitHeight
        mine: true
        hasText: question.text.length > 0
        onEditWanted: question.editWanted()
        onMoreWanted: at => question.moreWanted(at)
    }
    Loader {
        id: attached
        active: question.attachments.length > 0
        anchors.right: parent.right
        width: bubble.most
        sourceComponent: MessageAttachments {
            name: "attachment." + question.index
            files: question.attachments
        }
    }
    Rectangle {
        id: bubble
        readonly property int most: Math.min(question.width - Theme.space8, Theme.bubbleWidth)
        anchors.right: parent.right
        y: attached.active ? attached.height + Theme.space1 : 0
        width: Math.min(Math.ceil(words.implicitWidth), most)
        height: question.text.length > 0 ? words.implicitHeight : 0
        visible: question.text.length > 0
        radius: Theme.radiusCard
        color: Theme.raised
        LongText {
            id: words
            name: "userText." + question.index
            width: parent.width
            padding: Theme.bubblePadding
            paddingY: Theme.bubblePaddingY
        }
    }
}
