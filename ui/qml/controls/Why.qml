// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Lies over a number or a verdict and says where it comes from: to the pointer that rests on it, to the
// keyboard that reaches it, to a tap, to F1 and to the question mark. Escape puts the answer away.
Item {
    id: why

    property string subject // what is asked about
    property string text // the answer
    property bool asked: false

    anchors.fill: parent
    visible: text.length > 0
    activeFocusOnTab: true
    onActiveFocusChanged: asked = activeFocus
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1, why").arg(subject)
    Accessible.description: text
    Accessible.focusable: true
    Keys.onPressed: event => {
        event.accepted = event.key === Qt.Key_F1 || event.key === Qt.Key_Question
            || (event.key === Qt.Key_Escape && asked);
        if (event.accepted)
            asked = event.key !== Qt.Key_Escape;
    }

    HoverHandler {
        id: over
    }
    TapHandler {
        onTapped: why.asked = !why.asked
    }
    FocusRing {
        visible: why.activeFocus
    }
    Tip {
        objectName: why.parent.objectName + "Why"
        delay: why.asked ? 0 : Theme.tipDelay
        text: why.text
        visible: over.hovered || why.asked
    }
}
