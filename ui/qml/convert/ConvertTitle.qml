// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Of what, and what.
RowLayout {
    id: title

    property string name
    property string level
    property real room // for the name, at most

    spacing: Theme.space2
    ElidedText {
        Layout.maximumWidth: title.room
        text: title.name
        font.weight: Font.DemiBold
    }
    Icon {
        name: "arrow-right"
        color: Theme.muted
        mirror: LayoutMirroring.enabled
    }
    AppText {
        Layout.fillWidth: true
        Layout.minimumWidth: Math.ceil(implicitWidth)
        text: title.level
        font.weight: Font.DemiBold
    }
}
