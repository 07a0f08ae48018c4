// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The rarer things that can be done with a message; one for the whole list.
AppMenu {
    id: choices

    property MessageItem message: null
    property Item at: null
    signal infoWanted(var facts)
    signal modelWanted(int row, Item at)
    signal deleted

    function show(item: MessageItem, button: Item) {
        message = item;
        at = button;
        popup(button, 0, button.height);
    }

    AppMenuItem {
        objectName: "answerWithItem"
        text: qsTr("Answer with another model")
        iconName: "repeat-2"
        enabled: choices.message !== null && !choices.message.mine && Chat.canSend
        onTriggered: choices.modelWanted(choices.message.index, choices.at)
    }
    AppMenuItem {
        objectName: "messageInfoItem"
        text: qsTr("About this answer")
        iconName: "info"
        enabled: choices.message !== null && choices.message.facts.length > 0
        onTriggered: choices.infoWanted(choices.message.facts)
    }
    AppMenuItem {
        objectName: "deleteMessageItem"
        text: qsTr("Delete")
        note: qsTr("with what follows")
        iconName: "trash-2"
        danger: true
        onTriggered: {
            Chat.deleteMessage(choices.message.index);
            choices.deleted();
        }
    }
}
