// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What is known of a file in a word: update, made here, verified, not verified.
Row {
    id: mark

    required property string kind
    required property string text
    readonly property color ink: kind === "update" ? Theme.accent : Theme.muted

    spacing: Theme.gap
    Icon {
        visible: mark.kind.length > 0
        anchors.verticalCenter: parent.verticalCenter
        name: ({
                "update": "circle-arrow-up",
                "made": "wand-sparkles",
                "verified": "shield-check"
            })[mark.kind] ?? "circle-question-mark"
        size: Theme.iconSmall
        color: mark.ink
    }
    AppText {
        anchors.verticalCenter: parent.verticalCenter
        text: mark.text
        size: Theme.caption
        color: mark.ink
    }
}
