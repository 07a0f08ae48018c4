// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Qt.labs.qmlmodels
import Snug

// An answer as Markdown: its blocks one below the other. While it grows, a block caret stands at its end.
Column {
    id: answer

    property alias source: blocks.source
    property bool writing: false
    property string name
    property int most: 2 * Theme.longText // characters that are shown at first

    function nameOf(block: int): string {
        return block > 0 ? answer.name + "." + block : answer.name;
    }

    spacing: Theme.space3
    onNameChanged: answer.most = 2 * Theme.longText

    // A column places its blocks before the next frame; a list has to know the height at once.
    Repeater {
        id: view
        model: MarkdownBlocks {
            id: blocks
            limit: answer.writing ? 0 : answer.most
        }
        onCountChanged: answer.forceLayout()
        DelegateChooser {
            role: "kind"
            DelegateChoice {
                roleValue: "code"
                CodeBlock {
                    required property int index
                    required property string info
                    required text
                    width: answer.width
                    name: answer.nameOf(index)
                    language: info
                    onHeightChanged: answer.forceLayout()
                }
            }
            DelegateChoice {
                roleValue: "table"
                TableBlock {
                    required property int index
                    required property string info
                    required text
                    width: answer.width
                    name: answer.nameOf(index)
                    source: info
                    onHeightChanged: answer.forceLayout()
                }
            }
            DelegateChoice {
                roleValue: "formula"
                FormulaBlock {
                    required property int index
                    required property string info
                    required text
                    width: answer.width
                    name: answer.nameOf(index)
                    source: info
                    onHeightChanged: answer.forceLayout()
                }
            }
            DelegateChoice {
                roleValue: "image"
                ImageBlock {
                    required property int index
                    required property string info
                    required text
                    width: answer.width
                    name: answer.nameOf(index)
                    address: info
                    onHeightChanged: answer.forceLayout()
                }
            }
            DelegateChoice {
                roleValue: "rule"
                Item {
                    width: answer.width
                    implicitHeight: Theme.space2
                    Rectangle {
                        anchors.verticalCenter: parent.verticalCenter
                        width: parent.width
                        height: Theme.line
                        color: Theme.border
                    }
                }
            }
            DelegateChoice {
                WordsBlock {
                    required property int index
                    required property string info
                    required text
                    width: answer.width
                    name: answer.nameOf(index)
                    number: info
                    caret: answer.writing && index === view.count - 1
                    onHeightChanged: answer.forceLayout()
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
