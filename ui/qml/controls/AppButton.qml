// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// kind: "secondary", "primary" (one a page), "quiet" or "danger". A button without text needs Accessible.name.
T.Button {
    id: button

    property string kind: "secondary"
    property string iconName
    property bool compact: false
    property bool iconAtEnd: false
    property bool plain: false // regular weight and muted ink, for a control inside text
    property bool leading: false // text at the start instead of in the middle
    property string key // the shortcut, shown at the end
    property string tip

    readonly property color ink: !enabled ? Theme.disabled : kind === "primary" ? Theme.textOnAccent
        : kind === "danger" ? Theme.no : kind === "quiet" || plain ? Theme.muted : Theme.text

    implicitHeight: compact ? Theme.compact : Theme.control
    implicitWidth: text.length === 0 ? implicitHeight : Math.ceil(label.implicitWidth) + iconSpace + 2 * leftPadding
    readonly property int iconSpace: iconName.length > 0 && text.length > 0 ? Theme.icon + Theme.space2 : 0
    leftPadding: text.length === 0 ? 0 : compact ? Theme.space2 + 2 : 14
    rightPadding: leftPadding
    font.family: Theme.sans
    font.pixelSize: compact ? Theme.small : Theme.body
    font.weight: plain ? Font.Normal : Font.Medium
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true

    Accessible.role: Accessible.Button
    Accessible.name: text.length > 0 ? text : tip
    Accessible.onPressAction: clicked()
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    contentItem: Item {
        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.space2
            layoutDirection: button.iconAtEnd ? Qt.RightToLeft : Qt.LeftToRight
            Icon {
                visible: button.iconName.length > 0
                name: visible ? button.iconName : "x"
                color: button.ink
                size: button.text.length === 0 ? Math.round(18 * Theme.scale) : Theme.icon
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                id: label
                visible: button.text.length > 0
                text: button.text
                font: button.font
                color: button.ink
                textFormat: Text.PlainText
                elide: Text.ElideRight
                width: Math.min(implicitWidth, Math.max(0, button.width - 2 * button.leftPadding - button.iconSpace))
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        border.width: Theme.line
        border.color: {
            if (button.kind === "quiet")
                return "transparent";
            if (!button.enabled)
                return Theme.border;
            return button.kind === "primary" ? color : button.kind === "danger" ? Theme.no : Theme.borderStrong;
        }
        color: {
            if (!button.enabled)
                return button.kind === "quiet" ? "transparent" : Theme.raised;
            if (button.kind === "primary")
                return button.hovered || button.down ? Theme.accentHover : Theme.accent;
            if (button.hovered || button.down)
                return Theme.raised;
            return button.kind === "quiet" ? "transparent" : Theme.surface;
        }
        FocusRing { visible: button.visualFocus }
    }
    Tip { text: button.tip; visible: button.tip.length > 0 && (button.hovered || button.visualFocus) }
}
