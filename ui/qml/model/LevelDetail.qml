// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What more is known of a level: what it is, what this model's shape makes of it, where its figures come
// from.
Rectangle {
    id: detail

    required property string label
    required property string description
    required property var notes
    required property string bitsText
    required property string imatrix
    required property string sizeWhy
    required property string qualityWhy

    objectName: "levelDetail." + label
    implicitHeight: column.implicitHeight + 2 * Theme.space4
    color: Theme.background

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            margins: Theme.space4
        }
        spacing: Theme.space2
        AppText {
            Layout.fillWidth: true
            visible: text.length > 0
            text: detail.description
            wrapMode: Text.Wrap
        }
        Repeater {
            model: detail.notes
            RowLayout {
                id: note
                required property string modelData
                Layout.fillWidth: true
                spacing: Theme.space2
                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: Theme.ring
                    name: "info"
                    color: Theme.muted
                }
                AppText {
                    Layout.fillWidth: true
                    text: note.modelData
                    size: Theme.small
                    wrapMode: Text.Wrap
                }
            }
        }
        Repeater {
            model: [{
                    "term": qsTr("Size"),
                    "words": detail.sizeWhy
                }, {
                    "term": qsTr("Importance matrix"),
                    "words": ({
                            "required": qsTr("Needed: a record of which weights matter, from a text."),
                            "helps": qsTr("Helps: a record of which weights matter, from a text."),
                            "not_used": qsTr("Makes no difference.")
                        })[detail.imatrix] ?? ""
                }, {
                    "term": qsTr("Quality"),
                    "words": detail.qualityWhy
                }]
            RowLayout {
                id: fact
                required property var modelData
                visible: modelData.words.length > 0
                Layout.fillWidth: true
                spacing: Theme.space3
                AppText {
                    Layout.preferredWidth: Theme.columnLabel
                    Layout.alignment: Qt.AlignTop
                    text: fact.modelData.term
                    size: Theme.small
                    color: Theme.muted
                }
                AppText {
                    Layout.fillWidth: true
                    text: fact.modelData.words
                    size: Theme.small
                    wrapMode: Text.Wrap
                }
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
}
