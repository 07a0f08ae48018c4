// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Snug

// One of a few ways to load, each with what it takes of memory and whether that fits. choices: [{ key, words,
// figure, verdict, why }]
ColumnLayout {
    id: block

    property string title
    property string note
    property var choices: []
    property string current
    signal chosen(string key)

    Layout.fillWidth: true
    spacing: Theme.space1
    AppText {
        text: block.title
        font.weight: Font.Medium
    }
    AppText {
        Layout.fillWidth: true
        text: block.note
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    Repeater {
        model: block.choices.length // answers come one by one, and the focus stays
        T.RadioButton {
            id: option
            required property int index
            readonly property var choice: block.choices[index] ?? ({
                    "key": "",
                    "words": "",
                    "figure": "",
                    "verdict": "",
                    "why": ""
                })
            objectName: block.objectName + "." + choice.key
            Layout.fillWidth: true
            implicitHeight: Theme.compact
            checked: choice.key === block.current
            focusPolicy: Qt.StrongFocus
            hoverEnabled: true
            Accessible.role: Accessible.RadioButton
            Accessible.name: block.title + ", " + choice.words
            Accessible.description: choice.why
            Accessible.onPressAction: clicked()
            onClicked: block.chosen(choice.key)
            contentItem: Item {
                Rectangle {
                    id: dot
                    width: Theme.icon
                    height: Theme.icon
                    radius: width / 2
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.surface
                    border.width: option.checked ? Theme.icon / 3 : Theme.line
                    border.color: option.checked ? Theme.accent : Theme.outline
                }
                ElidedText {
                    anchors {
                        left: dot.right
                        leftMargin: Theme.space2
                        right: figure.left
                        rightMargin: Theme.space2
                        verticalCenter: parent.verticalCenter
                    }
                    text: option.choice.words
                    size: Theme.small
                    Accessible.ignored: true
                }
                AppText {
                    id: figure
                    anchors {
                        right: verdict.left
                        rightMargin: Theme.space2
                        verticalCenter: parent.verticalCenter
                    }
                    text: {
                        if (option.choice.verdict.length === 0)
                            return "…";
                        return option.choice.figure.length > 0 ? option.choice.figure : qsTr("refused");
                    }
                    size: Theme.small
                    font.family: Theme.mono
                    color: Theme.muted
                    Accessible.ignored: true
                }
                Icon {
                    id: verdict
                    anchors {
                        right: parent.right
                        verticalCenter: parent.verticalCenter
                    }
                    visible: option.choice.verdict.length > 0
                    name: Theme.verdictIcon(option.choice.verdict)
                    color: Theme.verdictColor(option.choice.verdict)
                }
            }
            background: Rectangle {
                radius: Theme.radius
                color: option.hovered ? Theme.raised : "transparent"
                FocusRing {
                    visible: option.visualFocus
                }
            }
            Tip {
                text: option.choice.why
                visible: text.length > 0 && (option.hovered || option.visualFocus)
            }
        }
    }
}
