// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Which chat template makes the prompts, what was found in it, and another one in its place.
ColumnLayout {
    id: block

    spacing: Theme.space1
    AppText {
        text: qsTr("Chat template")
        font.weight: Font.Medium
    }
    AppText {
        Layout.fillWidth: true
        text: qsTr("Turns a conversation into what the model reads. A wrong one makes answers worse.")
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    ElidedText {
        objectName: "templateWords"
        Layout.fillWidth: true
        text: Load.templateWords
        elide: Text.ElideMiddle
        size: Theme.small
    }
    Repeater {
        model: Load.templateFindings
        RowLayout {
            id: finding
            required property int index
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.space2
            Icon {
                Layout.alignment: Qt.AlignTop
                name: "triangle-alert"
                color: Theme.partly
            }
            AppText {
                objectName: "templateFinding." + finding.index
                Layout.fillWidth: true
                text: finding.modelData.message
                size: Theme.small
                wrapMode: Text.Wrap
                Why {
                    subject: finding.modelData.message
                    text: finding.modelData.hint
                }
            }
        }
    }
    AppText {
        Layout.fillWidth: true
        visible: Load.chatTemplate.busy
        text: qsTr("Looking at the template…")
        size: Theme.small
        color: Theme.muted
    }
    Banner {
        objectName: "templateProblem"
        Layout.fillWidth: true
        visible: Load.chatTemplate.problem.present && !dialog.opened
        title: Load.chatTemplate.problem.message
        body: Load.chatTemplate.problem.hint
        closable: true
        onClosed: Load.chatTemplate.dismissProblem()
    }
    Flow {
        Layout.fillWidth: true
        spacing: Theme.space2
        AppButton {
            objectName: "viewTemplate"
            compact: true
            text: qsTr("View or edit…")
            onClicked: dialog.begin()
        }
        AppButton {
            objectName: "templateFile"
            compact: true
            text: qsTr("Use a file…")
            enabled: !Load.chatTemplate.busy
            onClicked: picker.open()
        }
        AppButton {
            objectName: "ownTemplate"
            compact: true
            visible: Load.templateReplaced
            text: qsTr("Use the model's own")
            onClicked: Load.chatTemplate.useOwn()
        }
    }
    TemplateDialog {
        id: dialog
    }
    FilePicker {
        id: picker
        title: qsTr("Choose a chat template")
        nameFilters: Array.of(qsTr("Templates (*.jinja *.jinja2 *.txt)"), qsTr("All files (*)"))
        onChosen: file => Load.chatTemplate.useFile(file)
    }
}
