// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// kind: "secondary", "primary" (one a page), "quiet" or "danger". A button without text needs a tip.
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

    readonly property color ink: {
        if (!enabled)
            return Theme.disabled;
        if (kind === "primary")
            return Theme.textOnAccent;
        if (kind === "danger")
            return Theme.no;
        return kind === "quiet" || plain ? Theme.muted : Theme.text;
    }
    readonly property real room: Math.max(0, width - 2 * leftPadding - iconSpace)

    implicitHeight: compact ? Theme.compact : Theme.control
    implicitWidth: text.length === 0 ? implicitHeight
        : Math.ceil(label.implicitWidth) + iconSpace + 2 * leftPadding
    readonly property int iconSpace: iconName.length > 0 && text.length > 0 ? Theme.icon + Theme.space2 : 0
    leftPadding: text.length === 0 ? 0 : compact ? Theme.inset : Theme.bubblePadding
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
            anchors.verticalCenter: parent.verticalCenter
            x: button.leading ? 0 : Math.round((parent.width - width) / 2)
            spacing: Theme.space2
            layoutDirection: button.iconAtEnd ? Qt.RightToLeft : Qt.LeftToRight
            Loader {
                active: button.iconName.length > 0
                visible: active
                anchors.verticalCenter: parent.verticalCenter
                sourceComponent: Icon {
                    name: button.iconName
                    color: button.ink
                    size: button.text.length === 0 ? Theme.iconButton : Theme.icon
                }
            }
            Text {
                id: label
                visible: button.text.length > 0
                text: button.text
                font: button.font
                color: button.ink
                textFormat: Text.PlainText
                elide: Text.ElideRight
                width: Math.min(implicitWidth, button.room)
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        Loader {
            active: button.key.length > 0
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            sourceComponent: AppText {
                text: button.key
                size: Theme.caption
                font.family: Theme.mono
                color: Theme.muted
                Accessible.ignored: true
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
            if (button.kind === "danger")
                return Theme.no;
            return button.kind === "primary" ? color : Theme.borderStrong;
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
        Loader {
            anchors.fill: parent
            active: button.visualFocus
            sourceComponent: Item {
                FocusRing {
                }
            }
        }
    }
    // As all above, made when it is wanted: there are many buttons and few hints.
    Loader {
        active: button.tip.length > 0 && (button.hovered || button.visualFocus)
        width: button.width
        height: button.height
        sourceComponent: Item {
            Tip {
                text: button.tip
                visible: true
            }
        }
    }
}
