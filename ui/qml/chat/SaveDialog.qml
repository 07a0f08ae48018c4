// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Under which name something is saved, and whether for the loaded model alone.
AppDialog {
    id: dialog

    property bool perModel: false
    signal saved(string name, bool forThisModel)

    function show() {
        name.clear();
        own.checked = false;
        open();
    }
    function save() {
        if (name.text.trim().length === 0)
            return;
        saved(name.text, own.checked);
        close();
    }

    onOpened: name.forceActiveFocus(Qt.PopupFocusReason)

    AppTextField {
        id: name
        objectName: "saveName"
        Layout.fillWidth: true
        placeholderText: qsTr("Name")
        onAccepted: dialog.save()
    }
    AppSwitch {
        id: own
        objectName: "saveForModel"
        visible: dialog.perModel && Engine.modelName.length > 0
        text: qsTr("Only for %1").arg(Engine.modelName)
    }
    AppText {
        Layout.fillWidth: true
        text: qsTr("One of the same name is replaced.")
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppButton {
            objectName: "saveCancel"
            text: qsTr("Cancel")
            onClicked: dialog.close()
        }
        AppButton {
            objectName: "saveNow"
            kind: "primary"
            text: qsTr("Save")
            enabled: name.text.trim().length > 0
            onClicked: dialog.save()
        }
    }
}
