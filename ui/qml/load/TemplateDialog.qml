// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.Basic
import Snug

// The text of the chat template; what is changed in it stands in for the model's own once it was looked at.
AppDialog {
    id: dialog

    readonly property bool edited: area.text !== Load.chatTemplate.text

    function begin() {
        Load.chatTemplate.dismissProblem();
        area.text = Load.chatTemplate.text;
        open();
        area.forceActiveFocus(Qt.PopupFocusReason);
    }

    objectName: "templateDialog"
    title: qsTr("Chat template")
    width: parent ? Math.min(Theme.readingWidth, parent.width - 2 * Theme.space6) : Theme.readingWidth

    Connections {
        target: Load.chatTemplate
        enabled: dialog.opened
        function onChosen() {
            dialog.close();
        }
    }
    AppText {
        Layout.fillWidth: true
        text: Load.chatTemplate.text.length > 0
            ? qsTr("%1. A change is kept for this model alone; its file stays as it is.").arg(
                Load.templateWords)
            : qsTr("%1: there is no text to show. Write one, and it is kept for this model.").arg(
                Load.templateWords)
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Math.max(Theme.textAreaHeight,
            Math.min(1.6 * Theme.cardHeight, dialog.parent ? dialog.parent.height - 2 * Theme.cardHeight : 0))
        radius: Theme.radius
        color: Theme.surface
        border.width: area.activeFocus ? Theme.ring : Theme.line
        border.color: area.activeFocus ? Theme.accent : Theme.outline
        ScrollView {
            anchors.fill: parent
            anchors.margins: Theme.ring
            contentWidth: availableWidth
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
            TextArea {
                id: area
                objectName: "templateText"
                wrapMode: TextEdit.Wrap
                textFormat: TextEdit.PlainText
                color: Theme.text
                font.family: Theme.mono
                font.pixelSize: Theme.small
                selectionColor: Theme.accent
                selectedTextColor: Theme.textOnAccent
                background: null
                Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                Accessible.name: dialog.title
            }
        }
    }
    Banner {
        objectName: "templateRefusal"
        Layout.fillWidth: true
        visible: Load.chatTemplate.problem.present
        title: Load.chatTemplate.problem.message
        body: Load.chatTemplate.problem.hint
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppText {
            visible: Load.chatTemplate.busy
            text: qsTr("Looking at the template…")
            size: Theme.small
            color: Theme.muted
        }
        AppButton {
            objectName: "closeTemplate"
            text: qsTr("Close")
            onClicked: dialog.close()
        }
        AppButton {
            objectName: "useTemplate"
            kind: "primary"
            text: qsTr("Use this text")
            enabled: dialog.edited && !Load.chatTemplate.busy
            onClicked: Load.chatTemplate.useText(area.text)
        }
    }
}
