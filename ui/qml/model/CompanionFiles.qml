// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What is loaded beside the model and takes memory too: a projector, a draft model, adapters.
ColumnLayout {
    id: files

    readonly property var kinds: ({
            "projector": qsTr("Projector"),
            "draft": qsTr("Draft"),
            "lora": qsTr("LoRA adapter")
        })

    spacing: Theme.space1
    AppText {
        Layout.fillWidth: true
        text: qsTr("Files beside the model")
        size: Theme.caption
        color: Theme.muted
        Why {
            subject: qsTr("Files beside the model")
            text: qsTr("A projector turns pictures and sound into tokens, a draft model guesses ahead so "
                + "that answers come faster, a LoRA adapter is what was trained later. Each takes memory "
                + "beside the weights.")
        }
    }
    Repeater {
        model: Fit.companions.projectors
        AppSwitch {
            id: projector
            required property int index
            required property var modelData
            objectName: "projector." + index
            Layout.fillWidth: true
            implicitWidth: 0
            text: modelData.name
            checked: modelData.used
            Accessible.name: qsTr("Projector %1").arg(modelData.name)
            onToggled: Fit.companions.useProjector(checked ? modelData.path : "")
            Tip {
                text: qsTr("Projector %1: for pictures and sound.").arg(projector.modelData.path)
                visible: projector.hovered || projector.visualFocus
            }
        }
    }
    Repeater {
        model: Fit.companions.added
        RowLayout {
            id: entry
            required property int index
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.space2
            AppText {
                text: files.kinds[entry.modelData.kind]
                size: Theme.small
                color: Theme.muted
            }
            ElidedText {
                objectName: "companion." + entry.index
                Layout.fillWidth: true
                text: entry.modelData.name
                elide: Text.ElideMiddle
                size: Theme.small
            }
            AppButton {
                objectName: "removeCompanion." + entry.index
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Without %1").arg(entry.modelData.name)
                onClicked: Fit.companions.remove(entry.modelData.kind, entry.modelData.path)
            }
        }
    }
    AppButton {
        id: button
        objectName: "addCompanion"
        compact: true
        iconName: "plus"
        text: qsTr("Add a file…")
        Accessible.role: Accessible.ButtonMenu
        onClicked: menu.popup(button, 0, button.height + Theme.space1)
        AppMenu {
            id: menu
            AppMenuItem {
                objectName: "addProjector"
                text: qsTr("Projector…")
                onTriggered: picker.ask("projector")
            }
            AppMenuItem {
                objectName: "useOwnDraft"
                visible: Fit.companions.ownDraft
                height: visible ? implicitHeight : 0
                text: qsTr("Guess with the model's own layers")
                onTriggered: Fit.companions.useOwnDraft()
            }
            AppMenuItem {
                objectName: "addDraft"
                text: qsTr("Draft model…")
                onTriggered: picker.ask("draft")
            }
            AppMenuItem {
                objectName: "addAdapter"
                text: qsTr("LoRA adapter…")
                onTriggered: picker.ask("lora")
            }
        }
    }
    AppText {
        objectName: "companionRefusal"
        Layout.fillWidth: true
        visible: text.length > 0
        text: Fit.companions.refusal
        size: Theme.small
        color: Theme.no
        wrapMode: Text.Wrap
    }
    AppText {
        objectName: "companionNote"
        Layout.fillWidth: true
        visible: Fit.companions.any && (Fit.machine.length > 0 || Fit.otherMachine.length > 0)
        text: qsTr("On another machine they are estimated: only this computer's engine can measure them.")
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    FilePicker {
        id: picker
        property string kind
        title: qsTr("Choose the file of a %1").arg(files.kinds[kind] ?? "")
        nameFilters: Array.of(qsTr("Model files (*.gguf)"), qsTr("All files (*)"))
        onChosen: file => Fit.companions.add(kind, file)
        function ask(what: string) {
            kind = what;
            open();
        }
    }
}
