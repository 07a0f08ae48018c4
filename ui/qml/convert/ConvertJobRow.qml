// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One file in the making: how far, how fast, and what can be done about it.
Item {
    id: row

    required property int index
    required property string jobId
    required property string name
    required property string level
    required property string state
    required property string statusText
    required property string tensorText
    required property string amountText
    required property string rateText
    required property string leftText
    required property string hintText
    required property string details
    required property string problemKind
    required property string fileName
    required property real fraction
    readonly property bool failed: state === "failed"
    readonly property bool stopped: failed || state === "paused"
    readonly property bool running: state === "running"
    property bool unfolded: false
    readonly property bool namesTensor: tensorText.length > 0 && width >= Theme.tableWords
    readonly property bool hasBar: running || fraction > 0
    readonly property bool hasDetails: unfolded && details.length > 0
    signal tokenWanted

    objectName: "convertJob." + index
    implicitHeight: words.implicitHeight + 2 * Theme.space4
        + (hasBar || hasDetails ? below.implicitHeight + Theme.space3 : 0)
    activeFocusOnTab: true
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 to %2, %3, %4").arg(name).arg(level).arg(statusText).arg(amountText)
    Accessible.focusable: true

    FocusRing {
        visible: row.activeFocus
        offset: -6
    }
    Rectangle {
        visible: row.index > 0
        width: parent.width
        height: Theme.line
        color: Theme.border
    }
    ColumnLayout {
        id: words
        anchors {
            left: parent.left
            right: side.left
            top: parent.top
            margins: Theme.space4
            rightMargin: Theme.space3
        }
        spacing: 0
        ConvertTitle {
            Layout.fillWidth: true
            name: row.name
            level: row.level
            room: row.width * 0.4
        }
        // Not a layout: one whose children come and go while it is polished leaves them on one another.
        Item {
            Layout.fillWidth: true
            implicitHeight: status.implicitHeight
            Icon {
                id: mark
                visible: row.failed
                anchors.left: parent.left
                y: Theme.ring
                name: "circle-alert"
                size: Theme.iconSmall
                color: Theme.no
            }
            AppText {
                id: status
                readonly property real indent: row.failed ? mark.width + Theme.gap : 0
                objectName: "convertStatus." + row.index
                anchors {
                    left: parent.left
                    leftMargin: indent
                }
                width: row.namesTensor ? implicitWidth : parent.width - indent
                text: row.hintText.length > 0 ? row.statusText + " " + row.hintText : row.statusText
                size: Theme.small
                color: row.failed ? Theme.no : Theme.muted
                wrapMode: row.namesTensor ? Text.NoWrap : Text.Wrap
            }
            ElidedText {
                anchors {
                    left: status.right
                    right: parent.right
                    leftMargin: Theme.gap
                }
                visible: row.namesTensor
                text: row.tensorText
                elide: Text.ElideMiddle
                size: Theme.small
                font.family: Theme.mono
                color: Theme.muted
            }
        }
    }
    RowLayout {
        id: side
        anchors {
            right: parent.right
            rightMargin: Theme.space4
            verticalCenter: words.verticalCenter
        }
        spacing: Theme.space3
        ColumnLayout {
            visible: row.running && row.amountText.length > 0
            spacing: 0
            AppText {
                Layout.alignment: Qt.AlignRight
                text: row.amountText
                size: Theme.small
                font.family: Theme.mono
            }
            AppText {
                Layout.alignment: Qt.AlignRight
                text: row.leftText.length > 0 ? row.rateText + "  " + row.leftText : row.rateText
                size: Theme.small
                font.family: Theme.mono
                color: Theme.muted
            }
        }
        AppButton {
            objectName: "convertDetails." + row.index
            visible: row.details.length > 0
            kind: "quiet"
            compact: true
            iconName: row.unfolded ? "chevron-down" : "chevron-right"
            text: qsTr("Details")
            onClicked: row.unfolded = !row.unfolded
        }
        AppButton {
            objectName: "convertToken." + row.index
            visible: row.failed && row.problemKind === "auth"
            compact: true
            text: qsTr("Enter a token")
            onClicked: row.tokenWanted()
        }
        AppButton {
            objectName: "convertResume." + row.index
            visible: row.stopped
            compact: true
            text: row.failed ? qsTr("Try again") : qsTr("Resume")
            onClicked: ConvertJobs.resume(row.jobId)
        }
        AppButton {
            objectName: "convertDiscard." + row.index
            visible: row.stopped
            kind: "quiet"
            compact: true
            text: qsTr("Discard")
            tip: qsTr("Delete what was written of %1").arg(row.fileName)
            onClicked: ConvertJobs.discard(row.jobId)
        }
        AppButton {
            objectName: "convertCancel." + row.index
            visible: row.running || row.state === "queued"
            text: qsTr("Cancel")
            tip: row.running ? qsTr("Stop; what is written is kept") : qsTr("Take it off the list")
            onClicked: ConvertJobs.cancel(row.jobId)
        }
    }
    ColumnLayout {
        id: below
        anchors {
            left: parent.left
            right: parent.right
            top: words.bottom
            leftMargin: Theme.space4
            rightMargin: Theme.space4
            topMargin: Theme.space3
        }
        visible: row.hasBar || row.hasDetails
        spacing: Theme.space3
        ProgressLine {
            Layout.fillWidth: true
            visible: row.hasBar
            value: row.fraction
            description: qsTr("Making %1").arg(row.fileName)
            ink: row.failed ? Theme.no : row.running ? Theme.accent : Theme.muted
        }
        Details {
            Layout.fillWidth: true
            visible: row.hasDetails
            text: row.details
            onCopied: text => Chat.copyText(text)
        }
    }
}
