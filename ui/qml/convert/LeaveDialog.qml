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
        readonly property string what: qsTr("Closing Snug stops it. What is written is kept, and Resume on "
            + "the Convert page goes on from there.")
        text: ConvertJobs.summary.length > 0 ? ConvertJobs.summary + ". " + what : what
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
