// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A name that may be longer than its room: shortened at its end (that of a file says so: in the
// middle), whole under the pointer.
AppText {
    id: name

    elide: Text.ElideRight
    HoverHandler {
        id: over
    }
    Tip {
        text: name.text
        visible: over.hovered && name.truncated
    }
}
