// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.Switch {
    id: control

    implicitHeight: Theme.compact
    implicitWidth: Math.ceil(label.implicitWidth) // with the room of the switch
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked
    Accessible.onPressAction: {
        toggle();
        toggled();
    }

    indicator: Rectangle {
        x: control.mirrored ? control.width - width : 0
        y: Math.round((control.height - height) / 2)
        width: Theme.switchWidth
        height: Theme.space5
        radius: height / 2
        color: control.checked ? Theme.accent : Theme.outline
        Rectangle {
            x: control.checked ? parent.width - width - Theme.marker : Theme.marker
            y: 3
            width: Theme.switchKnob
            height: Theme.switchKnob
            radius: height / 2
            color: control.checked ? Theme.textOnAccent : Theme.surface
            Behavior on x  {
                NumberAnimation {
                    duration: Theme.motion
                }
            }
        }
        FocusRing {
            visible: control.visualFocus
            corner: Theme.radiusCard
        }
    }
    contentItem: AppText {
        id: label
        text: control.text
        readonly property int room: Theme.switchWidth + Theme.space2
        leftPadding: control.mirrored ? 0 : room
        rightPadding: control.mirrored ? room : 0
        Accessible.ignored: true
    }
}
