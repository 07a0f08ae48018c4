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

    Item {
        implicitHeight: Theme.space1
    }
    RailItem {
        page: "discover"
        iconName: "compass"
        text: qsTr("Discover")
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    RailItem {
        page: "library"
        iconName: "library"
        text: qsTr("Library")
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    RailItem {
        page: "chat"
        iconName: "message-square"
        text: qsTr("Chat")
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    RailItem {
        page: "convert"
        iconName: "repeat-2"
        text: qsTr("Convert")
        count: ConvertJobs.activeCount
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    RailItem {
        page: "downloads"
        iconName: "download"
        text: qsTr("Downloads")
        count: Downloads.activeCount
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    Item {
        Layout.fillHeight: true
    }
    RailItem {
        page: "devices"
        iconName: "cpu"
        text: qsTr("Devices")
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    RailItem {
        page: "settings"
        iconName: "settings"
        text: qsTr("Settings")
        current: rail.currentPage === page
        onChosen: page => rail.chosen(page)
    }
    Item {
        implicitHeight: Theme.space1
    }
}
