// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQml
import Snug

// A button whose menu has what was saved under names, and saves and deletes.
AppButton {
    id: button

    property QtObject rows: null // a model of entries with a name and an id
    property string idRole
    property string saveText
    property string removeText
    signal applied(string id)
    signal removed(string id)
    signal saveWanted

    compact: true
    iconName: "chevron-down"
    iconAtEnd: true
    plain: true
    Accessible.role: Accessible.ButtonMenu
    onClicked: choices.popup(button, 0, button.height + Theme.space1)

    AppMenu {
        id: choices
        Instantiator {
            id: entries
            model: button.rows
            delegate: AppMenuItem {
                required property int index
                required property var model
                objectName: button.objectName + "." + index
                text: model.name
                note: model.forModel ?? ""
                onTriggered: button.applied(model[button.idRole])
            }
            onObjectAdded: (index, object) => choices.insertItem(index, object)
            onObjectRemoved: (index, object) => choices.removeItem(object)
        }
        AppMenuItem {
            objectName: button.objectName + "Save"
            text: button.saveText
            iconName: "plus"
            onTriggered: button.saveWanted()
        }
        AppMenuItem {
            objectName: button.objectName + "Remove"
            text: button.removeText
            iconName: "trash-2"
            enabled: entries.count > 0
            onTriggered: removals.popup(button, 0, button.height + Theme.space1)
        }
    }
    AppMenu {
        id: removals
        Instantiator {
            model: button.rows
            delegate: AppMenuItem {
                required property int index
                required property var model
                objectName: button.objectName + "Remove." + index
                text: qsTr("Delete “%1”").arg(model.name)
                note: model.forModel ?? ""
                iconName: "trash-2"
                danger: true
                onTriggered: button.removed(model[button.idRole])
            }
            onObjectAdded: (index, object) => removals.insertItem(index, object)
            onObjectRemoved: (index, object) => removals.removeItem(object)
        }
    }
}
