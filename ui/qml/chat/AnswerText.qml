// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// An answer as Markdown: its blocks one below the other. While it grows, a block caret stands at its end.
Column {
    id: answer

    property alias source: blocks.source
    property bool writing: false
    property string name
    property int most: 2 * Theme.longText // characters that are shown at first

    spacing: Theme.space3

    Repeater {
        id: view
        model: MarkdownBlocks {
            id: blocks
            limit: answer.writing ? 0 : answer.most
        }
        Loader {
            id: entry

            required property int index
            required property string kind
            required property string text
            required property string info
            readonly property string name: index === 0 ? answer.name : answer.name + "." + index

            width: answer.width
            sourceComponent: ({
                    "code": code,
                    "table": table,
                    "formula": formula,
                    "image": image,
                    "rule": rule
                })[kind] ?? words

            Component {
                id: words
                WordsBlock {
                    name: entry.name
                    text: entry.text
                    number: entry.info
                    caret: answer.writing && entry.index === view.count - 1
                }
            }
            Component {
                id: code
                CodeBlock {
                    name: entry.name
                    code: entry.text
                    language: entry.info
                }
            }
            Component {
                id: table
                TableBlock {
                    name: entry.name
                    text: entry.text
                    source: entry.info
                }
            }
            Component {
                id: formula
                FormulaBlock {
                    name: entry.name
                    text: entry.text
                    source: entry.info
                }
            }
            Component {
                id: image
                ImageBlock {
                    name: entry.name
                    text: entry.text
                    address: entry.info
                }
            }
            Component {
                id: rule
                Item {
                    implicitHeight: Theme.space2
                    Rectangle {
                        anchors.verticalCenter: parent.verticalCenter
                        width: parent.width
                        height: Theme.line
                        color: Theme.border
                    }
                }
            }
        }
    }
    Loader {
        active: blocks.hidden > 0
        visible: active
        sourceComponent: AppButton {
            objectName: answer.name + ".more"
            kind: "quiet"
            compact: true
            text: qsTr("Show more (%L1 of %L2 characters)").arg(blocks.source.length - blocks.hidden)
                .arg(blocks.source.length)
            onClicked: answer.most += 2 * Theme.longText
        }
    }
    Caret {
        visible: answer.writing && view.count === 0
    }
}
