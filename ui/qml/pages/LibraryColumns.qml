// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick
import Snug

// The widths that head and rows of the library share.
QtObject {
    readonly property int where: Math.round(150 * Theme.scale)
    readonly property int size: Math.round(84 * Theme.scale)
    readonly property int verdict: Math.round(140 * Theme.scale)
    readonly property int context: Math.round(84 * Theme.scale)
    readonly property int changed: Math.round(104 * Theme.scale)
    readonly property int actions: 2 * Theme.compact + Theme.space1
}
