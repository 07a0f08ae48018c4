// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Text on the type scale: body unless told otherwise. It stands where reading begins in the window, also
// where its own words are of another direction.
Text {
    property int size: Theme.body

    color: Theme.text
    font.family: Theme.sans
    font.pixelSize: size
    lineHeight: Theme.lineHeight(size)
    lineHeightMode: Text.FixedHeight
    horizontalAlignment: Text.AlignLeft
    verticalAlignment: Text.AlignVCenter
    textFormat: Text.PlainText
    elide: wrapMode === Text.NoWrap ? Text.ElideRight : Text.ElideNone
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
