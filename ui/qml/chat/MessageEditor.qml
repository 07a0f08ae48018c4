// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// Another wording of a message, in its place. Ctrl+Enter keeps it, Escape gives it up.
Rectangle {
    id: editor

    property int row
    property bool mine: false
    property string source
    signal done

    function keep() {
        Chat.edit(row, area.text);
        done();
    }

    implicitHeight: column.implicitHeight + 2 * Theme.inset
    radius: Theme.radiusCard
    color: Theme.surface
    border.width: area.activeFocus ? Theme.ring : Theme.line
    border.color: area.activeFocus ? Theme.accent : Theme.borderStrong

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            leftMargin: Theme.bubblePadding
            rightMargin: Theme.inset
            topMargin: Theme.inset
        }
        spacing: Theme.space2
        ScrollView {
            Layout.fillWidth: true
            Layout.maximumHeight: 16 * Theme.lineHeight(Theme.body)
            contentWidth: availableWidth
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
            TextArea {
                id: area
                objectName: "messageEditor"
                padding: 0
                wrapMode: TextEdit.Wrap
                textFormat: TextEdit.PlainText
                color: Theme.text
                selectionColor: Theme.accent
                selectedTextColor: Theme.textOnAccent
                font.family: Theme.sans
                font.pixelSize: Theme.body
                background: null
                text: editor.source
                Accessible.name: editor.mine ? qsTr("Your message") : qsTr("The answer")
                KeyNavigation.priority: KeyNavigation.BeforeItem
                KeyNavigation.tab: cancel
                // Before the page's own Escape.
                Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
                Keys.onEscapePressed: editor.done()
                Keys.onPressed: event => {
                    const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
                    event.accepted = enter && (event.modifiers & Qt.ControlModifier);
                    if (event.accepted)
                        editor.keep();
                }
                Component.onCompleted: {
                    forceActiveFocus(Qt.OtherFocusReason);
                    cursorPosition = length;
                }
            }
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: Theme.space2
            AppButton {
                id: cancel
                objectName: "cancelEditButton"
                compact: true
                text: qsTr("Cancel")
                onClicked: editor.done()
            }
            AppButton {
                objectName: "keepEditButton"
                compact: true
                text: editor.mine ? qsTr("Ask again") : qsTr("Keep as a version")
                enabled: area.text.trim().length > 0 && (!editor.mine || Chat.canSend)
                onClicked: editor.keep()
            }
        }
    }
}
