// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A few choices behind a field, with its name above. choices: [{ key, words }]
ColumnLayout {
    id: field

    property string label
    property string why
    property alias current: button.current
    property alias choices: button.choices
    property alias name: button.objectName
    property alias shownText: button.text
    signal chosen(string key)

    spacing: Theme.space1
    AppText {
        Layout.fillWidth: true
        text: field.label
        size: Theme.caption
        color: Theme.muted
        Why {
            subject: field.label
            text: field.why
        }
    }
    ChoiceButton {
        id: button
        Layout.fillWidth: true
        compact: false
        plain: false
        font.weight: Font.Normal
        implicitWidth: 0
        Accessible.name: field.label + ", " + text
        onChosen: key => field.chosen(key)
        contentItem: Item {
            AppText {
                anchors {
                    left: parent.left
                    right: arrow.left
                    verticalCenter: parent.verticalCenter
                }
                text: button.text
                color: button.enabled ? Theme.text : Theme.disabled
                Accessible.ignored: true
            }
            Icon {
                id: arrow
                anchors {
                    right: parent.right
                    verticalCenter: parent.verticalCenter
                }
                name: "chevron-down"
                color: button.enabled ? Theme.muted : Theme.disabled
            }
        }
    }
}
