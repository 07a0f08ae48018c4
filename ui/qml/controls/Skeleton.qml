// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

Rectangle {
    implicitHeight: 12
    implicitWidth: 160
    radius: 4
    color: Theme.raised
    Accessible.ignored: true
}
