// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Where the conversation was cut: what stands above is no longer sent to the model.
Item {
    id: mark

    property bool unfolded: false
    readonly property string summary: Chat.context.summary

    implicitHeight: head.height + (words.active ? words.height + Theme.space2 : 0)
    Accessible.role: Accessible.Grouping
    Accessible.name: label.text

    Item {
        id: head
        width: parent.width
        height: Theme.compact
        Rectangle {
            anchors.left: parent.left
            anchors.right: label.left
            anchors.rightMargin: Theme.space3
            anchors.verticalCenter: parent.verticalCenter
            height: Theme.line
            color: Theme.borderStrong
        }
        AppText {
            id: label
            objectName: "cutLine"
            x: Math.max(0, Math.round((parent.width - width - ways.width) / 2))
            width: Math.min(implicitWidth, parent.width - ways.width)
            height: parent.height
            text: mark.summary.length > 0 ? qsTr("A summary stands for the messages above")
                : qsTr("The messages above are no longer sent")
            size: Theme.caption
            color: Theme.muted
        }
        Row {
            id: ways
            x: label.x + label.width
            AppButton {
                objectName: "cutSummaryButton"
                visible: mark.summary.length > 0
                kind: "quiet"
                compact: true
                iconName: mark.unfolded ? "chevron-down" : "chevron-right"
                tip: mark.unfolded ? qsTr("Hide the summary") : qsTr("Show the summary")
                onClicked: mark.unfolded = !mark.unfolded
            }
            AppButton {
                objectName: "sendAllButton"
                kind: "quiet"
                compact: true
                font.pixelSize: Theme.caption
                text: qsTr("Send all again")
                tip: qsTr("With the next question; the line comes back if it does not fit")
                enabled: !Chat.busy
                onClicked: Chat.context.sendAllAgain()
            }
        }
        Rectangle {
            anchors.left: ways.right
            anchors.leftMargin: Theme.space2
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            visible: width > 0
            height: Theme.line
            color: Theme.borderStrong
        }
    }
    Loader {
        id: words
        active: mark.unfolded && mark.summary.length > 0
        y: head.height
        width: parent.width
        sourceComponent: LongText {
            name: "cutSummary"
            padding: Theme.space3
            size: Theme.small
            color: Theme.muted
            text: mark.summary
            Rectangle {
                width: Theme.ring
                height: parent.height
                color: Theme.border
            }
        }
    }
}
