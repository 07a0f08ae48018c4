// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The way between pages. Tab reaches it, arrows move in it.
ColumnLayout {
    id: rail

    required property string currentPage
    signal chosen(string page)

    spacing: Theme.space1
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Pages")

    Item { implicitHeight: Theme.space1 }
    RailItem { page: "library"; iconName: "library"; text: qsTr("Library"); rail: rail }
    RailItem { page: "chat"; iconName: "message-square"; text: qsTr("Chat"); rail: rail }
    Item { Layout.fillHeight: true }
    RailItem { page: "devices"; iconName: "cpu"; text: qsTr("Devices"); rail: rail }
    RailItem { page: "settings"; iconName: "settings"; text: qsTr("Settings"); rail: rail }
    Item { implicitHeight: Theme.space1 }
}
