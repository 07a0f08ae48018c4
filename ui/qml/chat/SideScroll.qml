// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// Something that may be wider than its place: it scrolls sideways, with its bar below it.
Flickable {
    id: view

    property string name // of what it shows
    property real bodyHeight
    property real barRoom: Theme.inset

    implicitHeight: bodyHeight + (interactive ? barRoom : 0)
    contentHeight: implicitHeight
    flickableDirection: Flickable.HorizontalFlick
    boundsBehavior: Flickable.StopAtBounds
    interactive: contentWidth > width
    clip: contentWidth > width
    onNameChanged: contentX = 0
    T.ScrollBar.horizontal: AppScrollBar {
    }
}
