// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// Something that may be wider than its place: it scrolls sideways.
Flickable {
    id: view

    contentHeight: height
    flickableDirection: Flickable.HorizontalFlick
    boundsBehavior: Flickable.StopAtBounds
    interactive: contentWidth > width
    clip: contentWidth > width
    T.ScrollBar.horizontal: AppScrollBar {
    }
}
