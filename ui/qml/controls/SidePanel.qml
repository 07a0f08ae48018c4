// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// A column at an edge of a page: beside the content where there is room (docked), else over it, behind a veil
// that closes it.
Item {
    id: panel

    property bool docked: true
    property bool shown: true
    property int edge: Qt.LeftEdge
    property real panelWidth: Theme.panelList
    readonly property real room: shown && docked ? panelWidth : 0 // what the content must leave free
    default property alias content: column.data
    signal dismissed

    anchors.fill: parent
    visible: shown
    z: docked ? 0 : 1

    Rectangle {
        anchors.fill: parent
        visible: !panel.docked
        color: Theme.veil
        TapHandler {
            gesturePolicy: TapHandler.WithinBounds
            onTapped: panel.dismissed()
        }
        HoverHandler {
        }
    }
    Rectangle {
        id: column
        width: panel.panelWidth
        height: parent.height
        x: panel.edge === Qt.RightEdge ? panel.width - width : 0
        color: Theme.background
        TapHandler {
            // What is pressed here is not meant for the veil below.
            gesturePolicy: TapHandler.WithinBounds
        }
    }
    Rectangle {
        x: panel.edge === Qt.RightEdge ? column.x : column.width - width
        width: Theme.line
        height: parent.height
        color: Theme.border
    }
}
