// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Rows on one card.
Rectangle {
    property alias model: rows.model
    property alias delegate: rows.delegate

    implicitHeight: column.implicitHeight + 2 * Theme.line
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    Column {
        id: column
        x: Theme.line
        y: Theme.line
        width: parent.width - 2 * Theme.line
        Repeater {
            id: rows
        }
    }
}
