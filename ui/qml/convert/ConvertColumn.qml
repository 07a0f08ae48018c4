// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One of the three cards: a title, what it is about, and its content.
Rectangle {
    id: card

    property string title
    property string note
    property string verdict // an icon and its colour before the note
    property string foot // a remark at the bottom
    property real padding: Theme.space4
    default property alias content: column.data

    implicitHeight: head.height + column.implicitHeight + 2 * padding + 2 * Theme.line
        + (foot.length > 0 ? remark.implicitHeight + Theme.space3 : 0)
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border

    RowLayout {
        id: head
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            leftMargin: Theme.space4
            rightMargin: Theme.space4
        }
        height: Theme.cardHead
        spacing: Theme.space2
        AppText {
            text: card.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        ElidedText {
            Layout.fillWidth: true
            visible: card.verdict.length === 0
            horizontalAlignment: Text.AlignRight
            text: card.note
            size: Theme.small
            color: Theme.muted
        }
        Item {
            Layout.fillWidth: true
            visible: card.verdict.length > 0
        }
        VerdictBadge {
            visible: card.verdict.length > 0
            verdict: card.verdict
            text: card.note
        }
    }
    Rectangle {
        anchors.top: head.bottom
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: head.bottom
            margins: card.padding
            topMargin: card.padding + Theme.line
        }
        spacing: Theme.space3
    }
    AppText {
        id: remark
        anchors {
            left: parent.left
            right: parent.right
            bottom: parent.bottom
            margins: Theme.space4
        }
        visible: card.foot.length > 0
        text: card.foot
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
}
