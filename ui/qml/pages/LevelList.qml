// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Snug

// The levels of a repository, one to be picked.
Column {
    id: list

    property string chosen
    property string suggested
    signal picked(string label)

    Accessible.role: Accessible.List
    Accessible.name: qsTr("Levels")

    RowLayout {
        width: parent.width
        height: Theme.compact
        spacing: Theme.space3
        AppText {
            Layout.fillWidth: true
            text: qsTr("Level")
            size: Theme.caption
            color: Theme.muted
        }
        AppText {
            Layout.preferredWidth: Theme.columnVerdictShort
            text: qsTr("Here")
            size: Theme.caption
            color: Theme.muted
        }
        AppText {
            Layout.preferredWidth: Theme.columnGib
            horizontalAlignment: Text.AlignRight
            text: qsTr("GiB")
            size: Theme.caption
            color: Theme.muted
        }
    }
    Repeater {
        model: Repository.levels
        T.AbstractButton {
            id: level

            required property string label
            required property string format
            required property string sizeText
            required property bool complete
            required property string verdict
            required property string verdictText
            required property string verdictWhy

            objectName: "level." + label
            width: list.width
            implicitHeight: Theme.compact
            enabled: complete
            checkable: true
            checked: list.chosen === label
            focusPolicy: Qt.StrongFocus
            Accessible.role: Accessible.RadioButton
            Accessible.name: qsTr("%1, %2 GiB, %3").arg(label).arg(sizeText).arg(verdictText)
            Accessible.checked: checked
            Accessible.onPressAction: clicked()
            Keys.onReturnPressed: clicked()
            onClicked: list.picked(label)

            contentItem: RowLayout {
                spacing: Theme.space3
                AppText {
                    Layout.fillWidth: true
                    text: level.label === list.suggested ? qsTr("%1, suggested").arg(level.label)
                                                         : level.label
                    size: Theme.small
                    color: level.enabled ? Theme.text : Theme.disabled
                    font.weight: level.checked ? Font.DemiBold : Font.Normal
                }
                VerdictBadge {
                    Layout.preferredWidth: Theme.columnVerdictShort
                    verdict: level.complete ? level.verdict : "no"
                    text: level.complete ? level.verdictText : qsTr("Incomplete")
                    Why {
                        activeFocusOnTab: false // the level is the stop of the keyboard
                        subject: level.verdictText
                        text: level.complete ? level.verdictWhy : qsTr("Parts of it are missing on the Hub.")
                        asked: level.visualFocus
                    }
                }
                AppText {
                    Layout.preferredWidth: Theme.columnGib
                    horizontalAlignment: Text.AlignRight
                    text: level.sizeText
                    size: Theme.small
                    font.family: Theme.mono
                }
            }
            background: Rectangle {
                x: -Theme.space2
                width: level.width + 2 * Theme.space2
                radius: Theme.radius
                color: level.checked ? Theme.accentTint : level.hovered ? Theme.raised : "transparent"
                FocusRing {
                    visible: level.visualFocus
                    offset: -4
                }
            }
        }
    }
}
