// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Which preset goes with the loaded model, whether it is in use, and what can be done about that.
ColumnLayout {
    id: line

    visible: words.text.length > 0 || action.text.length > 0
    spacing: Theme.space1
    AppText {
        id: words
        objectName: "modelPresetText"
        Layout.fillWidth: true
        visible: text.length > 0
        text: Chat.modelPreset.text
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    AppButton {
        id: action
        objectName: "modelPresetAction"
        Layout.fillWidth: true
        Layout.maximumWidth: implicitWidth
        visible: text.length > 0
        compact: true
        plain: true
        text: Chat.modelPreset.actionText
        onClicked: Chat.modelPreset.act()
    }
}
