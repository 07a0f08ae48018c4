// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What this place is for and one or two ways to go on.
ColumnLayout {
    id: empty

    property string iconName
    property string title
    property string body
    default property alias actions: buttons.data

    spacing: Theme.space2
    Icon {
        Layout.alignment: Qt.AlignHCenter
        name: empty.iconName
        size: Theme.iconEmpty
        color: Theme.muted
    }
    AppText {
        Layout.fillWidth: true
        Layout.topMargin: Theme.space2
        text: empty.title
        size: Theme.heading
        font.weight: Font.DemiBold
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
    }
    AppText {
        Layout.fillWidth: true
        text: empty.body
        color: Theme.muted
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
    }
    Row {
        id: buttons
        Layout.alignment: Qt.AlignHCenter
        Layout.topMargin: Theme.space3
        spacing: Theme.space2
    }
}
