// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// How this chat answers, each setting with one line on what it changes.
Item {
    id: sheet

    signal closed
    signal promptWanted
    signal sheetWanted // how the model is loaded

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.header
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space2
            AppText {
                Layout.fillWidth: true
                text: qsTr("Settings of this chat")
                font.weight: Font.DemiBold
            }
            AppButton {
                objectName: "resetSettingsButton"
                kind: "quiet"
                compact: true
                text: qsTr("Defaults")
                enabled: Chat.settingsChanged
                onClicked: Chat.resetSettings()
            }
            AppButton {
                objectName: "closeSettingsButton"
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Close")
                onClicked: sheet.closed()
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Theme.border
        }
        ScrollView {
            id: scroll
            Layout.fillWidth: true
            Layout.fillHeight: true
            contentWidth: availableWidth
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
            ScrollBar.vertical: AppScrollBar {
                parent: scroll
                x: scroll.width - width
                height: scroll.height
            }
            ColumnLayout {
                x: Theme.space4
                width: sheet.width - 2 * Theme.space4
                spacing: Theme.space4
                SavedButton {
                    Layout.topMargin: Theme.space4
                    objectName: "presetsButton"
                    text: qsTr("Presets")
                    rows: Chat.saved.presets
                    idRole: "presetId"
                    saveText: qsTr("Save these settings")
                    removeText: qsTr("Delete a preset")
                    onApplied: id => Chat.saved.applyPreset(id)
                    onRemoved: id => Chat.saved.removePreset(id)
                    onSaveWanted: presetName.show()
                }
                ModelPresetLine {
                    Layout.fillWidth: true
                }
                SettingBlock {
                    title: qsTr("System prompt")
                    note: qsTr("Read by the model before every conversation turn.")
                    SettingText {
                        name: "systemPrompt"
                        title: qsTr("System prompt")
                        value: Chat.systemPrompt
                        onChanged: value => Chat.systemPrompt = value
                    }
                    SavedButton {
                        objectName: "promptsButton"
                        text: qsTr("Saved prompts")
                        rows: Chat.saved.prompts
                        idRole: "promptId"
                        saveText: qsTr("Save this prompt")
                        removeText: qsTr("Delete a prompt")
                        onApplied: id => Chat.saved.applyPrompt(id)
                        onRemoved: id => Chat.saved.removePrompt(id)
                        onSaveWanted: promptName.show()
                    }
                }
                SettingSlider {
                    objectName: "temperature"
                    title: qsTr("Temperature")
                    note: qsTr("Higher is more surprising; 0 always takes the likeliest word.")
                    from: 0
                    to: 2
                    step: 0.05
                    digits: 2
                    value: Chat.temperature
                    onChanged: value => Chat.temperature = value
                }
                SettingSlider {
                    objectName: "topP"
                    title: qsTr("Top-p")
                    note: qsTr("Only words that together hold this share of the likelihood.")
                    from: 0
                    to: 1
                    step: 0.01
                    digits: 2
                    value: Chat.topP
                    onChanged: value => Chat.topP = value
                }
                SettingSlider {
                    objectName: "minP"
                    title: qsTr("Min-p")
                    note: qsTr("Drops words less likely than this share of the likeliest.")
                    from: 0
                    to: 0.5
                    step: 0.01
                    digits: 2
                    value: Chat.minP
                    onChanged: value => Chat.minP = value
                }
                SettingSlider {
                    objectName: "topK"
                    title: qsTr("Top-k")
                    note: qsTr("Only this many words are considered; 0 takes all.")
                    from: 0
                    to: 200
                    step: 1
                    value: Chat.topK
                    onChanged: value => Chat.topK = value
                }
                SettingSlider {
                    objectName: "repeatPenalty"
                    title: qsTr("Repeat penalty")
                    note: qsTr("Above 1, recent words become less likely.")
                    from: 1
                    to: 1.5
                    step: 0.01
                    digits: 2
                    value: Chat.repeatPenalty
                    onChanged: value => Chat.repeatPenalty = value
                }
                SettingNumber {
                    objectName: "maxTokens"
                    title: qsTr("Longest answer")
                    note: qsTr("In tokens; 0 ends only when the model does or the context is full.")
                    from: 0
                    to: 1000000
                    value: Chat.maxTokens
                    onChanged: value => Chat.maxTokens = value
                }
                SettingNumber {
                    objectName: "seed"
                    title: qsTr("Seed")
                    note: qsTr("The same seed repeats an answer; −1 draws a new one.")
                    from: -1
                    to: 2147483647
                    value: Chat.seed
                    onChanged: value => Chat.seed = value
                }
                SettingBlock {
                    title: qsTr("Stop strings")
                    note: qsTr("One a line; the answer ends before any of them.")
                    SettingText {
                        name: "stopStrings"
                        title: qsTr("Stop strings")
                        exact: true
                        value: Chat.stopStrings
                        onChanged: value => Chat.stopStrings = value
                    }
                }
                SettingBlock {
                    title: qsTr("JSON schema")
                    note: Chat.schemaUsable ? qsTr("The answer is JSON of this shape.")
                        : qsTr("This is no JSON object, so nothing can be asked.")
                    SettingText {
                        name: "jsonSchema"
                        title: qsTr("JSON schema")
                        exact: true
                        wrong: !Chat.schemaUsable
                        value: Chat.jsonSchema
                        onChanged: value => Chat.jsonSchema = value
                    }
                }
                SettingBlock {
                    title: qsTr("Grammar")
                    note: qsTr("GBNF that the answer follows. A JSON schema goes before it.")
                    SettingText {
                        name: "grammar"
                        title: qsTr("Grammar")
                        exact: true
                        value: Chat.grammar
                        onChanged: value => Chat.grammar = value
                    }
                }
                SettingBlock {
                    title: qsTr("When the context is full")
                    note: ({
                            "drop": qsTr("The oldest messages are no longer sent; a line shows where."),
                            "summarise": qsTr("The model sums up the oldest messages, then leaves them out.")
                        })[Chat.context.atEdge] ?? qsTr("Nothing is sent until you choose or shorten.")
                    ChoiceButton {
                        objectName: "atEdge"
                        current: Chat.context.atEdge
                        choices: [{
                                "key": "stop",
                                "words": qsTr("Send nothing")
                            }, {
                                "key": "drop",
                                "words": qsTr("Leave out the oldest")
                            }, {
                                "key": "summarise",
                                "words": qsTr("Sum up the oldest")
                            }]
                        onChosen: key => Chat.context.atEdge = key
                    }
                }
                SettingBlock {
                    title: qsTr("Exact prompt")
                    note: qsTr("What the model is given, word for word, with special tokens.")
                    AppButton {
                        objectName: "promptButton"
                        compact: true
                        text: qsTr("Show the exact prompt")
                        enabled: Engine.state === "ready" && !Chat.busy
                        onClicked: sheet.promptWanted()
                    }
                }
                Rectangle {
                    Layout.fillWidth: true
                    implicitHeight: 1
                    color: Theme.border
                }
                SettingBlock {
                    Layout.bottomMargin: Theme.space4
                    visible: Load.possible
                    title: qsTr("How it is loaded")
                    note: qsTr("Context, KV cache, GPU layers, adapters, chat template: kept for each model.")
                    AppButton {
                        objectName: "loadSheetButton"
                        text: qsTr("Show")
                        iconName: "gauge"
                        Accessible.name: qsTr("Show how it is loaded")
                        onClicked: sheet.sheetWanted()
                    }
                }
            }
        }
    }
    SaveDialog {
        id: presetName
        title: qsTr("Save these settings")
        perModel: true
        onSaved: (name, forThisModel) => Chat.saved.savePreset(name, forThisModel)
    }
    SaveDialog {
        id: promptName
        title: qsTr("Save this prompt")
        onSaved: name => Chat.saved.savePrompt(name)
    }
}
