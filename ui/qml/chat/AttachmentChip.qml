// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// One text or image that goes, or went, with a message. Where it can be removed, Delete does it too.
T.Control {
    id: chip

    required property string name
    required property string detail
    required property bool isImage
    required property var image
    required property string note // what was done to it; empty: nothing
    property bool removable: false
    property bool inlinable: false // Return puts its text into the message
    signal removed
    signal inlined

    implicitHeight: Theme.row
    implicitWidth: Math.min(words.x + words.wanted + (removable ? 2 : 1) * Theme.space2 + buttons.width,
        Theme.bubbleWidth / 2)
    focusPolicy: removable ? Qt.StrongFocus : Qt.NoFocus
    hoverEnabled: true
    Accessible.role: Accessible.ListItem
    Accessible.name: {
        const kind = isImage ? qsTr("Attached image: %1") : qsTr("Attached text: %1");
        return [kind.arg(name), detail, note].filter(part => part.length > 0).join(", ");
    }
    Keys.onDeletePressed: if (removable)
        removed()
    Keys.onPressed: event => {
        event.accepted = event.key === Qt.Key_Backspace && removable;
        if (event.accepted)
            removed();
    }
    Keys.onReturnPressed: if (inlinable)
        inlined()

    background: Rectangle {
        radius: Theme.radius
        color: Theme.raised
        border.color: Theme.border
        FocusRing {
            visible: chip.visualFocus
        }
    }
    Item {
        id: mark
        x: Theme.gap
        width: chip.height - 2 * Theme.gap
        height: width
        anchors.verticalCenter: parent.verticalCenter
        Icon {
            anchors.centerIn: parent
            visible: !picture.shown
            name: chip.isImage ? "image" : "file-text"
            color: Theme.muted
            size: Theme.iconButton
        }
        Thumbnail {
            id: picture
            anchors.fill: parent
            radius: Theme.radiusSmall
            image: chip.image
        }
    }
    Column {
        id: words
        readonly property int wanted: Math.ceil(Math.max(title.implicitWidth, figures.implicitWidth))
        x: mark.x + mark.width + Theme.space2
        width: chip.width - x - buttons.width - Theme.space2
        anchors.verticalCenter: parent.verticalCenter
        AppText {
            id: title
            width: parent.width
            elide: Text.ElideMiddle
            text: chip.name
            size: Theme.small
        }
        AppText {
            id: figures
            width: parent.width
            elide: Text.ElideRight
            text: chip.detail
            size: Theme.caption
            color: Theme.muted
        }
    }
    Row {
        id: buttons
        anchors {
            right: parent.right
            rightMargin: Theme.gap
            verticalCenter: parent.verticalCenter
        }
        AppButton {
            visible: chip.inlinable
            objectName: chip.objectName + ".inline"
            kind: "quiet"
            compact: true
            iconName: "pencil"
            tip: qsTr("Put the text into the message instead")
            onClicked: chip.inlined()
        }
        AppButton {
            visible: chip.removable
            objectName: chip.objectName + ".remove"
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("Remove %1").arg(chip.name)
            onClicked: chip.removed()
        }
    }
    Loader {
        active: chip.hovered && (chip.note.length > 0 || title.truncated)
        anchors.fill: parent
        sourceComponent: Item {
            Tip {
                text: [chip.name, chip.note].filter(part => part.length > 0).join("\n")
                visible: true
            }
        }
    }
}
