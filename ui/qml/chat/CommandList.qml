// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The commands that the line being typed may become; the arrows choose, Tab takes one.
Rectangle {
    id: list

    property string line
    property int current: 0
    readonly property bool begun: line.startsWith("/") && !/\s/.test(line)
    readonly property var all: Chat.commands
    readonly property var matches: begun ? all.filter(command => command.name.startsWith(line)) : []
    // Nothing to choose where the name stands there already.
    readonly property bool open: matches.length > 0 && !(matches.length === 1 && matches[0].name === line)
    readonly property bool whole: matches.some(command => command.name === line)
    signal taken(string text)

    function move(step: int) {
        current = (current + step + matches.length) % matches.length;
    }
    function take() {
        const command = matches[current];
        taken(command.name + (command.arguments.length > 0 ? " " : ""));
    }

    onMatchesChanged: current = 0
    visible: open
    implicitHeight: rows.implicitHeight + 2 * Theme.space1
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.borderStrong
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Commands")

    Column {
        id: rows
        x: Theme.space1
        y: Theme.space1
        width: parent.width - 2 * Theme.space1
        Repeater {
            model: list.open ? list.matches : []
            Rectangle {
                id: row

                required property int index
                required property var modelData

                objectName: "command" + modelData.name
                width: rows.width
                height: Theme.compact
                radius: Theme.radiusSmall
                color: index === list.current || over.hovered ? Theme.raised : "transparent"
                Accessible.role: Accessible.ListItem
                Accessible.name: modelData.name + ": " + modelData.description
                Accessible.selected: index === list.current
                AppText {
                    id: name
                    x: Theme.inset
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.modelData.name + " " + row.modelData.arguments
                    font.family: Theme.mono
                    size: Theme.small
                }
                AppText {
                    x: Math.max(Theme.columnLevel, name.x + name.width + Theme.space3)
                    width: parent.width - x - Theme.inset
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.modelData.description
                    size: Theme.small
                    color: Theme.muted
                }
                HoverHandler {
                    id: over
                }
                TapHandler {
                    gesturePolicy: TapHandler.WithinBounds
                    onTapped: {
                        list.current = row.index;
                        list.take();
                    }
                }
            }
        }
    }
}
