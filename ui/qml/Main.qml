// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// The frame: rail, page, status line. Pages stay alive while another one shows, so nothing typed is lost.
ApplicationWindow {
    id: window

    // One of `pages`.
    property string currentPage: "chat"
    readonly property var pages: ["discover", "library", "chat", "convert", "downloads", "devices",
        "settings", "model", "compare"]
    property string modelFrom: "discover" // where the page of a model was opened

    width: 1280
    height: 800
    minimumWidth: 900
    minimumHeight: 600
    visible: true
    title: "Snug"
    color: Theme.background
    font.family: Theme.sans
    font.pixelSize: Theme.body
    palette {
        window: Theme.background
        windowText: Theme.text
        base: Theme.surface
        text: Theme.text
        button: Theme.surface
        buttonText: Theme.text
        highlight: Theme.accent
        highlightedText: Theme.textOnAccent
        mid: Theme.border
        dark: Theme.muted
        light: Theme.raised
        placeholderText: Theme.muted
        link: Theme.accent
    }
    LayoutMirroring.enabled: Qt.locale().textDirection === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true

    property bool leaving: false // a person was asked
    onClosing: close => {
        close.accepted = window.leaving || !ConvertJobs.running;
        if (!close.accepted)
            leave.open();
    }
    LeaveDialog {
        id: leave
        onLeaving: {
            ConvertJobs.stopAll();
            window.leaving = true;
            window.close();
        }
    }

    function show(page: string) {
        window.currentPage = page;
        if (page === "compare")
            comparePage.focusComposer();
    }
    function showModel() {
        window.modelFrom = window.currentPage;
        window.show("model");
    }

    function chat(path: string) {
        Engine.load(path);
        window.show("chat");
    }
    function askForToken() {
        window.show("settings");
        settingsPage.showAccount();
    }

    Shortcut {
        sequence: "Ctrl+1"
        onActivated: window.show("discover")
    }
    Shortcut {
        sequence: "Ctrl+2"
        onActivated: window.show("library")
    }
    Shortcut {
        sequence: "Ctrl+3"
        onActivated: window.show("chat")
    }
    Shortcut {
        sequence: "Ctrl+4"
        onActivated: window.show("convert")
    }
    Shortcut {
        sequence: "Ctrl+5"
        onActivated: window.show("downloads")
    }
    Shortcut {
        sequence: "Ctrl+6"
        onActivated: window.show("devices")
    }
    Shortcut {
        sequence: "Ctrl+7"
        onActivated: window.show("settings")
    }
    Shortcut {
        sequence: "Ctrl+,"
        onActivated: window.show("settings")
    }
    Shortcut {
        sequence: "Ctrl+N"
        onActivated: {
            window.show("chat");
            Chat.newChat();
            chatPage.focusComposer();
        }
    }
    Shortcut {
        sequence: "Ctrl+Shift+C"
        onActivated: window.show("compare")
    }
    Shortcut {
        sequence: "Ctrl+F"
        onActivated: {
            if (window.currentPage === "model")
                window.show(window.modelFrom);
            if (window.currentPage === "chat") {
                chatPage.focusSearch();
            } else if (window.currentPage === "discover") {
                discoverPage.focusSearch();
            } else {
                window.show("library");
                libraryPage.focusFilter();
            }
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: 0

            Rail {
                Layout.fillHeight: true
                Layout.fillWidth: false
                Layout.preferredWidth: Theme.rail
                currentPage: ({ model: window.modelFrom, compare: "chat" })[window.currentPage]
                    ?? window.currentPage
                onChosen: page => window.show(page)
            }
            Rectangle {
                Layout.fillHeight: true
                implicitWidth: 1
                color: Theme.border
            }
            StackLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                currentIndex: window.pages.indexOf(window.currentPage)

                DiscoverPage {
                    id: discoverPage
                    objectName: "discoverPage"
                    onDownloadsWanted: window.show("downloads")
                    onModelWanted: (repository, label) => {
                        Fit.openRepository(repository, label);
                        window.showModel();
                    }
                    onTokenWanted: window.askForToken()
                }
                LibraryPage {
                    id: libraryPage
                    objectName: "libraryPage"
                    onModelWanted: path => {
                        Fit.openFile(path);
                        window.showModel();
                    }
                    onChatWanted: path => window.chat(path)
                    onConvertWanted: path => {
                        Convert.openPath(path);
                        window.show("convert");
                    }
                }
                ChatPage {
                    id: chatPage
                    objectName: "chatPage"
                    onPageWanted: page => window.show(page)
                    onFolderWanted: {
                        window.show("library");
                        libraryPage.addFolder();
                    }
                }
                ConvertPage {
                    objectName: "convertPage"
                    onChatWanted: path => window.chat(path)
                    onDiscoverWanted: window.show("discover")
                    onTokenWanted: window.askForToken()
                }
                DownloadsPage {
                    objectName: "downloadsPage"
                    onDiscoverWanted: window.show("discover")
                    onChatWanted: path => window.chat(path)
                }
                DevicesPage {
                    objectName: "devicesPage"
                }
                SettingsPage {
                    id: settingsPage
                    objectName: "settingsPage"
                }
                ModelPage {
                    objectName: "modelPage"
                    onBackWanted: window.show(window.modelFrom)
                    onChatWanted: path => window.chat(path)
                    onDownloadsWanted: window.show("downloads")
                    onConvertWanted: commit => {
                        Convert.openModel(Fit, commit);
                        window.show("convert");
                    }
                    onTokenWanted: window.askForToken()
                }
                ComparePage {
                    id: comparePage
                    objectName: "comparePage"
                    onPageWanted: page => {
                        window.show(page);
                        if (page === "chat")
                            chatPage.focusComposer();
                    }
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Theme.border
        }
        StatusLine {
            Layout.fillWidth: true
        }
    }
}
