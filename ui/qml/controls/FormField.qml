// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// A field of a form under its name.
ColumnLayout {
    id: field

    property string label

    spacing: Theme.space1
    AppText {
        Layout.fillWidth: true
        text: field.label
        size: Theme.small
        color: Theme.muted
    }
}
