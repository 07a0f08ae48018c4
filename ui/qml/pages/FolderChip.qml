// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A folder of the library: how many files, whether it is there, and a way to take it off the list.
Rectangle {
    id: chip

    required property string path
    required property string label
    required property int files
    required property bool removable
    required property bool missing

    implicitHeight: Theme.compact
    implicitWidth: row.implicitWidth + Theme.space3 + (removable ? 2 : Theme.space3)
    radius: height / 2
    color: missing ? Theme.partlyTint : Theme.surface
    border.color: missing ? Theme.partly : Theme.border
    HoverHandler {
        id: over
    }
    Tip {
        text: chip.path
        visible: over.hovered
    }
    RowLayout {
        id: row
        x: Theme.space3
        height: parent.height
        spacing: Theme.gap
        Icon {
            name: chip.missing ? "triangle-alert" : "folder"
            size: Theme.iconSmall
            color: chip.missing ? Theme.partly : Theme.muted
        }
        AppText {
            text: chip.label
            size: Theme.small
            color: Theme.muted
            elide: Text.ElideMiddle
            Layout.maximumWidth: Theme.fieldWidth
        }
        AppText {
            text: chip.missing ? qsTr("not there") : chip.files
            size: Theme.small
            font.family: chip.missing ? Theme.sans : Theme.mono
            color: Theme.muted
        }
        AppButton {
            visible: chip.removable
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("Take %1 off the list; its files stay").arg(chip.label)
            objectName: "removeFolder"
            implicitHeight: Theme.compact - 2
            onClicked: Library.removeFolder(chip.path)
        }
    }
}
