// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.Basic
import Snug

// What this computer can compute on, and what did not load and why.
Page {
    id: page

    title: qsTr("Devices")
    readonly property bool twoColumns: width > Theme.roomy
    background: null
    Accessible.role: Accessible.Pane
    Accessible.name: title
    header: PageHead {
        title: page.title
        AppButton {
            objectName: "copyReportButton"
            text: qsTr("Copy report")
            iconName: "copy"
            enabled: Devices.state === "ready"
            onClicked: Devices.copyReport()
        }
        AppButton {
            objectName: "refreshDevicesButton"
            kind: "primary"
            text: qsTr("Check again")
            iconName: "refresh-cw"
            enabled: !Devices.busy
            onClicked: Devices.refresh()
        }
    }

    ScrollView {
        anchors.fill: parent
        contentWidth: availableWidth
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ScrollBar.vertical: AppScrollBar {
            parent: page
            x: page.width - width
            y: page.header.height
            height: page.height - y
        }

        ColumnLayout {
            width: page.width - 2 * Theme.space6
            x: Theme.space6
            spacing: Theme.space4

            Banner {
                Layout.fillWidth: true
                visible: Devices.problem.present
                title: Devices.problem.message
                body: Devices.problem.hint
                details: Devices.problem.details
                actionText: qsTr("Check again")
                actionName: "retryDevices"
                onActed: Devices.refresh()
                onCopied: text => Chat.copyText(text)
            }
            AppText {
                visible: Devices.state === "loading"
                text: qsTr("Asking every driver what it has")
                color: Theme.muted
            }
            GridLayout {
                Layout.fillWidth: true
                columns: page.twoColumns ? 2 : 1
                columnSpacing: Theme.space4
                rowSpacing: Theme.space4
                Repeater {
                    model: Devices.state === "loading" ? 1 : 0
                    SkeletonCard {
                        Layout.fillWidth: true
                    }
                }
                Repeater {
                    model: Devices.devices
                    DeviceCard {
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignTop
                        Layout.preferredWidth: 1
                    }
                }
            }
            RowLayout {
                visible: missing.count > 0
                Layout.topMargin: Theme.space2
                spacing: Theme.space2
                AppText {
                    text: qsTr("Did not load")
                    font.weight: Font.DemiBold
                }
                AppText {
                    Layout.fillWidth: true
                    text: qsTr("nothing here slows down what runs above")
                    color: Theme.muted
                    size: Theme.small
                }
            }
            Rectangle {
                Layout.fillWidth: true
                Layout.bottomMargin: Theme.space5
                visible: missing.count > 0
                implicitHeight: missingColumn.implicitHeight
                radius: Theme.radiusCard
                color: Theme.surface
                border.color: Theme.border
                ColumnLayout {
                    id: missingColumn
                    anchors {
                        left: parent.left
                        right: parent.right
                    }
                    spacing: 0
                    Repeater {
                        id: missing
                        model: Devices.unavailable
                        MissingBackend {
                            Layout.fillWidth: true
                        }
                    }
                }
            }
        }
    }
}
