// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.Slider {
    id: slider

    property real markAt: -1 // a value that is marked on the track; none below `from`
    readonly property color ink: enabled ? Theme.accent : Theme.borderStrong

    implicitHeight: Theme.compact
    implicitWidth: Theme.sliderWidth
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Slider

    background: Rectangle {
        x: slider.leftPadding
        y: Math.round((slider.height - height) / 2)
        width: slider.availableWidth
        height: Theme.space1
        radius: height / 2
        color: Theme.memoryFree
        Rectangle {
            x: slider.mirrored ? parent.width - width : 0
            width: slider.position * parent.width
            height: parent.height
            radius: height / 2
            color: slider.ink
        }
        Rectangle {
            visible: slider.markAt >= slider.from && slider.to > slider.from
            readonly property real share: (slider.markAt - slider.from) / (slider.to - slider.from)
            readonly property real along: slider.mirrored ? 1 - share : share
            x: Math.round(along * (parent.width - Theme.sliderKnob) + (Theme.sliderKnob - width) / 2)
            y: Math.round((parent.height - height) / 2)
            width: Theme.ring
            height: Theme.sliderMark
            color: Theme.text
        }
    }
    handle: Rectangle {
        x: slider.leftPadding + slider.visualPosition * (slider.availableWidth - width)
        y: Math.round((slider.height - height) / 2)
        width: Theme.sliderKnob
        height: Theme.sliderKnob
        radius: height / 2
        color: Theme.surface
        border.width: Theme.ring
        border.color: slider.ink
        FocusRing {
            visible: slider.visualFocus
            corner: 9
        }
    }
}
