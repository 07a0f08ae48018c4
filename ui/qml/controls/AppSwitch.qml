// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.Switch {
    id: control

    implicitHeight: Theme.compact
    implicitWidth: 36 + Theme.space2 + label.implicitWidth
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked
    Accessible.onPressAction: {
        toggle();
        toggled();
    }

    indicator: Rectangle {
        y: Math.round((control.height - height) / 2)
        width: 36
        height: 20
        radius: 10
        color: control.checked ? Theme.accent : Theme.outline
        Rectangle {
            x: control.checked ? 19 : 3
            y: 3
            width: 14
            height: 14
            radius: 7
            color: control.checked ? Theme.textOnAccent : Theme.surface
            Behavior on x  {
                NumberAnimation {
                    duration: Theme.motion
                }
            }
        }
        FocusRing {
            visible: control.visualFocus
            corner: 10
        }
    }
    contentItem: AppText {
        id: label
        text: control.text
        leftPadding: 36 + Theme.space2
        Accessible.ignored: true
    }
}
