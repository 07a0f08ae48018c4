// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A line icon in the colour of the text beside it.
Image {
    id: icon

    required property string name
    property color color: Theme.text
    property int size: Theme.icon

    width: size
    height: size
    sourceSize.width: size
    sourceSize.height: size
    source: "image://icon/" + name + "/" + color.toString().slice(-6)
    Accessible.ignored: true
}
