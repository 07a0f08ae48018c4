// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Conversations, messages, composer. In a narrow window the lists at the sides fold away and open over the
// conversation.
Item {
    id: page

    readonly property bool wide: width > Theme.wide - Theme.rail
    property bool listOpen: false
    property bool settingsOpen: false
    property bool loadOpen: false
    signal pageWanted(string page)
    signal folderWanted

    function focusComposer() {
        composer.focusText();
    }
    function showLoadSheet() {
        page.settingsOpen = false;
        page.loadOpen = true;
    }
    // "2 0.5": the second adapter at half its strength; the sheet shows what came of it.
    function scaleAdapter(words: string) {
        const [number, scale] = words.split(/\s+/).map(Number);
        if (number >= 1 && number <= Load.adapters.length && !isNaN(scale)) {
            Load.switchAdapter(number - 1, scale !== 0);
            if (scale !== 0)
                Load.scaleAdapter(number - 1, scale);
        }
        page.showLoadSheet();
    }
    function focusSearch() {
        page.listOpen = true;
        conversations.focusSearch();
    }

    ColumnLayout {
        anchors {
            fill: parent
            leftMargin: listPanel.room
            rightMargin: settingsPanel.room + loadPanel.room
        }
        spacing: 0
        ChatHeader {
            Layout.fillWidth: true
            listButton: !page.wide
            onListToggled: page.listOpen = !page.listOpen
            onSettingsToggled: {
                page.settingsOpen = !page.settingsOpen;
                page.loadOpen = false;
            }
            onSheetWanted: page.showLoadSheet()
            settingsOpen: page.settingsOpen
            onLibraryWanted: page.pageWanted("library")
            onCompareWanted: page.pageWanted("compare")
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
        Banner {
            objectName: "readOnlyBanner"
            Layout.fillWidth: true
            Layout.margins: Theme.space4
            Layout.bottomMargin: 0
            visible: Chat.readOnly
            kind: "partly"
            title: qsTr("A newer version of Snug wrote these chats; here they can only be read.")
            body: qsTr("What you write now is not kept. Update Snug to go on with them.")
        }
        MessageList {
            Layout.fillWidth: true
            Layout.fillHeight: true
            onFolderWanted: page.folderWanted()
            onDemoStarted: composer.focusText()
            onMessageDeleted: toast.tell(qsTr("The message is deleted"))
        }
        Composer {
            id: composer
            Layout.fillWidth: true
        }
    }
    AttachDrop {
        anchors.fill: parent
    }
    SidePanel {
        id: listPanel
        docked: page.wide
        shown: page.wide || page.listOpen
        panelWidth: Theme.panelList
        onDismissed: page.listOpen = false
        ConversationList {
            id: conversations
            anchors.fill: parent
            onOpened: {
                page.listOpen = false;
                composer.focusText();
            }
            onRemoved: title => toast.tell(qsTr("“%1” is deleted").arg(title))
        }
    }
    SidePanel {
        id: settingsPanel
        objectName: "settingsPanel"
        edge: Qt.RightEdge
        docked: page.wide
        shown: page.settingsOpen
        panelWidth: Theme.panelSettings
        onDismissed: page.settingsOpen = false
        ChatSettings {
            anchors.fill: parent
            onClosed: page.settingsOpen = false
            onPromptWanted: prompt.show(Chat.draft)
            onSheetWanted: page.showLoadSheet()
        }
    }
    SidePanel {
        id: loadPanel
        objectName: "loadPanel"
        edge: Qt.RightEdge
        docked: page.wide
        shown: page.loadOpen
        panelWidth: Theme.panelDetail
        onDismissed: page.loadOpen = false
        LoadSheet {
            anchors.fill: parent
            shown: page.loadOpen
            onClosed: page.loadOpen = false
        }
    }
    Toast {
        id: toast

        property bool undoes: true

        function tell(words: string, canUndo = true) {
            undoes = canUndo;
            show(words);
        }
        objectName: "chatToast"
        anchors {
            horizontalCenter: parent.horizontalCenter
            bottom: parent.bottom
            bottomMargin: composer.height + Theme.space2
        }
        width: Math.min(implicitWidth, page.width - 2 * Theme.space6)
        actionText: undoes ? qsTr("Undo") : ""
        onActed: Chat.undoDelete()
    }
    PromptDialog {
        id: prompt
    }
    Connections {
        target: Chat
        function onTold(words, canUndo) {
            toast.tell(words, canUndo);
        }
        function onCommandGiven(name, words) {
            if (name === "prompt")
                prompt.show(words);
            else if (name === "help")
                composer.showCommands();
            else if (name === "attach")
                composer.chooseFile();
            else if (name === "save")
                conversations.saveCurrent(words);
            else if (name === "template")
                page.showLoadSheet();
            else if (name === "lora")
                page.scaleAdapter(words);
        }
    }
    Connections {
        target: Chat.titles
        function onSuggested(conversation, title) {
            toast.tell(qsTr("Renamed to “%1”").arg(title));
        }
    }
    Connections {
        target: Chat.exchange
        function onExported(name) {
            toast.tell(qsTr("Saved as “%1”").arg(name), false);
        }
        function onImported(conversations) {
            toast.tell(conversations === 1 ? qsTr("1 chat is taken in")
                : qsTr("%1 chats are taken in").arg(conversations), false);
        }
    }
    Shortcut {
        sequence: "Escape"
        enabled: page.visible
        onActivated: {
            if (Chat.busy)
                Chat.stop();
            else if (page.settingsOpen || page.loadOpen)
                page.settingsOpen = page.loadOpen = false;
            else
                page.listOpen = false;
        }
    }
}
