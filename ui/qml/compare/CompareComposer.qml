// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// The prompt for all columns. Enter sends, Shift+Enter breaks the line.
Item {
    id: composer

    function focusText() {
        input.forceActiveFocus(Qt.OtherFocusReason);
    }
    function send() {
        const message = input.text;
        if (!Compare.canSend || message.trim().length === 0)
            return;
        input.clear();
        Compare.send(message);
    }
    function onReturn(event) {
        event.accepted = !(event.modifiers & Qt.ShiftModifier);
        if (event.accepted)
            composer.send();
    }

    implicitHeight: box.height + Theme.space4
    Rectangle {
        id: box
        x: Theme.space6
        width: composer.width - 2 * Theme.space6
        height: column.implicitHeight + 2 * Theme.inset
        radius: Theme.radiusCard
        color: Theme.surface
        border.width: input.activeFocus ? Theme.ring : Theme.line
        border.color: input.activeFocus ? Theme.accent : Theme.borderStrong
        TapHandler {
            onTapped: input.forceActiveFocus(Qt.MouseFocusReason)
        }
        ColumnLayout {
            id: column
            anchors {
                left: parent.left
                right: parent.right
                top: parent.top
                topMargin: Theme.inset
                leftMargin: Theme.bubblePadding
                rightMargin: Theme.inset
            }
            spacing: Theme.space2
            ScrollView {
                Layout.fillWidth: true
                Layout.maximumHeight: 4 * Theme.lineHeight(Theme.body)
                contentWidth: availableWidth
                ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
                TextArea {
                    id: input
                    objectName: "compareComposer"
                    padding: 0
                    wrapMode: TextEdit.Wrap
                    textFormat: TextEdit.PlainText
                    color: Theme.text
                    placeholderText: Compare.begun ? qsTr("Ask all of them a follow-up")
                        : qsTr("Ask all of them")
                    placeholderTextColor: Theme.muted
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.textOnAccent
                    font.family: Theme.sans
                    font.pixelSize: Theme.body
                    background: null
                    Accessible.name: qsTr("Prompt for all models")
                    Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Keys.onReturnPressed: event => composer.onReturn(event)
                    Keys.onEnterPressed: event => composer.onReturn(event)
                }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space2
                AppText {
                    objectName: "compareHint"
                    Layout.fillWidth: true
                    text: {
                        if (Compare.hint.length > 0)
                            return Compare.hint;
                        return Compare.begun ? qsTr("A comparison is not kept; continue with one to keep it.")
                            : qsTr("System prompt and sampling are the chat's; one seed goes to all.");
                    }
                    size: Theme.caption
                    color: Theme.muted
                    wrapMode: Text.Wrap
                }
                AppText {
                    visible: Compare.busy
                    text: qsTr("Esc stops")
                    size: Theme.caption
                    color: Theme.muted
                }
                AppButton {
                    visible: Compare.busy
                    objectName: "compareStop"
                    text: qsTr("Stop all")
                    iconName: "square"
                    onClicked: Compare.stop()
                }
                AppButton {
                    visible: !Compare.busy
                    objectName: "compareSend"
                    kind: "primary"
                    text: qsTr("Ask all")
                    iconName: "arrow-right"
                    enabled: Compare.canSend && input.text.trim().length > 0
                    onClicked: composer.send()
                }
            }
        }
    }
}
