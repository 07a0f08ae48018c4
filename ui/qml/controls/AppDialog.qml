// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Snug

// A question or an answer over the whole window. Esc closes it; the content ends with its buttons.
T.Popup {
    id: dialog

    property string title
    default property alias content: column.data

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: parent ? Math.min(Theme.formWidth, parent.width - 2 * Theme.space6) : Theme.formWidth
    implicitHeight: column.implicitHeight + topPadding + bottomPadding
    padding: Theme.space5
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside
    T.Overlay.modal: Rectangle {
        color: Theme.veil
    }
    background: Rectangle {
        radius: Theme.radiusCard
        color: Theme.surface
        border.color: Theme.borderStrong
    }
    contentItem: ColumnLayout {
        id: column
        spacing: Theme.space3
        Accessible.role: Accessible.Dialog
        Accessible.name: dialog.title
        AppText {
            Layout.fillWidth: true
            text: dialog.title
            size: Theme.heading
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
        }
    }
}
