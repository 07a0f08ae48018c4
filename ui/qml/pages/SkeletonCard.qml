// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

Rectangle {
    implicitHeight: Theme.cardHeight
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.space5
        spacing: Theme.space4
        Skeleton {
            implicitWidth: Theme.fieldWidth
            implicitHeight: Theme.space4
        }
        Skeleton {
            Layout.fillWidth: true
            implicitHeight: Theme.space5
        }
        Repeater {
            model: 3
            Skeleton {
                required property int index
                implicitWidth: Theme.skeletonWidth + Theme.space8 * index
            }
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
