// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// One of a few choices, all visible. options: list of {value, text}.
Rectangle {
    id: control

    property var options: []
    property string value
    property string label
    signal chosen(string value)

    implicitWidth: row.implicitWidth + 4
    implicitHeight: Theme.control
    radius: Theme.radius
    color: Theme.raised
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Row {
        id: row
        x: 2
        y: 2
        Repeater {
            model: control.options
            T.RadioButton {
                id: option
                required property var modelData
                objectName: "option." + modelData.value
                text: modelData.text
                checked: modelData.value === control.value
                implicitWidth: caption.implicitWidth + Theme.space6
                implicitHeight: control.height - 4
                focusPolicy: Qt.StrongFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                Accessible.onPressAction: clicked()
                onClicked: control.chosen(modelData.value)
                contentItem: Text {
                    id: caption
                    text: option.text
                    font.family: Theme.sans
                    font.pixelSize: Theme.body
                    font.weight: option.checked ? Font.Medium : Font.Normal
                    color: {
                        if (!option.enabled)
                            return Theme.disabled;
                        return option.checked ? Theme.text : Theme.muted;
                    }
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: option.checked ? Theme.surface : "transparent"
                    border.width: option.checked ? 1 : 0
                    border.color: Theme.borderStrong
                    FocusRing {
                        visible: option.visualFocus
                        offset: 0
                        corner: 4
                    }
                }
            }
        }
    }
}
