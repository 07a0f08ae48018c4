// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// No answer: why, and what to do.
ColumnLayout {
    id: trouble

    property bool unfolded: false
    signal tokenWanted

    spacing: Theme.space4
    EmptyState {
        Layout.preferredWidth: Math.min(trouble.width, Theme.emptyWidth)
        Layout.alignment: Qt.AlignHCenter
        iconName: Fit.state === "offline" ? "wifi-off" : "circle-alert"
        title: Fit.problem.message
        body: Fit.problem.hint
        AppButton {
            objectName: "modelRetry"
            iconName: "refresh-cw"
            text: qsTr("Try again")
            onClicked: Fit.reload()
        }
        AppButton {
            objectName: "modelToken"
            visible: Fit.problem.kind === "auth"
            text: qsTr("Enter a token")
            onClicked: trouble.tokenWanted()
        }
        AppButton {
            objectName: "modelDetails"
            visible: Fit.problem.details.length > 0
            kind: "quiet"
            iconName: trouble.unfolded ? "chevron-down" : "chevron-right"
            text: qsTr("Details")
            onClicked: trouble.unfolded = !trouble.unfolded
        }
    }
    Details {
        Layout.preferredWidth: Math.min(trouble.width, Theme.formWidth)
        Layout.alignment: Qt.AlignHCenter
        visible: trouble.unfolded
        text: Fit.problem.details
        onCopied: text => Chat.copyText(text)
    }
}
