// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Selectable text whose links open outside, and only when they lead to the web.
TextEdit {
    id: edit

    property alias source: words.text
    property alias markdown: words.markdown

    // The document is written by `words`; as MarkdownText a TextEdit would first write its own, empty, text.
    textFormat: TextEdit.PlainText
    readOnly: true
    selectByMouse: true
    wrapMode: TextEdit.Wrap
    color: Theme.text
    selectionColor: Theme.accent
    selectedTextColor: Theme.textOnAccent
    font.family: Theme.sans
    font.pixelSize: Theme.body
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Message")
    onObjectNameChanged: edit.deselect()
    onLinkActivated: target.open()
    Component.onCompleted: words.begin()

    WebLink {
        id: target
        address: edit.hoveredLink
    }
    MessageDocument {
        id: words
        document: edit.textDocument
        size: edit.font.pixelSize
        scale: Theme.scale
        mono: Theme.mono
        link: Theme.accent
        muted: Theme.muted
        codeGround: Theme.raised
        line: Theme.border
    }
    HoverHandler {
        id: pointer
        cursorShape: edit.hoveredLink.length > 0 ? Qt.PointingHandCursor : Qt.IBeamCursor
    }
    Loader {
        active: edit.hoveredLink.length > 0
        x: pointer.point.position.x
        y: pointer.point.position.y
        height: Theme.space4
        sourceComponent: Item {
            Tip {
                text: target.host === edit.hoveredLink ? target.host : target.host + "\n" + edit.hoveredLink
                visible: true
            }
        }
    }
}
