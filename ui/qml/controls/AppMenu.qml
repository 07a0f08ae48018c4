// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.Menu {
    id: menu

    implicitWidth: Math.max(240, contentItem.implicitWidth + leftPadding + rightPadding)
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    margins: Theme.space2
    padding: Theme.space1
    overlap: 1
    delegate: AppMenuItem {
    }
    contentItem: ListView {
        implicitHeight: Math.min(contentHeight, 420)
        implicitWidth: 232
        model: menu.contentModel
        interactive: Window.window !== null
            && contentHeight + menu.topPadding + menu.bottomPadding > Window.window.height
        clip: true
        currentIndex: menu.currentIndex
        T.ScrollBar.vertical: AppScrollBar {
        }
    }
    background: Rectangle {
        radius: 8
        color: Theme.surface
        border.color: Theme.borderStrong
    }
}
