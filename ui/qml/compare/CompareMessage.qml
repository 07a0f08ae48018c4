// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A question or an answer of one side. Figures are those of its state line, so that a mask hides them in one
// place.
Item {
    id: item

    required property int index
    required property string role
    required property string text
    required property string reasoning
    required property string state
    property string name
    readonly property bool mine: role === "user"
    readonly property bool writing: state === "writing"

    objectName: name + ".message." + index
    implicitHeight: mine ? bubble.height : answer.implicitHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: (mine ? qsTr("You: %1") : qsTr("Model: %1")).arg(text)

    Rectangle {
        id: bubble
        visible: item.mine
        x: Theme.space3
        width: item.width - 2 * Theme.space3
        height: question.implicitHeight
        radius: Theme.radius
        color: Theme.raised
        LongText {
            id: question
            name: item.name + ".question." + item.index
            width: parent.width
            padding: Theme.inset
            paddingY: Theme.space2
            size: Theme.small
            text: item.mine ? item.text : ""
        }
    }
    Column {
        id: answer
        visible: !item.mine
        x: Theme.space4
        width: item.width - 2 * Theme.space4
        spacing: Theme.space2
        Reasoning {
            width: parent.width
            visible: item.reasoning.length > 0
            name: item.name + ".reasoning." + item.index
            text: item.reasoning
            thinking: item.writing && item.text.length === 0
        }
        AnswerText {
            width: parent.width
            visible: item.text.length > 0 || item.writing
            name: item.name + ".answer." + item.index
            source: item.mine ? "" : item.text
            writing: item.writing
        }
    }
}
