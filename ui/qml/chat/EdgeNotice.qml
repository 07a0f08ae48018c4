// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Said before it is sent: the conversation with what is being typed is more than the model's context holds,
// and what then happens is chosen here.
ColumnLayout {
    id: notice

    readonly property var choices: [{
            "key": "drop",
            "words": qsTr("Leave out the oldest")
        }, {
            "key": "summarise",
            "words": qsTr("Sum up the oldest")
        }, {
            "key": "stop",
            "words": qsTr("Send nothing")
        }]

    spacing: Theme.space1
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space2
        Icon {
            name: "triangle-alert"
            color: Theme.verdictColor("partly")
        }
        AppText {
            Layout.fillWidth: true
            objectName: "edgeNotice"
            text: {
                const room = qsTr("This conversation is %1 tokens, and the context holds %2.")
                    .arg(Chat.contextUsed).arg(Chat.contextSize);
                const does = ({
                        "drop": qsTr("The oldest messages will be left out."),
                        "summarise": qsTr("The oldest messages will be summed up first.")
                    })[Chat.context.atEdge] ?? qsTr("It cannot be sent as it is.");
                return room + " " + does;
            }
            size: Theme.small
            wrapMode: Text.Wrap
            Accessible.role: Accessible.AlertMessage
        }
    }
    Flow {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.icon + Theme.space2
        spacing: Theme.space2
        Repeater {
            model: notice.choices.filter(choice => choice.key !== Chat.context.atEdge)
            AppButton {
                required property var modelData
                objectName: "atEdge." + modelData.key
                compact: true
                text: modelData.words
                onClicked: {
                    Chat.context.atEdge = modelData.key;
                    // The question that was not sent, if nothing else is being typed.
                    if (modelData.key !== "stop" && Chat.unanswered && Chat.draft.length === 0)
                        Chat.regenerate();
                }
            }
        }
    }
}
