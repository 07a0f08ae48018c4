// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

Item {
    id: head

    property bool roomy: true

    implicitHeight: Math.round(32 * Theme.scale)
    RowLayout {
        anchors { fill: parent; leftMargin: Theme.space4; rightMargin: Theme.space4 }
        spacing: Theme.space4
        SortHead { Layout.fillWidth: true; text: qsTr("Model"); key: "name" }
        SortHead { visible: head.roomy; Layout.preferredWidth: LibraryColumns.where; text: qsTr("Where") }
        SortHead { Layout.preferredWidth: LibraryColumns.size; text: qsTr("Size, GiB"); key: "size"; end: true }
        SortHead { Layout.preferredWidth: LibraryColumns.verdict; text: qsTr("Here"); key: "verdict" }
        SortHead { visible: head.roomy; Layout.preferredWidth: LibraryColumns.context; text: qsTr("Context"); end: true }
        SortHead { visible: head.roomy; Layout.preferredWidth: LibraryColumns.changed; text: qsTr("Changed"); key: "modified" }
        Item { Layout.preferredWidth: LibraryColumns.actions }
    }
    Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: 1; color: Theme.border }
}
