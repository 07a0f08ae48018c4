// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Snug

// The head of a column; with a key it sorts.
T.AbstractButton {
    id: head

    property string key
    property bool end: false
    property string sortKey // that of the list
    property bool descending: false
    readonly property bool current: key.length > 0 && sortKey === key
    signal sorted(string key)

    objectName: key.length > 0 ? "sort." + key : ""
    implicitHeight: Theme.compact
    enabled: key.length > 0
    focusPolicy: key.length > 0 ? Qt.TabFocus : Qt.NoFocus
    Accessible.role: Accessible.ColumnHeader
    Accessible.name: current ? qsTr("%1, sorted").arg(text) : text
    Accessible.onPressAction: clicked()
    onClicked: sorted(key)
    contentItem: Item {
        Row {
            x: head.end ? parent.width - width : 0
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.space1
            AppText {
                text: head.text
                size: Theme.caption
                color: head.current || head.hovered ? Theme.text : Theme.muted
                Accessible.ignored: true
            }
            Icon {
                visible: head.current
                name: "arrow-down"
                size: Theme.iconSmall
                color: Theme.text
                rotation: head.descending ? 0 : 180
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    background: Item {
        FocusRing {
            visible: head.visualFocus
            offset: -4
        }
    }
}
