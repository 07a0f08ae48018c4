// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What has just been done, with a way back; it leaves by itself unless the pointer or the focus rests on it.
Rectangle {
    id: toast

    property string text
    property string actionText
    signal acted

    function show(words: string) {
        text = words;
        visible = true;
        rest.restart();
    }

    visible: false
    implicitWidth: row.implicitWidth + Theme.space4 + Theme.space2
    implicitHeight: row.implicitHeight + 2 * Theme.space2
    radius: Theme.radius
    color: Theme.surface
    border.color: Theme.borderStrong
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    HoverHandler {
        id: over
    }
    Timer {
        id: rest
        interval: Theme.toast
        onTriggered: {
            if (over.hovered || action.activeFocus || close.activeFocus)
                restart();
            else
                toast.visible = false;
        }
    }
    RowLayout {
        id: row
        anchors {
            fill: parent
            leftMargin: Theme.space4
            rightMargin: Theme.space2
        }
        spacing: Theme.space2
        AppText {
            Layout.fillWidth: true
            text: toast.text
        }
        AppButton {
            id: action
            objectName: "toastAction"
            visible: toast.actionText.length > 0
            compact: true
            text: toast.actionText
            onClicked: {
                toast.visible = false;
                toast.acted();
            }
        }
        AppButton {
            id: close
            objectName: "toastClose"
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("Close")
            onClicked: toast.visible = false
        }
    }
}
