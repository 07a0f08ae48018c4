// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.AbstractButton {
    id: chip

    property string note
    implicitHeight: Theme.compact
    implicitWidth: row.implicitWidth + Theme.space6
    checkable: true
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked
    Accessible.onPressAction: clicked()

    contentItem: Item {
        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.gap
            Icon {
                visible: chip.checked
                name: "check"
                size: Theme.iconSmall
                color: Theme.accent
                anchors.verticalCenter: parent.verticalCenter
            }
            AppText {
                text: chip.text
                size: Theme.small
                color: chip.checked ? Theme.accent : Theme.muted
                font.weight: chip.checked ? Font.Medium : Font.Normal
            }
            AppText {
                visible: text.length > 0
                text: chip.note
                size: Theme.small
                font.family: Theme.mono
                color: Theme.muted
            }
        }
    }
    background: Rectangle {
        radius: height / 2
        color: chip.checked ? Theme.accentTint : chip.hovered ? Theme.raised : Theme.surface
        border.color: chip.checked ? Theme.accentLine : Theme.border
        FocusRing {
            visible: chip.visualFocus
            corner: chip.height / 2
        }
    }
}
