// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The three cards while the source is being read, and what is read in words.
GridLayout {
    id: skeleton

    property bool wide: true
    property string stage

    columns: wide ? 3 : 1
    columnSpacing: Theme.space4
    rowSpacing: Theme.space4
    ConvertColumn {
        Layout.fillWidth: !skeleton.wide
        Layout.fillHeight: true
        Layout.preferredWidth: Theme.convertSide
        title: qsTr("Source")
        AppText {
            objectName: "convertStage"
            Layout.fillWidth: true
            text: skeleton.stage.length > 0 ? skeleton.stage : qsTr("Reading the headers")
            size: Theme.small
            color: Theme.muted
            wrapMode: Text.Wrap
            Accessible.role: Accessible.AlertMessage
        }
        Repeater {
            model: 6
            Skeleton {
                required property int index
                implicitWidth: Theme.skeletonWidth * (1.4 - (index % 3) / 5)
            }
        }
    }
    ConvertColumn {
        Layout.fillWidth: true
        Layout.fillHeight: true
        title: qsTr("Recipe")
        Repeater {
            model: 6
            Skeleton {
                required property int index
                Layout.fillWidth: true
                Layout.rightMargin: Theme.space6 * (index % 3)
                implicitHeight: Theme.space5
            }
        }
    }
    ConvertColumn {
        Layout.fillWidth: !skeleton.wide
        Layout.fillHeight: true
        Layout.preferredWidth: Theme.convertSide
        title: qsTr("Forecast")
        Repeater {
            model: 6
            Skeleton {
                required property int index
                implicitWidth: Theme.skeletonWidth * (1.5 - (index % 2) / 3)
            }
        }
    }
}
