// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What the model thought before it answered: folded, since it is no answer.
ColumnLayout {
    id: reasoning

    property string text
    property string time // how long it took; empty: nobody knows
    property bool thinking: false
    property bool unfolded: false
    property string name

    onNameChanged: unfolded = false

    spacing: Theme.space2
    AppButton {
        objectName: reasoning.name
        compact: true
        plain: true
        iconName: reasoning.unfolded ? "chevron-down" : "chevron-right"
        text: {
            if (reasoning.thinking)
                return qsTr("Thinking");
            return reasoning.time.length > 0 ? qsTr("Thought for %1").arg(reasoning.time)
                : qsTr("Thoughts before the answer");
        }
        onClicked: reasoning.unfolded = !reasoning.unfolded
    }
    Loader {
        Layout.fillWidth: true
        active: reasoning.unfolded
        visible: active
        sourceComponent: LongText {
            name: reasoning.name + ".text"
            padding: Theme.space3
            size: Theme.small
            color: Theme.muted
            text: reasoning.text
            Rectangle {
                width: Theme.ring
                height: parent.height
                color: Theme.border
            }
        }
    }
}
