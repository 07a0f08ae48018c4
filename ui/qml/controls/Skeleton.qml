// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

Rectangle {
    implicitHeight: Theme.space3
    implicitWidth: Theme.skeletonWidth
    radius: Theme.radiusSmall
    color: Theme.raised
    Accessible.ignored: true
}
