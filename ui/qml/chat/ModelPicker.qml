// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The model of the conversation; a menu of the library's models with their verdicts, and of the servers that
// somebody added.
AppButton {
    id: picker

    signal libraryWanted
    signal remoteWanted // to add one
    signal sheetWanted // how it is loaded

    objectName: "modelPicker"
    text: {
        if (Engine.modelName.length === 0)
            return qsTr("Choose a model");
        return Engine.level.length > 0 ? Engine.modelName + "  " + Engine.level : Engine.modelName;
    }
    iconName: "chevron-down"
    iconAtEnd: true
    Accessible.role: Accessible.ButtonMenu
    Accessible.name: Engine.modelName.length === 0 ? qsTr("Choose a model") : qsTr("Model: %1").arg(text)
    onClicked: menu.popup(picker, 0, picker.height + Theme.space1)

    ModelMenu {
        id: menu
        onChosen: path => Engine.load(path)
        AppMenuItem {
            objectName: "loadSheetItem"
            text: qsTr("How it is loaded…")
            iconName: "gauge"
            enabled: Load.possible
            onTriggered: picker.sheetWanted()
        }
        AppMenuItem {
            objectName: "addRemote"
            text: qsTr("Add a remote engine…")
            iconName: "plus"
            onTriggered: picker.remoteWanted()
        }
        AppMenuItem {
            text: qsTr("Open the library")
            iconName: "library"
            onTriggered: picker.libraryWanted()
        }
        AppMenuItem {
            text: Engine.remote ? qsTr("Disconnect") : qsTr("Unload")
            iconName: "x"
            enabled: Engine.state === "ready"
            onTriggered: Engine.unload()
        }
    }
}
