// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What happened, what was kept, what to do. kind: "no", "partly" or "info". The details unfold and can be
// copied.
Rectangle {
    id: banner

    property string kind: "no"
    property string title
    property string body
    property string details
    property string actionText
    property string actionName
    property string secondText
    property string secondName
    property bool closable: false
    property bool unfolded: false
    signal acted
    signal secondActed
    signal closed
    signal copied(string text)

    readonly property color ink: kind === "info" ? Theme.muted : Theme.verdictColor(kind)

    implicitHeight: column.implicitHeight + 2 * Theme.inset
    radius: Theme.radius
    color: kind === "info" ? Theme.raised : Theme.verdictTint(kind)
    border.color: kind === "info" ? Theme.border : ink
    Accessible.role: Accessible.AlertMessage
    Accessible.name: title + " " + body

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            leftMargin: Theme.space4
            rightMargin: Theme.space3
            topMargin: Theme.inset
        }
        spacing: Theme.space2
        RowLayout {
            spacing: Theme.space3
            Icon {
                name: ({ no: "circle-alert", partly: "triangle-alert" })[banner.kind] ?? "info"
                size: Theme.iconLarge
                color: banner.ink
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText {
                    Layout.fillWidth: true
                    text: banner.title
                    font.weight: Font.DemiBold
                    wrapMode: Text.Wrap
                }
                AppText {
                    Layout.fillWidth: true
                    visible: text.length > 0
                    text: banner.body
                    size: Theme.small
                    color: banner.kind === "info" ? Theme.muted : Theme.text
                    wrapMode: Text.Wrap
                }
            }
            AppButton {
                objectName: "bannerDetails"
                visible: banner.details.length > 0
                kind: "quiet"
                compact: true
                iconName: banner.unfolded ? "chevron-down" : "chevron-right"
                text: qsTr("Details")
                onClicked: banner.unfolded = !banner.unfolded
            }
            AppButton {
                objectName: banner.actionName
                visible: banner.actionText.length > 0 && banner.secondText.length === 0
                text: banner.actionText
                onClicked: banner.acted()
            }
            AppButton {
                visible: banner.closable
                kind: "quiet"
                compact: true
                iconName: "x"
                tip: qsTr("Dismiss")
                objectName: "dismissButton"
                onClicked: banner.closed()
            }
        }
        // Two beside the text would leave it no room.
        Flow {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.space1
            visible: banner.secondText.length > 0
            spacing: Theme.space2
            AppButton {
                objectName: banner.actionName
                visible: banner.actionText.length > 0
                text: banner.actionText
                onClicked: banner.acted()
            }
            AppButton {
                objectName: banner.secondName
                text: banner.secondText
                onClicked: banner.secondActed()
            }
        }
        Details {
            Layout.fillWidth: true
            visible: banner.unfolded
            text: banner.details
            onCopied: text => banner.copied(text)
        }
    }
}
