// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQml
import Snug

// One of a few: the button says which, its menu has the others. choices: [{ key, words }]
AppButton {
    id: button

    property var choices: []
    property string current
    property var listed: [] // the choices as they were when the menu was opened
    signal chosen(string key)

    compact: true
    iconName: "chevron-down"
    iconAtEnd: true
    plain: true
    text: choices.find(choice => choice.key === current)?.words ?? ""
    Accessible.role: Accessible.ButtonMenu
    onClicked: {
        listed = choices;
        menu.popup(button, 0, button.height + Theme.space1);
    }

    AppMenu {
        id: menu
        Instantiator {
            model: button.listed
            delegate: AppMenuItem {
                required property var modelData
                objectName: button.objectName + "." + modelData.key
                text: modelData.words
                iconName: modelData.key === button.current ? "check" : ""
                onTriggered: button.chosen(modelData.key)
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object)
            onObjectRemoved: (index, object) => menu.removeItem(object)
        }
    }
}
