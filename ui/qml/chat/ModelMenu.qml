// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQml
import Snug

// The library's models with their verdicts, and those of servers that somebody added; the chosen one marked.
AppMenu {
    id: choices

    property string prefix: "pick"
    property string current: Engine.modelPath
    signal chosen(string path)

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
            objectName: choices.prefix + "." + name
            text: level.length > 0 ? name + " · " + level : name
            note: verdictText
            iconName: choices.current === path ? "check" : ""
            enabled: verdict !== "error" && verdict !== "no"
            onTriggered: choices.chosen(path)
        }
        onObjectAdded: (index, object) => choices.insertItem(index, object)
        onObjectRemoved: (index, object) => choices.removeItem(object)
    }
    Instantiator {
        model: Remotes.model
        delegate: AppMenuItem {
            required property string path
            required property string name
            required property string modelId
            required property string host
            objectName: choices.prefix + "Remote." + name
            text: name
            note: modelId.split("/").pop() + " · " + (name === host ? qsTr("remote") : host)
            iconName: choices.current === path ? "check" : "server"
            onTriggered: choices.chosen(path)
        }
        onObjectAdded: (index, object) => choices.insertItem(models.count + index, object)
        onObjectRemoved: (index, object) => choices.removeItem(object)
    }
}
