// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

Rectangle {
    implicitHeight: Math.round(240 * Theme.scale)
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.space5
        spacing: Theme.space4
        Skeleton {
            implicitWidth: 240
            implicitHeight: 16
        }
        Skeleton {
            Layout.fillWidth: true
            implicitHeight: 20
        }
        Repeater {
            model: 3
            Skeleton {
                required property int index
                implicitWidth: 200 + 60 * index
            }
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
