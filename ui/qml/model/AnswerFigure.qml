// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A large figure with its unit, what it is, and why.
Item {
    id: figure

    property string value
    property string unit
    property string caption
    property string why
    property bool foreign: false // published for another model

    visible: value.length > 0
    implicitWidth: Math.ceil(Math.max(row.implicitWidth, words.implicitWidth)) + 2 * Theme.space5
    implicitHeight: row.implicitHeight + words.implicitHeight
    Accessible.role: Accessible.StaticText
    Accessible.name: value + " " + unit + ", " + caption

    Rectangle {
        anchors.left: parent.left
        width: Theme.line
        height: parent.height
        color: Theme.border
    }
    Row {
        id: row
        anchors {
            left: parent.left
            leftMargin: Theme.space5
        }
        spacing: Theme.gap
        AppText {
            id: number
            text: figure.value
            size: Theme.figure
            font.weight: Font.DemiBold
            font.italic: figure.foreign
            Accessible.ignored: true
        }
        AppText {
            text: figure.unit
            anchors.baseline: number.baseline
            color: Theme.muted
            Accessible.ignored: true
        }
    }
    AppText {
        id: words
        anchors {
            left: parent.left
            leftMargin: Theme.space5
            top: row.bottom
        }
        text: figure.caption
        size: Theme.caption
        color: Theme.muted
        Accessible.ignored: true
    }
    Why {
        subject: figure.value + " " + figure.unit
        text: figure.why
    }
}
