// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What the table leaves out: levels that one rarely wants, and those that cannot be, with the reason.
ColumnLayout {
    id: fold

    property bool reasons: false
    readonly property string hidden: Array.from(Fit.hiddenLevels).join(", ")

    visible: Fit.hiddenLevels.length > 0 || Fit.impossibleLevels.length > 0 || Fit.filter === "all"
    spacing: 0
    AppButton {
        objectName: "moreLevels"
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space2
        Layout.rightMargin: Theme.space2
        visible: Fit.hiddenLevels.length > 0 || Fit.filter === "all"
        kind: "quiet"
        plain: true
        leading: true
        compact: true
        iconName: Fit.filter === "all" ? "chevron-down" : "chevron-right"
        text: Fit.filter === "all" ? qsTr("Show the usual levels only")
            : Fit.hiddenLevels.length === 1 ? qsTr("1 more level: %1").arg(fold.hidden)
            : qsTr("%1 more levels: %2").arg(Fit.hiddenLevels.length).arg(fold.hidden)
        onClicked: Fit.filter = Fit.filter === "all" ? "usual" : "all"
    }
    AppButton {
        objectName: "impossibleLevels"
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space2
        Layout.rightMargin: Theme.space2
        visible: Fit.impossibleLevels.length > 0
        kind: "quiet"
        plain: true
        leading: true
        compact: true
        iconName: fold.reasons ? "chevron-down" : "chevron-right"
        text: qsTr("Levels that cannot be made of this model")
        onClicked: fold.reasons = !fold.reasons
    }
    Repeater {
        model: fold.reasons ? Fit.impossibleLevels : []
        ColumnLayout {
            id: reason
            required property var modelData
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space8 + Theme.space2
            Layout.rightMargin: Theme.space4
            Layout.bottomMargin: Theme.space2
            spacing: 0
            AppText {
                Layout.fillWidth: true
                text: reason.modelData.labels
                size: Theme.small
                wrapMode: Text.Wrap
            }
            AppText {
                Layout.fillWidth: true
                text: reason.modelData.why
                size: Theme.small
                color: Theme.muted
                wrapMode: Text.Wrap
            }
        }
    }
}
