// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Who guesses ahead: layers of the model's own, or a small model.
ColumnLayout {
    id: block

    readonly property bool chosen: Load.draft.length > 0 && !Load.ownDraft // a file

    spacing: Theme.space1
    AppText {
        text: qsTr("Guessing ahead")
        font.weight: Font.Medium
    }
    AppText {
        Layout.fillWidth: true
        text: qsTr("Something small guesses the next words and the model checks them, so the answers stay "
            + "its own. Right guesses make them faster; guessing takes memory.")
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    AppSwitch {
        id: own
        objectName: "ownDraft"
        Layout.fillWidth: true
        implicitWidth: 0
        visible: Load.ownDraft || Load.forecast.ownDraft
        text: qsTr("With layers of the model's own")
        checked: Load.ownDraft
        onToggled: Load.ownDraft = checked
        Tip {
            text: qsTr("This file has layers that predict further words; no second file is needed.")
            visible: own.hovered || own.visualFocus
        }
    }
    RowLayout {
        Layout.fillWidth: true
        visible: block.chosen
        spacing: Theme.space2
        ElidedText {
            objectName: "draftName"
            Layout.fillWidth: true
            text: Load.draftName
            elide: Text.ElideMiddle
            size: Theme.small
        }
        AppButton {
            objectName: "removeDraft"
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("Without a draft model")
            onClicked: Load.removeDraft()
        }
    }
    SettingNumber {
        objectName: "draftTokens"
        visible: Load.draft.length > 0
        title: qsTr("Guesses at a time")
        note: qsTr("0 takes the engine's 3. More pay off where the guesses are mostly right.")
        from: 0
        to: 64
        value: Load.draftTokens
        onChanged: value => Load.draftTokens = value
    }
    AppText {
        objectName: "draftGuesses"
        Layout.fillWidth: true
        visible: text.length > 0
        text: Load.guesses
        size: Theme.small
        wrapMode: Text.Wrap
    }
    AppText {
        objectName: "draftGain"
        Layout.fillWidth: true
        visible: text.length > 0
        text: Load.gain.running ? Load.gain.progress : Load.gain.text
        size: Theme.small
        wrapMode: Text.Wrap
        Why {
            subject: qsTr("The measured gain")
            text: qsTr("The same three questions, answered without guessing and with it, each a few times. "
                + " The figures are medians; other questions may be guessed better or worse.")
        }
    }
    Banner {
        objectName: "draftProblem"
        Layout.fillWidth: true
        visible: Load.gain.problem.present
        kind: "partly"
        title: Load.gain.problem.message
        body: Load.gain.problem.hint
    }
    Flow {
        Layout.fillWidth: true
        spacing: Theme.space2
        AppButton {
            objectName: "chooseDraft"
            compact: true
            iconName: block.chosen ? "" : "plus"
            text: block.chosen ? qsTr("Choose another draft model…") : qsTr("Choose a draft model…")
            onClicked: picker.open()
        }
        AppButton {
            objectName: "measureGain"
            compact: true
            visible: Load.draft.length > 0
            text: Load.gain.running ? qsTr("Cancel") : qsTr("Measure the gain")
            tip: Load.gain.running ? "" : qsTr("Loads the model a second time, beside the one that runs")
            onClicked: Load.gain.running ? Load.gain.cancel() : Load.measureGain()
        }
    }
    FilePicker {
        id: picker
        title: qsTr("Choose the file of a draft model")
        nameFilters: Array.of(qsTr("Model files (*.gguf)"), qsTr("All files (*)"))
        onChosen: file => Load.setDraft(file)
    }
}
