// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// No rows: nothing was found, or the Hub could not be asked.
EmptyState {
    id: empty

    readonly property bool failed: Discover.problem.present

    iconName: failed ? (Discover.problem.kind === "network" ? "wifi-off" : "circle-alert") : "search"
    title: failed ? Discover.problem.message : qsTr("No model matches")
    body: {
        if (failed)
            return Discover.problem.hint;
        return Discover.fittingOnly ? qsTr("“Fits my machine” hides what is too large for this computer.")
            : qsTr("The Hub looks for these words in the names of repositories.");
    }
    AppButton {
        visible: empty.failed
        objectName: "discoverTryAgain"
        text: qsTr("Try again")
        iconName: "refresh-cw"
        onClicked: Discover.search()
    }
    AppButton {
        visible: !empty.failed && Discover.fittingOnly
        objectName: "discoverShowAll"
        text: qsTr("Show all sizes")
        onClicked: Discover.fittingOnly = false
    }
}
