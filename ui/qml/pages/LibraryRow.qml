// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One file or set of shards. A click unfolds what is known of it.
Item {
    id: row

    required property int index
    required property string path
    required property string name
    required property string maker
    required property string level
    required property string architecture
    required property string parametersText
    required property string contextText
    required property string sizeText
    required property string where
    required property string verdict
    required property string verdictText
    required property string verdictWhy
    required property bool isDemo
    required property bool loaded
    required property string modifiedText
    required property var memoryParts
    required property string problemMessage
    required property string problemHint
    required property string problemDetails

    property bool roomy: true
    property bool wide: true
    property bool unfolded: false
    property bool focused: false
    property bool asked: false // F1 on the focused row: why this verdict?
    readonly property var record: LibraryRecords.revision >= 0 ? LibraryRecords.record(path) : null
    readonly property bool broken: verdict === "error"
    signal toggled
    signal chatWanted
    signal modelWanted
    signal convertWanted

    objectName: "libraryRow." + index
    onFocusedChanged: asked = false
    implicitHeight: Theme.row + (unfolded ? detail.implicitHeight : 0)
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1 %2, %3, %4 GiB").arg(name).arg(level).arg(verdictText).arg(sizeText)
    Accessible.onPressAction: toggled()

    Rectangle {
        width: parent.width
        height: Theme.row
        color: row.unfolded ? Theme.accentTint : over.hovered ? Theme.raised : "transparent"
        Rectangle {
            visible: row.unfolded
            width: Theme.marker
            height: parent.height
            color: Theme.accent
        }
        FocusRing {
            visible: row.focused
            offset: -4
            corner: Theme.radius
        }
        HoverHandler {
            id: over
        }
        TapHandler {
            onTapped: row.toggled()
        }

        RowLayout {
            anchors {
                fill: parent
                leftMargin: Theme.space4
                rightMargin: Theme.space4
            }
            spacing: Theme.space4
            Row {
                id: names
                Layout.fillWidth: true
                spacing: Theme.space2
                AppText {
                    id: nameLabel
                    width: Math.min(Math.ceil(implicitWidth), names.width)
                    text: row.level.length > 0 ? row.name + " · " + row.level : row.name
                    font.weight: Font.Medium
                    elide: Text.ElideMiddle
                }
                AppText {
                    width: Math.max(0, names.width - nameLabel.width - names.spacing)
                    anchors.verticalCenter: nameLabel.verticalCenter
                    visible: width > Theme.space6
                    text: row.isDemo ? qsTr("%1, built-in demo").arg(row.maker) : row.maker
                    size: Theme.small
                    color: Theme.muted
                }
            }
            AppText {
                visible: row.roomy
                Layout.preferredWidth: Theme.columnWhere
                text: row.where
                size: Theme.small
                elide: Text.ElideMiddle
            }
            AppText {
                Layout.preferredWidth: Theme.columnSize
                text: row.sizeText
                size: Theme.small
                font.family: Theme.mono
                horizontalAlignment: Text.AlignRight
            }
            VerdictBadge {
                Layout.preferredWidth: Theme.columnVerdict
                verdict: row.verdict
                text: row.verdictText
                Why {
                    activeFocusOnTab: false // the row is the stop of the keyboard
                    subject: row.verdictText
                    text: row.verdictWhy
                    asked: row.focused && row.asked
                }
            }
            AppText {
                visible: row.roomy
                Layout.preferredWidth: Theme.columnContext
                text: row.contextText
                size: Theme.small
                horizontalAlignment: Text.AlignRight
            }
            AppText {
                visible: row.roomy
                Layout.preferredWidth: Theme.columnChanged
                text: row.loaded ? qsTr("loaded now") : row.modifiedText
                size: Theme.small
                color: row.loaded ? Theme.accent : Theme.muted
                font.weight: row.loaded ? Font.Medium : Font.Normal
            }
            LibraryMark {
                visible: row.wide
                Layout.preferredWidth: Theme.columnFile
                kind: row.record.mark
                text: row.record.markText
            }
            RowLayout {
                Layout.preferredWidth: Theme.columnActions
                spacing: Theme.space1
                AppButton {
                    objectName: "chatWith." + row.index
                    kind: "quiet"
                    compact: true
                    iconName: "message-square"
                    tip: qsTr("Chat with %1").arg(row.name)
                    enabled: !row.broken && row.verdict !== "no"
                    onClicked: row.chatWanted()
                }
                AppButton {
                    objectName: "more." + row.index
                    kind: "quiet"
                    compact: true
                    iconName: "ellipsis"
                    tip: qsTr("More for %1").arg(row.name)
                    onClicked: menu.popup(this, 0, height)
                }
            }
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.border
        }
    }
    AppMenu {
        id: menu
        AppMenuItem {
            text: qsTr("Chat")
            iconName: "message-square"
            enabled: !row.broken && row.verdict !== "no"
            onTriggered: row.chatWanted()
        }
        AppMenuItem {
            text: qsTr("Levels and fit")
            iconName: "sliders-horizontal"
            enabled: !row.broken
            onTriggered: row.modelWanted()
        }
        AppMenuItem {
            text: qsTr("Show in folder")
            iconName: "folder-open"
            onTriggered: Library.showInFolder(row.path)
        }
        AppMenuItem {
            text: qsTr("Copy path")
            iconName: "copy"
            onTriggered: Chat.copyText(row.path)
        }
    }
    Loader {
        id: detail
        active: row.unfolded
        y: Theme.row
        width: parent.width
        sourceComponent: LibraryDetail {
            path: row.path
            record: row.record
            isDemo: row.isDemo
            convertible: Array.of("F32", "F16", "BF16").includes(row.level)
            where: row.where
            architecture: row.architecture
            parametersText: row.parametersText
            contextText: row.contextText
            verdictWhy: row.verdictWhy
            memoryParts: row.memoryParts
            problemMessage: row.problemMessage
            problemHint: row.problemHint
            problemDetails: row.problemDetails
            onModelWanted: row.modelWanted()
            onConvertWanted: row.convertWanted()
        }
    }
}
