// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

T.Menu {
    id: menu

    implicitWidth: Math.max(Theme.menuWidth, contentItem.implicitWidth + leftPadding + rightPadding)
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    margins: Theme.space2
    padding: Theme.space1
    overlap: 1
    delegate: AppMenuItem {
    }
    contentItem: ListView {
        implicitHeight: Math.min(contentHeight, Theme.menuHeight)
        implicitWidth: Theme.menuWidth
        model: menu.contentModel
        interactive: Window.window !== null
            && contentHeight + menu.topPadding + menu.bottomPadding > Window.window.height
        clip: true
        currentIndex: menu.currentIndex
        T.ScrollBar.vertical: AppScrollBar {
        }
    }
    background: Rectangle {
        radius: Theme.space2
        color: Theme.surface
        border.color: Theme.borderStrong
    }
}
