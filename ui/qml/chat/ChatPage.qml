// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Conversations, messages, composer. The list of conversations folds into a button when the window is narrow.
Item {
    id: page

    readonly property bool wide: width > Theme.wide - Theme.rail
    property bool listOpen: false
    property bool settingsOpen: false
    signal pageWanted(string page)

    function focusComposer() {
        composer.focusText();
    }
    function focusSearch() {
        page.listOpen = true;
        conversations.focusSearch();
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        ConversationList {
            id: conversations
            Layout.fillHeight: true
            Layout.fillWidth: false
            Layout.preferredWidth: Math.round(256 * Math.min(Theme.scale, 1.3))
            visible: page.wide || page.listOpen
            onOpened: {
                page.listOpen = false;
                composer.focusText();
            }
            onRemoved: title => toast.show(qsTr("“%1” is deleted").arg(title))
        }
        Rectangle {
            Layout.fillHeight: true
            implicitWidth: 1
            color: Theme.border
            visible: conversations.visible
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: 0
            ChatHeader {
                Layout.fillWidth: true
                listButton: !page.wide
                onListToggled: page.listOpen = !page.listOpen
                onSettingsToggled: page.settingsOpen = !page.settingsOpen
                settingsOpen: page.settingsOpen
                onLibraryWanted: page.pageWanted("library")
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
            Banner {
                objectName: "engineBanner"
                Layout.fillWidth: true
                Layout.margins: Theme.space4
                Layout.bottomMargin: 0
                visible: Engine.problem.present
                title: Engine.problem.message
                body: Engine.problem.hint
                details: Engine.problem.details
                actionText: qsTr("Reload")
                actionName: "reloadButton"
                onActed: Engine.reload()
                onCopied: text => Chat.copyText(text)
            }
            Banner {
                objectName: "chatBanner"
                Layout.fillWidth: true
                Layout.margins: Theme.space4
                Layout.bottomMargin: 0
                visible: Chat.problem.present && !Engine.problem.present
                kind: "partly"
                title: Chat.problem.message
                body: Chat.problem.hint
                details: Chat.problem.details
                closable: true
                onClosed: Chat.dismissProblem()
                onCopied: text => Chat.copyText(text)
            }
            MessageList {
                Layout.fillWidth: true
                Layout.fillHeight: true
                onPageWanted: page_ => page.pageWanted(page_)
                onDemoStarted: composer.focusText()
            }
            Composer {
                id: composer
                Layout.fillWidth: true
            }
        }
        Rectangle {
            Layout.fillHeight: true
            implicitWidth: 1
            color: Theme.border
            visible: sheet.visible
        }
        ChatSettings {
            id: sheet
            Layout.fillHeight: true
            Layout.preferredWidth: Math.round(320 * Math.min(Theme.scale, 1.4))
            visible: page.settingsOpen
            onClosed: page.settingsOpen = false
        }
    }
    Toast {
        id: toast
        objectName: "chatToast"
        anchors {
            horizontalCenter: parent.horizontalCenter
            bottom: parent.bottom
            bottomMargin: composer.height + Theme.space2
        }
        width: Math.min(implicitWidth, page.width - 2 * Theme.space6)
        actionText: qsTr("Undo")
        onActed: Chat.undoDelete()
    }
    Shortcut {
        sequence: "Escape"
        enabled: page.visible
        onActivated: {
            if (Chat.busy)
                Chat.stop();
            else if (page.settingsOpen)
                page.settingsOpen = false;
            else
                page.listOpen = false;
        }
    }
}
