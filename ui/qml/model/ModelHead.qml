// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Back, what it is, what for, and the one action.
GridLayout {
    id: head

    readonly property bool beside: width >= Theme.roomy
    signal backWanted
    signal chatWanted(string path)
    signal downloadsWanted
    signal convertWanted(string commit)

    columns: beside ? 2 : 1
    columnSpacing: Theme.space3
    rowSpacing: Theme.space2
    RowLayout {
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop
        spacing: Theme.space2
        AppButton {
            objectName: "modelBack"
            Layout.alignment: Qt.AlignTop
            Layout.leftMargin: -Theme.space2
            kind: "quiet"
            compact: true
            iconName: LayoutMirroring.enabled ? "chevron-right" : "chevron-left"
            tip: qsTr("Back")
            onClicked: head.backWanted()
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.space1
            AppText {
                id: title
                objectName: "modelTitle"
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.control
                text: Fit.name
                size: Theme.title
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
                Accessible.role: Accessible.Heading
                HoverHandler {
                    id: overTitle
                }
                Tip {
                    text: Fit.name
                    visible: overTitle.hovered && title.truncated
                }
            }
            AppText {
                Layout.fillWidth: true
                text: Fit.facts
                size: Theme.small
                color: Theme.muted
                wrapMode: Text.Wrap
            }
        }
    }
    // In one line beside the name; below it in as many as it takes.
    Flow {
        id: actions
        readonly property real oneLine: {
            let sum = purpose.width + segments.width + more.width + 2 * spacing;
            return action.visible ? sum + action.width + spacing : sum;
        }
        Layout.alignment: Qt.AlignTop
        Layout.fillWidth: !head.beside
        Layout.preferredWidth: head.beside ? Math.ceil(oneLine) : -1
        spacing: Theme.space3
        AppText {
            id: purpose
            height: Theme.control
            text: qsTr("What for")
            size: Theme.small
            color: Theme.muted
        }
        SegmentedControl {
            id: segments
            objectName: "workload"
            label: qsTr("What for")
            enabled: Fit.live
            value: Fit.workload
            options: [{
                    "value": "chat",
                    "text": qsTr("Chat")
                }, {
                    "value": "code",
                    "text": qsTr("Code")
                }, {
                    "value": "maths",
                    "text": qsTr("Maths")
                }, {
                    "value": "high_stakes",
                    "text": qsTr("High stakes")
                }]
            onChosen: value => Fit.workload = value
        }
        AppButton {
            id: more
            objectName: "modelMore"
            iconName: "ellipsis"
            tip: qsTr("More")
            onClicked: menu.popup(this, 0, height + Theme.space1)
            AppMenu {
                id: menu
                AppMenuItem {
                    objectName: "copyModelName"
                    text: qsTr("Copy its name")
                    iconName: "copy"
                    onTriggered: Chat.copyText(Fit.path.length > 0 ? Fit.path : Fit.repository)
                }
                AppMenuItem {
                    text: qsTr("Open its page")
                    iconName: "external-link"
                    enabled: Fit.repository.length > 0 && Repository.page.length > 0
                    onTriggered: Qt.openUrlExternally(Repository.page)
                }
                AppMenuItem {
                    text: qsTr("Compute again")
                    iconName: "refresh-cw"
                    onTriggered: Fit.reload()
                }
            }
        }
        ModelAction {
            id: action
            onChatWanted: path => head.chatWanted(path)
            onDownloadsWanted: head.downloadsWanted()
            onConvertWanted: commit => head.convertWanted(commit)
        }
    }
}
