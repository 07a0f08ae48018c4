// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// Where the next message is written. Enter sends, Shift+Enter breaks the line. Loading shows in place of the
// hint.
Item {
    id: composer

    readonly property bool loading: Engine.state === "loading"

    readonly property bool canSend: Chat.canSend && !Chat.attachments.reading
        && (input.text.trim().length > 0 || Chat.attachments.count > 0)

    function focusText() {
        input.forceActiveFocus(Qt.OtherFocusReason);
    }
    function showCommands() {
        input.text = "/";
        input.cursorPosition = 1;
    }
    function chooseFile() {
        picker.open();
    }
    function send() {
        if (Chat.enter(input.text))
            input.clear();
    }

    implicitHeight: box.height + Theme.space4
    CommandList {
        id: commands
        width: box.width
        x: box.x
        y: -height - Theme.space2
        line: input.text
        onTaken: text => {
            input.text = text;
            input.cursorPosition = input.length;
        }
    }
    Rectangle {
        id: box
        width: Math.min(parent.width - 2 * Theme.space6, Theme.readingWidth)
        height: column.implicitHeight + 2 * Theme.inset
        anchors.horizontalCenter: parent.horizontalCenter
        radius: Theme.radiusCard
        color: Theme.surface
        border.width: input.activeFocus ? Theme.ring : Theme.line
        border.color: input.activeFocus ? Theme.accent : Theme.borderStrong
        // The whole box is the field, not only its first line.
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
            ColumnLayout {
                visible: composer.loading
                Layout.fillWidth: true
                spacing: Theme.space2
                RowLayout {
                    AppText {
                        Layout.fillWidth: true
                        objectName: "loadTitle"
                        text: Engine.loadTitle
                        size: Theme.small
                    }
                    AppText {
                        visible: Engine.loadProgress >= 0
                        text: qsTr("%1 %").arg(Math.round(Engine.loadProgress * 100))
                        size: Theme.small
                        font.family: Theme.mono
                    }
                }
                ProgressLine {
                    Layout.fillWidth: true
                    value: Engine.loadProgress
                    description: Engine.loadTitle
                }
            }
            DraftChips {
                id: chips
                Layout.fillWidth: true
                visible: chips.filled
                onTextWanted: text => input.insert(input.cursorPosition, text)
                onFocusLost: input.forceActiveFocus(Qt.OtherFocusReason)
            }
            ScrollView {
                Layout.fillWidth: true
                Layout.maximumHeight: 8 * Theme.lineHeight(Theme.body)
                contentWidth: availableWidth
                ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
                ScrollBar.vertical: AppScrollBar {
                    parent: box
                    x: box.width - width - 2
                    y: Theme.inset
                    height: box.height - 2 * Theme.inset
                }
                TextArea {
                    id: input
                    objectName: "composer"
                    padding: 0
                    wrapMode: TextEdit.Wrap
                    textFormat: TextEdit.PlainText
                    color: Theme.text
                    placeholderText: {
                        if (composer.loading)
                            return "";
                        return Engine.state === "ready" ? qsTr("Ask %1").arg(Engine.modelName)
                            : qsTr("Choose a model, then write here");
                    }
                    placeholderTextColor: Theme.muted
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.textOnAccent
                    font.family: Theme.sans
                    font.pixelSize: Theme.body
                    background: null
                    Accessible.name: qsTr("Message")
                    // A tab is no text here, and leads on even while there is nothing to send.
                    Keys.onTabPressed: commands.open ? commands.take()
                        : nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Component.onCompleted: text = Chat.draft
                    onTextChanged: Chat.draft = text
                    Keys.onUpPressed: event => composer.onArrow(event, true)
                    Keys.onDownPressed: event => composer.onArrow(event, false)
                    Keys.onPressed: event => event.accepted = event.matches(StandardKey.Paste)
                        && Chat.attachments.paste()
                    Keys.onReturnPressed: event => composer.onReturn(event)
                    Keys.onEnterPressed: event => composer.onReturn(event)
                    Connections {
                        target: Chat
                        function onCurrentChanged() {
                            input.text = Chat.draft;
                        }
                    }
                }
            }
            Loader {
                Layout.fillWidth: true
                active: Chat.contextSize > 0 && Chat.contextUsed >= Chat.contextSize && !Chat.busy
                visible: active
                sourceComponent: EdgeNotice {
                }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space2
                AppButton {
                    objectName: "attachButton"
                    kind: "quiet"
                    compact: true
                    iconName: "paperclip"
                    tip: qsTr("Attach a text or an image")
                    onClicked: picker.open()
                }
                AppText {
                    Layout.fillWidth: true
                    text: composer.loading ? Engine.loadDetail : ""
                    size: Theme.caption
                    color: Theme.muted
                }
                AppText {
                    visible: Chat.busy
                    text: qsTr("Esc stops")
                    size: Theme.caption
                    color: Theme.muted
                }
                AppButton {
                    visible: composer.loading
                    objectName: "cancelLoadButton"
                    text: qsTr("Cancel")
                    onClicked: Engine.cancelLoad()
                }
                AppButton {
                    id: stopButton
                    visible: Chat.busy
                    objectName: "stopButton"
                    text: qsTr("Stop")
                    iconName: "square"
                    onClicked: Chat.stop()
                }
                AppButton {
                    id: sendButton
                    visible: !Chat.busy && !composer.loading
                    objectName: "sendButton"
                    kind: "primary"
                    text: qsTr("Send")
                    iconName: "arrow-right"
                    enabled: composer.canSend || input.text.startsWith("/")
                    onClicked: composer.send()
                }
            }
        }
    }

    FilePicker {
        id: picker
        title: qsTr("Attach a text or an image")
        onChosen: file => Chat.attachments.addFile(file)
    }

    // In an empty field, or in one that shows what was sent before, the arrows walk through that.
    function onArrow(event, up) {
        if (commands.open) {
            commands.move(up ? -1 : 1);
            return;
        }
        event.accepted = Chat.isOldPrompt(input.text) || (up && input.text.length === 0);
        if (!event.accepted)
            return;
        input.text = up ? Chat.olderPrompt(input.text) : Chat.newerPrompt(input.text);
        input.cursorPosition = input.length;
    }
    function onReturn(event) {
        if (event.modifiers & Qt.ShiftModifier) {
            event.accepted = false;
            return;
        }
        event.accepted = true;
        if (commands.open && !commands.whole)
            commands.take();
        else
            composer.send();
    }
}
