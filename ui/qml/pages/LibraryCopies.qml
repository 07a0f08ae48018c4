// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// Files that are stored more than once, with every place, the most to reclaim first.
AppDialog {
    id: dialog

    signal shown(string path)

    title: LibraryDuplicates.summary
    onOpened: done.forceActiveFocus(Qt.PopupFocusReason)

    AppText {
        Layout.fillWidth: true
        text: qsTr("The same bytes lie in each of these places. Remove the ones you do not need.")
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    ListView {
        id: list
        objectName: "copiesList"
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(contentHeight, Theme.menuHeight)
        clip: true
        spacing: Theme.space4
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        model: LibraryDuplicates.model
        ScrollBar.vertical: AppScrollBar {
        }
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Copies")
        delegate: Column {
            id: group
            required property string name
            required property string sizeText
            required property string wasteText
            required property var copies
            width: ListView.view.width
            AppText {
                width: parent.width
                text: qsTr("%1 · %2, %3 in copies").arg(group.name).arg(group.sizeText).arg(group.wasteText)
                size: Theme.small
                font.weight: Font.Medium
                elide: Text.ElideMiddle
            }
            Repeater {
                model: group.copies
                AppButton {
                    required property string modelData
                    width: group.width
                    kind: "quiet"
                    compact: true
                    leading: true
                    text: modelData
                    tip: qsTr("Show in the library")
                    onClicked: {
                        dialog.close();
                        dialog.shown(modelData);
                    }
                }
            }
        }
    }
    AppButton {
        id: done
        objectName: "closeCopies"
        Layout.alignment: Qt.AlignRight
        text: qsTr("Close")
        onClicked: dialog.close()
    }
}
