// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// What a removal would take and free, and what keeps data alive, before it is done.
AppDialog {
    id: dialog

    readonly property var plan: LibraryActions.plan

    title: plan.title ?? ""
    onOpened: keep.forceActiveFocus(Qt.PopupFocusReason)
    onClosed: if (!LibraryActions.busy)
        LibraryActions.dismiss()

    AppText {
        objectName: "freedText"
        Layout.fillWidth: true
        text: dialog.plan.freedText ?? ""
        wrapMode: Text.Wrap
    }
    ListView {
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(contentHeight, Theme.detailsHeight)
        clip: true
        spacing: Theme.space2
        boundsBehavior: Flickable.StopAtBounds
        model: dialog.plan.files ?? []
        ScrollBar.vertical: AppScrollBar {
        }
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Files that would go")
        delegate: Column {
            id: file
            required property var modelData
            width: ListView.view.width
            RowLayout {
                width: parent.width
                spacing: Theme.space3
                AppText {
                    Layout.fillWidth: true
                    text: file.modelData.path
                    size: Theme.caption
                    font.family: Theme.mono
                    elide: Text.ElideMiddle
                }
                AppText {
                    text: file.modelData.sizeText
                    size: Theme.small
                    font.family: Theme.mono
                }
            }
            AppText {
                width: parent.width
                visible: text.length > 0
                text: file.modelData.keptText
                size: Theme.caption
                color: Theme.muted
                wrapMode: Text.WrapAnywhere
            }
        }
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppButton {
            id: keep
            objectName: "cancelRemove"
            text: qsTr("Keep")
            onClicked: dialog.close()
        }
        AppButton {
            objectName: "confirmRemove"
            kind: "danger"
            iconName: "trash-2"
            text: dialog.plan.actionText ?? ""
            onClicked: {
                LibraryActions.remove();
                dialog.close();
            }
        }
    }
}
