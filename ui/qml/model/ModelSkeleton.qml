// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The layout of the page while its first answer is on the way, and what it waits for in words.
ColumnLayout {
    id: skeleton

    property bool wide: true
    property string stage

    spacing: Theme.space4
    component Card: Rectangle {
        radius: Theme.radiusCard
        color: Theme.surface
        border.color: Theme.border
    }
    Card {
        Layout.fillWidth: true
        implicitHeight: Theme.row + 2 * Theme.space5
        RowLayout {
            anchors.fill: parent
            anchors.margins: Theme.space5
            spacing: Theme.space4
            Rectangle {
                implicitWidth: Theme.row - Theme.space1
                implicitHeight: implicitWidth
                radius: width / 2
                color: Theme.raised
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.space2
                AppText {
                    objectName: "modelStage"
                    Layout.fillWidth: true
                    text: skeleton.stage.length > 0 ? skeleton.stage : qsTr("Reading the model's header")
                    Accessible.role: Accessible.AlertMessage
                }
                Skeleton {
                    implicitWidth: 2 * Theme.skeletonWidth
                }
            }
        }
    }
    GridLayout {
        Layout.fillWidth: true
        columns: skeleton.wide ? 2 : 1
        columnSpacing: Theme.space4
        rowSpacing: Theme.space4
        Card {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            implicitHeight: 8 * Theme.row
            ColumnLayout {
                anchors.fill: parent
                anchors.margins: Theme.space4
                spacing: 0
                Repeater {
                    model: 7
                    RowLayout {
                        id: line
                        required property int index
                        spacing: Theme.space4
                        Layout.preferredHeight: Theme.row
                        Skeleton {
                            implicitWidth: Theme.columnLabel * (0.7 - (line.index % 3) / 10)
                        }
                        Skeleton {
                            Layout.leftMargin: Theme.columnLabel * (0.3 + (line.index % 3) / 10)
                            implicitWidth: Theme.columnFigure
                        }
                        Skeleton {
                            Layout.fillWidth: true
                            Layout.rightMargin: Theme.space5 * line.index
                        }
                        Skeleton {
                            implicitWidth: Theme.columnFit
                        }
                        Skeleton {
                            implicitWidth: Theme.columnFigure
                        }
                    }
                }
            }
        }
        Card {
            Layout.fillWidth: !skeleton.wide
            Layout.preferredWidth: Theme.panelFit
            Layout.alignment: Qt.AlignTop
            implicitHeight: 8 * Theme.row
            ColumnLayout {
                anchors.fill: parent
                anchors.margins: Theme.space4
                spacing: Theme.space4
                Skeleton {
                    Layout.fillWidth: true
                    implicitHeight: Theme.space5
                }
                Repeater {
                    model: 5
                    Skeleton {
                        required property int index
                        implicitWidth: Theme.skeletonWidth - Theme.space4 * (index % 3)
                    }
                }
                Item {
                    Layout.fillHeight: true
                }
            }
        }
    }
}
