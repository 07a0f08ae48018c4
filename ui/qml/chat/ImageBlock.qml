// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The place of a picture from the web, which is never loaded here: what it shows, whose it is, a way to it.
Rectangle {
    id: block

    property string text
    property alias address: link.address
    property string name

    implicitHeight: Math.max(Theme.rowTall, words.implicitHeight + 2 * Theme.space3)
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Picture that is not loaded: %1").arg(text)

    WebLink {
        id: link
    }
    Icon {
        id: mark
        name: "image"
        color: Theme.muted
        size: Theme.iconLarge
        x: Theme.codePadding
        anchors.verticalCenter: parent.verticalCenter
    }
    Column {
        id: words
        anchors {
            left: mark.right
            right: button.left
            margins: Theme.space3
            verticalCenter: parent.verticalCenter
        }
        AppText {
            width: parent.width
            text: block.text.length > 0 ? block.text : qsTr("Picture")
        }
        AppText {
            width: parent.width
            text: qsTr("From %1, not loaded").arg(link.host)
            size: Theme.caption
            color: Theme.muted
        }
    }
    AppButton {
        id: button
        objectName: block.name + ".open"
        anchors {
            right: parent.right
            rightMargin: Theme.space3
            verticalCenter: parent.verticalCenter
        }
        compact: true
        iconName: "external-link"
        text: qsTr("Open in the browser")
        tip: block.address
        onClicked: link.open()
    }
}
