// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// Settings in one column, each with a line that says what it does.
Page {
    id: page

    title: qsTr("Settings")

    // Somebody wants to enter a token.
    function showAccount() {
        revealAccount();
        account.field.forceActiveFocus(Qt.OtherFocusReason);
    }
    function revealAccount() {
        const flickable = scroll.contentItem as Flickable;
        const end = Math.max(0, flickable.contentHeight - flickable.height);
        const bottom = column.y + account.y + account.height + Theme.space6;
        const top = column.y + account.y;
        const least = Math.max(bottom - flickable.height, 0);
        flickable.contentY = Math.min(Math.max(flickable.contentY, least), top, end);
    }

    // What gets the focus by the keyboard is shown.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        let inside = focused;
        while (inside && inside !== column)
            inside = inside.parent;
        if (inside)
            show(focused);
    }
    function show(item: Item) {
        const flickable = scroll.contentItem as Flickable;
        const top = item.mapToItem(column, 0, 0).y - Theme.space4;
        const bottom = top + item.height + 2 * Theme.space4;
        if (top < flickable.contentY)
            flickable.contentY = Math.max(0, top);
        else if (bottom > flickable.contentY + flickable.height)
            flickable.contentY = Math.max(0, Math.min(bottom, flickable.contentHeight) - flickable.height);
    }

    onHeightChanged: if (account.used)
        reveal.restart()

    Timer {
        id: reveal
        interval: 0 // when everything has its place
        onTriggered: page.revealAccount()
    }

    background: null
    Accessible.role: Accessible.Pane
    Accessible.name: title
    header: PageHead {
        title: page.title
    }
    ScrollView {
        id: scroll
        anchors.fill: parent
        contentWidth: availableWidth
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
        ScrollBar.vertical: AppScrollBar {
            parent: page
            x: page.width - width
            y: page.header.height
            height: page.height - y
        }
        ColumnLayout {
            id: column
            x: Theme.space6
            width: Math.min(page.width - 2 * Theme.space6, Theme.formWidth)
            spacing: Theme.space6

            Banner {
                Layout.fillWidth: true
                visible: AppSettings.problem.present
                kind: "partly"
                title: AppSettings.problem.message
                body: AppSettings.problem.hint
                details: AppSettings.problem.details
                onCopied: text => Chat.copyText(text)
            }
            SettingBlock {
                title: qsTr("Appearance")
                note: qsTr("System follows the desktop's light or dark palette.")
                SegmentedControl {
                    objectName: "themeChoice"
                    label: qsTr("Appearance")
                    options: [{
                            "value": "system",
                            "text": qsTr("System")
                        }, {
                            "value": "light",
                            "text": qsTr("Light")
                        }, {
                            "value": "dark",
                            "text": qsTr("Dark")
                        }]
                    value: AppSettings.theme
                    onChosen: value => AppSettings.theme = value
                }
            }
            SettingBlock {
                title: qsTr("Text size")
                note: qsTr("%1 % of the usual size. Everything grows with it.")
                    .arg(Math.round(AppSettings.textScale * 100))
                AppSlider {
                    objectName: "textScale"
                    Layout.fillWidth: true
                    from: 1
                    to: 2
                    stepSize: 0.05
                    snapMode: AppSlider.SnapAlways
                    value: AppSettings.textScale
                    Accessible.name: qsTr("Text size")
                    onMoved: AppSettings.textScale = value
                }
            }
            SettingBlock {
                title: qsTr("Motion")
                note: qsTr("Without motion, things appear at once.")
                AppSwitch {
                    objectName: "reducedMotion"
                    text: qsTr("Reduce motion")
                    checked: AppSettings.reducedMotion
                    onToggled: AppSettings.reducedMotion = checked
                }
            }
            SettingBlock {
                title: qsTr("Titles of chats")
                note: qsTr("After the first answer of a chat the model itself is asked for a few words. "
                    + "Titles that you wrote stay.")
                AppSwitch {
                    objectName: "automaticTitles"
                    text: qsTr("Let the model give titles")
                    checked: Chat.titles.automatic
                    onToggled: Chat.titles.automatic = checked
                }
                AppSwitch {
                    objectName: "remoteTitles"
                    visible: Chat.titles.automatic && Remotes.count > 0
                    text: qsTr("Remote engines too: they get the question and answer once more")
                    checked: Chat.titles.remoteToo
                    onToggled: Chat.titles.remoteToo = checked
                }
            }
            SettingBlock {
                title: qsTr("Folders of the library")
                note: qsTr("Snug reads these folders and never changes what is in them.")
                Flow {
                    Layout.fillWidth: true
                    spacing: Theme.space2
                    Repeater {
                        model: Library.folders
                        FolderChip {
                        }
                    }
                }
                AppButton {
                    objectName: "settingsAddFolder"
                    text: qsTr("Add folder")
                    iconName: "plus"
                    onClicked: picker.open()
                }
            }
            SettingsAccount {
                id: account
                // A message made it longer.
                onHeightChanged: if (used)
                    reveal.restart()
            }
            SettingsRemote {
            }
            SettingsWorkers {
            }
            AppText {
                Layout.bottomMargin: Theme.space6
                text: qsTr("Snug %1. Conversations are kept on this computer.").arg(AppSettings.version)
                size: Theme.small
                color: Theme.muted
            }
        }
    }
    PathPicker {
        id: picker
        title: qsTr("Choose a folder of models")
        onChosen: folder => Library.addFolder(folder)
    }
}
