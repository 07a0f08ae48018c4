// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Below a field: why what it says was not taken, and what to do.
RowLayout {
    id: trouble

    required property var problem // as Fit.problem

    visible: problem.present
    spacing: Theme.gap
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text
    Icon {
        Layout.alignment: Qt.AlignTop
        Layout.topMargin: Theme.ring
        name: "circle-alert"
        color: Theme.no
    }
    AppText {
        id: words
        objectName: trouble.objectName + ".text"
        Layout.fillWidth: true
        text: trouble.problem.hint.length > 0 ? trouble.problem.message + " " + trouble.problem.hint
            : trouble.problem.message
        size: Theme.small
        color: Theme.no
        wrapMode: Text.Wrap
        Accessible.ignored: true
    }
}
