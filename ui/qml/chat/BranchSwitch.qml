// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// "‹ 2/3 ›": from one wording or answer to the next.
Row {
    id: branches

    property int row
    property int number: 1
    property int count: 1

    AppButton {
        objectName: "branchBack." + branches.row
        kind: "quiet"
        compact: true
        iconName: "chevron-left"
        tip: qsTr("Version before")
        enabled: branches.number > 1 && !Chat.busy
        onClicked: Chat.step(branches.row, -1)
    }
    AppText {
        objectName: "branchText." + branches.row
        text: qsTr("%1/%2").arg(branches.number).arg(branches.count)
        size: Theme.caption
        color: Theme.muted
        anchors.verticalCenter: parent.verticalCenter
        Accessible.name: qsTr("Version %1 of %2").arg(branches.number).arg(branches.count)
    }
    AppButton {
        objectName: "branchOn." + branches.row
        kind: "quiet"
        compact: true
        iconName: "chevron-right"
        tip: qsTr("Version after")
        enabled: branches.number < branches.count && !Chat.busy
        onClicked: Chat.step(branches.row, 1)
    }
}
