// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// What can be asked of the library as a whole: updates at the Hub, and files that are stored twice.
Flow {
    id: tools

    signal copiesWanted
    // What stands here, in one line.
    readonly property real lineWidth: {
        let sum = -spacing;
        for (let i = 0; i < visibleChildren.length; ++i)
            sum += Math.ceil(visibleChildren[i].width) + spacing;
        return sum;
    }
    readonly property bool searching: LibraryDuplicates.state === "running"

    spacing: Theme.space2
    AppButton {
        objectName: "checkUpdates"
        visible: !LibraryRecords.checking
        compact: true
        iconName: "refresh-cw"
        text: qsTr("Check for updates")
        onClicked: LibraryRecords.checkUpdates()
    }
    AppButton {
        objectName: "stopUpdates"
        visible: LibraryRecords.checking
        compact: true
        iconName: "x"
        text: qsTr("Stop asking")
        onClicked: LibraryRecords.cancelCheck()
    }
    AppText {
        objectName: "updatesText"
        height: Theme.compact
        visible: text.length > 0
        text: LibraryRecords.updatesText
        size: Theme.small
        color: Theme.muted
        rightPadding: Theme.space4
    }
    AppButton {
        objectName: "findCopies"
        visible: !tools.searching && !LibraryDuplicates.found
        compact: true
        iconName: "copy"
        text: qsTr("Find copies")
        tip: qsTr("Reads every model that is as long as another; that may take minutes")
        onClicked: LibraryDuplicates.find()
    }
    AppButton {
        objectName: "stopCopies"
        visible: tools.searching
        compact: true
        iconName: "x"
        text: qsTr("Stop comparing")
        onClicked: LibraryDuplicates.cancel()
    }
    Item {
        width: Theme.progressWidth
        height: Theme.compact
        visible: tools.searching
        ProgressLine {
            anchors.verticalCenter: parent.verticalCenter
            value: LibraryDuplicates.fraction
            description: qsTr("Comparing")
        }
    }
    AppText {
        objectName: "copiesText"
        height: Theme.compact
        visible: text.length > 0 && !LibraryDuplicates.found
        text: tools.searching ? LibraryDuplicates.progressText : LibraryDuplicates.summary
        size: Theme.small
        color: Theme.muted
    }
    AppButton {
        objectName: "showCopies"
        visible: LibraryDuplicates.found
        compact: true
        iconName: "copy"
        text: qsTr("%1: show").arg(LibraryDuplicates.summary)
        onClicked: tools.copiesWanted()
    }
}
