// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Whether it fits so, and what each device would hold.
ColumnLayout {
    id: card

    readonly property var now: Load.forecast.now

    spacing: Theme.space3
    ElidedText {
        Layout.fillWidth: true
        text: Engine.level.length > 0 ? Engine.modelName + " · " + Engine.level : Engine.modelName
        elide: Text.ElideMiddle
        size: Theme.small
        color: Theme.muted
    }
    RowLayout {
        visible: card.now.state === "ready"
        spacing: Theme.space2
        VerdictBadge {
            objectName: "loadVerdict"
            filled: true
            verdict: card.now.verdict ?? ""
            text: card.now.text ?? ""
            Why {
                subject: card.now.text ?? ""
                text: card.now.why ?? ""
            }
        }
        AppText {
            Layout.fillWidth: true
            text: card.now.detail ?? ""
            size: Theme.small
            color: Theme.muted
            elide: Text.ElideRight
        }
    }
    AppText {
        Layout.fillWidth: true
        visible: card.now.state === "asking" && !Load.forecast.problem.present
        text: qsTr("Asking the engine's allocator…")
        size: Theme.small
        color: Theme.muted
    }
    Banner {
        objectName: "loadRefusal"
        Layout.fillWidth: true
        visible: card.now.state === "refused"
        title: card.now.text ?? ""
        body: card.now.hint ?? ""
    }
    Banner {
        objectName: "loadProblem"
        Layout.fillWidth: true
        visible: Load.forecast.problem.present
        kind: "partly"
        title: Load.forecast.problem.message
        body: Load.forecast.problem.hint
        details: Load.forecast.problem.details
        onCopied: text => Chat.copyText(text)
    }
    Repeater {
        model: Load.forecast.memory
        DeviceMemory {
            required property var modelData
            Layout.fillWidth: true
            memory: modelData
        }
    }
}
