// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Snug

T.AbstractButton {
    id: item

    required property string page
    required property string iconName
    required property bool current
    property int count: 0 // of what waits there; 0 shows nothing
    signal chosen(string page)

    objectName: "rail." + page
    Layout.fillWidth: true
    Layout.leftMargin: Theme.space1
    Layout.rightMargin: Theme.space1
    implicitHeight: Theme.railItem
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: count > 0 ? qsTr("%1, %2").arg(text).arg(count) : text
    Accessible.selected: current
    Accessible.onPressAction: clicked()
    Keys.onReturnPressed: clicked()
    Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
    onClicked: chosen(page)

    contentItem: ColumnLayout {
        spacing: Theme.space1
        Item {
            Layout.fillHeight: true
        }
        Icon {
            Layout.alignment: Qt.AlignHCenter
            name: item.iconName
            size: Theme.iconLarge
            color: item.current ? Theme.accent : Theme.muted
            Rectangle {
                visible: item.count > 0
                x: parent.width - Theme.space1
                y: -Theme.space1
                height: Math.max(Theme.space4, number.implicitHeight)
                width: Math.max(height, number.implicitWidth + Theme.space2)
                radius: height / 2
                color: Theme.accent
                AppText {
                    id: number
                    anchors.centerIn: parent
                    text: item.count
                    size: Theme.caption
                    font.weight: Font.DemiBold
                    color: Theme.textOnAccent
                    Accessible.ignored: true
                }
            }
        }
        AppText {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: item.text
            size: Math.min(Theme.caption, Theme.title)
            font.weight: item.current ? Font.Medium : Font.Normal
            color: item.current ? Theme.text : Theme.muted
            Accessible.ignored: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: item.current || item.hovered ? Theme.raised : "transparent"
        Rectangle {
            visible: item.current
            x: -Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.marker
            height: Theme.space6
            radius: 1
            color: Theme.accent
        }
        FocusRing {
            visible: item.visualFocus
            offset: -2
        }
    }
}
