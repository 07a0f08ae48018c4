// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.TextField {
    id: field

    property string iconName

    implicitHeight: Theme.control
    implicitWidth: Theme.fieldWidth
    leftPadding: iconName.length > 0 ? Theme.inset + Theme.icon + Theme.space2 : Theme.inset
    rightPadding: Theme.inset
    color: enabled ? Theme.text : Theme.disabled
    placeholderTextColor: Theme.muted
    selectionColor: Theme.accent
    selectedTextColor: Theme.textOnAccent
    font.family: Theme.sans
    font.pixelSize: Theme.body
    verticalAlignment: TextInput.AlignVCenter
    selectByMouse: true
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholderText

    Text {
        visible: field.text.length === 0 && field.preeditText.length === 0
        anchors.fill: parent
        anchors.leftMargin: field.leftPadding
        anchors.rightMargin: field.rightPadding
        text: field.placeholderText
        font: field.font
        color: field.placeholderTextColor
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
        Accessible.ignored: true
    }
    Icon {
        visible: field.iconName.length > 0
        name: visible ? field.iconName : "x"
        color: Theme.muted
        x: Theme.inset
        anchors.verticalCenter: parent.verticalCenter
    }
    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: field.activeFocus ? Theme.ring : Theme.line
        border.color: field.activeFocus ? Theme.accent : field.enabled ? Theme.outline : Theme.border
    }
}
