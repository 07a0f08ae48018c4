// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

Item {
    id: head

    property bool roomy: true
    property bool wide: true

    function sort(key: string) {
        if (Library.sortKey === key)
            Library.sortDescending = !Library.sortDescending;
        else
            Library.sortKey = key;
    }

    implicitHeight: Theme.compact
    RowLayout {
        anchors {
            fill: parent
            leftMargin: Theme.space4
            rightMargin: Theme.space4
        }
        spacing: Theme.space4
        SortHead {
            Layout.fillWidth: true
            text: qsTr("Model")
            key: "name"
            sortKey: Library.sortKey
            descending: Library.sortDescending
            onSorted: key => head.sort(key)
        }
        SortHead {
            visible: head.roomy
            Layout.preferredWidth: Theme.columnWhere
            text: qsTr("Where")
        }
        SortHead {
            Layout.preferredWidth: Theme.columnSize
            text: qsTr("Size, GiB")
            key: "size"
            sortKey: Library.sortKey
            descending: Library.sortDescending
            onSorted: key => head.sort(key)
            end: true
        }
        SortHead {
            Layout.preferredWidth: Theme.columnVerdict
            text: qsTr("Here")
            key: "verdict"
            sortKey: Library.sortKey
            descending: Library.sortDescending
            onSorted: key => head.sort(key)
        }
        SortHead {
            visible: head.roomy
            Layout.preferredWidth: Theme.columnContext
            text: qsTr("Context")
            end: true
        }
        SortHead {
            visible: head.roomy
            Layout.preferredWidth: Theme.columnChanged
            text: qsTr("Changed")
            key: "modified"
            sortKey: Library.sortKey
            descending: Library.sortDescending
            onSorted: key => head.sort(key)
        }
        SortHead {
            visible: head.wide
            Layout.preferredWidth: Theme.columnFile
            text: qsTr("File")
        }
        Item {
            Layout.preferredWidth: Theme.columnActions
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
}
