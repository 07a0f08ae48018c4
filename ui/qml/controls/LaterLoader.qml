// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick

// What can wait while a list is scrolled: words come first, these buttons follow when there is time. Where
// the row has gone before, nothing is made.
Loader {
    id: later
    asynchronous: true
    Component.onDestruction: later.active = false
}
