// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// Exactly what the model is given for this conversation, special tokens and all.
AppDialog {
    id: dialog

    // As if `question` were asked now; empty: as the conversation stands.
    function show(question: string) {
        Chat.prompt.show(question);
        open();
    }

    objectName: "promptDialog"
    title: qsTr("Exact prompt")
    width: parent ? Math.min(Theme.readingWidth, parent.width - 2 * Theme.space6) : Theme.readingWidth
    onOpened: close.forceActiveFocus(Qt.PopupFocusReason)
    onClosed: Chat.prompt.clear()

    AppText {
        Layout.fillWidth: true
        objectName: "promptNote"
        text: {
            if (Chat.prompt.state === "asking")
                return qsTr("Asking the engine");
            if (Chat.prompt.state === "failed")
                return (Chat.prompt.problem.message + " " + Chat.prompt.problem.hint).trim();
            return qsTr("%1 tokens, made by the template and the vocabulary of this model. The answer begins "
                + "where they end.").arg(Chat.prompt.tokens);
        }
        size: Theme.small
        color: Chat.prompt.state === "failed" ? Theme.no : Theme.muted
        wrapMode: Text.Wrap
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(text.implicitHeight, 0.6 * (dialog.parent?.height ?? 0))
        visible: Chat.prompt.state === "ready"
        radius: Theme.radius
        color: Theme.raised
        Flickable {
            id: view
            anchors.fill: parent
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            contentHeight: text.height
            ScrollBar.vertical: AppScrollBar {
            }
            LongText {
                id: text
                width: view.width
                height: implicitHeight
                name: "promptText"
                padding: Theme.inset
                paddingY: Theme.inset
                size: Theme.small
                mono: true
                text: Chat.prompt.text
            }
        }
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        CopyButton {
            objectName: "copyPrompt"
            visible: Chat.prompt.state === "ready"
            compact: false
            kind: "secondary"
            text: done ? copied : qsTr("Copy")
            onClicked: Chat.copyText(Chat.prompt.text)
        }
        AppButton {
            id: close
            objectName: "closePrompt"
            text: qsTr("Close")
            onClicked: dialog.close()
        }
    }
}
