// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQml
import Snug

// A button whose menu has what was saved under names, and saves and deletes. rows: a model with `name`.
AppButton {
    id: button

    property QtObject rows: null // a model of entries with a name and an id
    property string idRole
    property string saveText
    property string removeText
    property bool removing: false
    signal applied(string id)
    signal removed(string id)
    signal saveWanted

    compact: true
    iconName: "chevron-down"
    iconAtEnd: true
    plain: true
    Accessible.role: Accessible.ButtonMenu
    onClicked: {
        removing = false;
        menu.popup(button, 0, button.height + Theme.space1);
    }

    AppMenu {
        id: menu
        Instantiator {
            id: entries
            model: button.rows
            delegate: AppMenuItem {
                required property int index
                required property var model
                objectName: button.objectName + "." + index
                text: model.name
                note: button.removing ? qsTr("delete") : model.model ?? ""
                danger: button.removing
                onTriggered: {
                    if (button.removing)
                        button.removed(model[button.idRole]);
                    else
                        button.applied(model[button.idRole]);
                }
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object)
            onObjectRemoved: (index, object) => menu.removeItem(object)
        }
        AppMenuItem {
            objectName: button.objectName + "Save"
            visible: !button.removing
            height: visible ? implicitHeight : 0
            text: button.saveText
            iconName: "plus"
            onTriggered: button.saveWanted()
        }
        AppMenuItem {
            objectName: button.objectName + "Remove"
            visible: !button.removing && entries.count > 0
            height: visible ? implicitHeight : 0
            text: button.removeText
            iconName: "trash-2"
            onTriggered: {
                button.removing = true;
                menu.popup(button, 0, button.height + Theme.space1);
            }
        }
    }
}
