// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The user's message: a bubble at the end of the line, what can be done with it before or below it.
Item {
    id: question

    property alias text: words.text
    property alias index: tools.index // of the message
    property alias number: tools.number
    property alias count: tools.count
    property alias shown: tools.shown
    signal editWanted
    signal moreWanted(Item at)
    readonly property bool roomy: width - bubble.width > tools.width + Theme.space1

    implicitHeight: bubble.height + (roomy ? 0 : tools.height)

    MessageActions {
        id: tools
        x: question.width - width - (question.roomy ? bubble.width + Theme.space1 : 0)
        y: question.roomy ? Math.round((bubble.height - height) / 2) : bubble.height
        width: implicitWidth
        height: implicitHeight
        mine: true
        hasText: question.text.length > 0
        onEditWanted: question.editWanted()
        onMoreWanted: at => question.moreWanted(at)
    }
    Rectangle {
        id: bubble
        readonly property int most: Math.min(question.width - Theme.space8, Theme.bubbleWidth)
        anchors.right: parent.right
        width: Math.min(Math.ceil(words.implicitWidth), most)
        height: words.implicitHeight
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
