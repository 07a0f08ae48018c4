// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQml
import Snug

// The model of the conversation; a menu of the library's models with their verdicts, and of the servers that
// somebody added.
AppButton {
    id: picker

    signal libraryWanted
    signal remoteWanted // to add one

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

    AppMenu {
        id: menu
        implicitWidth: Theme.pickerWidth
        Instantiator {
            id: models
            model: Library.model
            delegate: AppMenuItem {
                required property string path
                required property string name
                required property string level
                required property string verdict
                required property string verdictText
                objectName: "pick." + name
                text: level.length > 0 ? name + " · " + level : name
                note: verdictText
                iconName: Engine.modelPath === path ? "check" : ""
                enabled: verdict !== "error" && verdict !== "no"
                onTriggered: Engine.load(path)
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object)
            onObjectRemoved: (index, object) => menu.removeItem(object)
        }
        Instantiator {
            model: Remotes.model
            delegate: AppMenuItem {
                required property string path
                required property string name
                required property string modelId
                required property string host
                objectName: "pickRemote." + name
                text: name
                note: modelId.split("/").pop() + " · " + (name === host ? qsTr("remote") : host)
                iconName: Engine.modelPath === path ? "check" : "server"
                onTriggered: Engine.load(path)
            }
            onObjectAdded: (index, object) => menu.insertItem(models.count + index, object)
            onObjectRemoved: (index, object) => menu.removeItem(object)
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
