// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Before the window closes on a file in the making: nothing is lost, but it stops.
AppDialog {
    id: dialog

    signal leaving

    title: qsTr("A file is being made")
    onOpened: keep.forceActiveFocus(Qt.PopupFocusReason)

    AppText {
        objectName: "leaveText"
        Layout.fillWidth: true
        text: ConvertJobs.summary.length > 0
            ? qsTr("%1. Closing Snug stops it. What is written is kept, and Resume on the Convert page goes on "
                + "from there.").arg(ConvertJobs.summary)
            : qsTr("Closing Snug stops it. What is written is kept, and Resume on the Convert page goes on "
                + "from there.")
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppButton {
            objectName: "leaveNow"
            text: qsTr("Stop and close")
            onClicked: {
                dialog.close();
                dialog.leaving();
            }
        }
        AppButton {
            id: keep
            objectName: "leaveKeep"
            kind: "primary"
            text: qsTr("Keep the window")
            onClicked: dialog.close()
        }
    }
}
