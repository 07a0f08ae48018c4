// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

ColumnLayout {
    id: block

    property string title
    property string note
    default property alias content: body.data

    Layout.fillWidth: true
    spacing: Theme.space1
    AppText {
        text: block.title
        font.weight: Font.DemiBold
    }
    AppText {
        Layout.fillWidth: true
        visible: text.length > 0
        text: block.note
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    ColumnLayout {
        id: body
        Layout.fillWidth: true
        Layout.topMargin: Theme.space1
        spacing: Theme.space2
    }
}
