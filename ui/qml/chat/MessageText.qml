// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Selectable text whose links open outside, and only when they lead to the web.
TextEdit {
    id: edit

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
    onTextChanged: style.apply()
    Component.onCompleted: style.begin()
    onLinkActivated: target.open()

    WebLink {
        id: target
        address: edit.hoveredLink
    }
    MarkdownStyle {
        id: style
        document: edit.textDocument
        size: edit.font.pixelSize
        paragraphs: edit.textFormat === TextEdit.MarkdownText
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
