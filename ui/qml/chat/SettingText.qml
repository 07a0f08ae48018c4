// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// A setting of several lines; it counts when the field is left.
Rectangle {
    id: setting

    property string name // for screen readers and tests
    property string title
    property string value
    property bool exact: false // something that a program reads
    property bool wrong: false
    signal changed(string value)

    Layout.fillWidth: true
    implicitHeight: Theme.textAreaHeight
    radius: Theme.radius
    color: Theme.surface
    border.width: area.activeFocus || wrong ? Theme.ring : Theme.line
    border.color: wrong ? Theme.no : area.activeFocus ? Theme.accent : Theme.outline

    ScrollView {
        anchors.fill: parent
        anchors.margins: Theme.ring
        contentWidth: availableWidth
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        TextArea {
            id: area
            objectName: setting.name
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            color: Theme.text
            font.family: setting.exact ? Theme.mono : Theme.sans
            font.pixelSize: Theme.small
            selectionColor: Theme.accent
            selectedTextColor: Theme.textOnAccent
            background: null
            Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
            Accessible.name: setting.title
            text: setting.value
            onEditingFinished: setting.changed(text)
            onActiveFocusChanged: if (!activeFocus)
                setting.changed(text)
        }
        Connections {
            target: setting
            // Typing broke the binding; another value from outside still counts.
            function onValueChanged() {
                if (area.text !== setting.value)
                    area.text = setting.value;
            }
        }
    }
}
