// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One repository: what it is, and how it would run here.
Item {
    id: row

    required property int index
    required property string repository
    required property string name
    required property string maker
    required property string subtitle
    required property string downloadsText
    required property string verdict
    required property string verdictText
    required property string verdictWhy

    property bool roomy: true
    property bool chosen: false
    property bool focused: false
    property bool asked: false // F1 on the focused row: why this verdict?
    signal opened
    signal modelWanted

    objectName: "discoverRow." + index
    onFocusedChanged: asked = false
    implicitHeight: Theme.rowTall
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 of %2, %3, %4").arg(name).arg(maker).arg(subtitle).arg(verdictText)
    Accessible.selected: chosen
    Accessible.onPressAction: opened()

    Rectangle {
        anchors.fill: parent
        color: row.chosen ? Theme.accentTint : over.hovered ? Theme.raised : "transparent"
        Rectangle {
            visible: row.chosen
            width: Theme.marker
            height: parent.height
            color: Theme.accent
        }
        FocusRing {
            visible: row.focused
            offset: -4
        }
        HoverHandler {
            id: over
        }
        TapHandler {
            onTapped: row.opened()
            onDoubleTapped: row.modelWanted()
        }
        RowLayout {
            anchors {
                fill: parent
                leftMargin: Theme.space3
                rightMargin: Theme.space4
            }
            spacing: Theme.space4
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                Row {
                    id: names
                    Layout.fillWidth: true
                    spacing: Theme.space2
                    AppText {
                        id: nameLabel
                        width: Math.min(Math.ceil(implicitWidth), names.width)
                        text: row.name
                        font.weight: Font.Medium
                    }
                    AppText {
                        width: Math.max(0, names.width - nameLabel.width - names.spacing)
                        visible: width > Theme.space6
                        anchors.verticalCenter: nameLabel.verticalCenter
                        text: row.maker
                        size: Theme.small
                        color: Theme.muted
                    }
                }
                AppText {
                    Layout.fillWidth: true
                    text: row.subtitle
                    size: Theme.small
                    color: Theme.muted
                }
            }
            VerdictBadge {
                Layout.preferredWidth: Theme.columnLevel
                verdict: row.verdict
                text: row.verdictText
                Why {
                    activeFocusOnTab: false // the row is the stop of the keyboard
                    subject: row.verdictText
                    text: row.verdictWhy
                    asked: row.focused && row.asked
                }
            }
            AppText {
                visible: row.roomy
                Layout.preferredWidth: Theme.columnSize
                horizontalAlignment: Text.AlignRight
                text: row.downloadsText
                size: Theme.small
                font.family: Theme.mono
            }
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: Theme.line
            color: Theme.border
        }
    }
}
