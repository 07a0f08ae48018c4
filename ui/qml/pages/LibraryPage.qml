// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Snug

// The models on this computer, and whether each fits it.
Page {
    id: page

    title: qsTr("Library")
    signal chatWanted(string path)
    signal modelWanted(string path)
    signal convertWanted(string path)
    property string selectedPath
    readonly property bool roomy: width > Theme.roomy
    readonly property bool wide: width > Theme.wide

    function addFolder() {
        picker.open();
    }
    function focusFilter() {
        filter.forceActiveFocus(Qt.ShortcutFocusReason);
    }

    background: null
    Accessible.role: Accessible.Pane
    Accessible.name: title
    header: PageHead {
        title: page.title
        note: Library.summary
        AppTextField {
            id: filter
            objectName: "libraryFilter"
            iconName: "search"
            placeholderText: qsTr("Filter by name")
            implicitWidth: Math.round(Math.min(Theme.fieldWidth, page.width * 0.24))
            onTextChanged: Library.filter = text
        }
        AppButton {
            objectName: "addFolderButton"
            kind: "primary"
            iconName: "plus"
            text: qsTr("Add folder")
            onClicked: picker.open()
        }
    }
    PathPicker {
        id: picker
        title: qsTr("Choose a folder of models")
        onChosen: folder => Library.addFolder(folder)
    }

    LibraryRemoveDialog {
        id: removal
    }
    LibraryCopies {
        id: copies
        onShown: path => page.selectedPath = path
    }
    Connections {
        target: LibraryActions
        function onPlanned() {
            removal.open();
        }
    }

    ColumnLayout {
        anchors {
            fill: parent
            leftMargin: Theme.space6
            rightMargin: Theme.space6
            bottomMargin: Theme.space5
        }
        spacing: Theme.space4

        Banner {
            Layout.fillWidth: true
            visible: Library.notice.length > 0
            kind: "partly"
            title: Library.notice
        }
        GridLayout {
            Layout.fillWidth: true
            columns: page.wide ? 2 : 1
            columnSpacing: Theme.space4
            rowSpacing: Theme.space3
            Flow {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
                spacing: Theme.space2
                Repeater {
                    model: Library.folders
                    FolderChip {
                    }
                }
            }
            LibraryTools {
                Layout.fillWidth: !page.wide
                Layout.preferredWidth: lineWidth
                Layout.alignment: Qt.AlignTop
                onCopiesWanted: copies.open()
            }
        }
        Banner {
            Layout.fillWidth: true
            visible: LibraryRecords.problem.present
            kind: "partly"
            title: LibraryRecords.problem.message
            body: LibraryRecords.problem.hint
            details: LibraryRecords.problem.details
            closable: true
            onClosed: LibraryRecords.dismissProblem()
            onCopied: text => Chat.copyText(text)
        }
        Banner {
            Layout.fillWidth: true
            visible: LibraryDuplicates.problem.present
            title: LibraryDuplicates.problem.message
            body: LibraryDuplicates.problem.hint
            details: LibraryDuplicates.problem.details
            onCopied: text => Chat.copyText(text)
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.fillHeight: true
            radius: Theme.radiusCard
            color: Theme.surface
            border.color: Theme.border
            clip: true

            ColumnLayout {
                anchors.fill: parent
                anchors.margins: 1
                spacing: 0
                LibraryHead {
                    Layout.fillWidth: true
                    roomy: page.roomy
                    wide: page.wide
                }
                ListView {
                    id: list
                    objectName: "libraryList"
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    clip: true
                    model: Library.model
                    boundsBehavior: Flickable.StopAtBounds
                    activeFocusOnTab: true
                    keyNavigationEnabled: true
                    reuseItems: false
                    ScrollBar.vertical: AppScrollBar {
                    }
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Models")
                    onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
                        currentIndex = 0
                    delegate: LibraryRow {
                        width: ListView.view.width
                        roomy: page.roomy
                        wide: page.wide
                        unfolded: page.selectedPath === path
                        focused: ListView.isCurrentItem && list.activeFocus
                        onToggled: {
                            list.currentIndex = index;
                            page.selectedPath = page.selectedPath === path ? "" : path;
                        }
                        onChatWanted: page.chatWanted(path)
                        onModelWanted: page.modelWanted(path)
                        onConvertWanted: page.convertWanted(path)
                    }
                    Keys.onReturnPressed: if (currentItem)
                        (currentItem as LibraryRow).toggled()
                    Keys.onSpacePressed: if (currentItem)
                        (currentItem as LibraryRow).toggled()
                    Keys.onPressed: event => {
                        const row = currentItem as LibraryRow;
                        event.accepted = row && (event.key === Qt.Key_F1 || event.key === Qt.Key_Question);
                        if (event.accepted)
                            row.asked = !row.asked;
                    }

                    EmptyState {
                        anchors.centerIn: parent
                        width: Math.min(parent.width - 2 * Theme.space6, Theme.emptyWidth)
                        visible: list.count === 0 && !Library.busy
                        iconName: Library.filter.length > 0 ? "search" : "library"
                        readonly property bool filtered: Library.filter.length > 0
                        title: filtered ? qsTr("No model is called “%1”").arg(Library.filter)
                            : qsTr("Nothing here yet")
                        body: filtered ? qsTr("The filter looks at names, makers and levels.")
                            : qsTr("Add a folder of GGUF files and Snug tells which of them fit here.")
                        AppButton {
                            visible: Library.filter.length > 0
                            text: qsTr("Clear the filter")
                            objectName: "clearFilter"
                            onClicked: filter.clear()
                        }
                    }
                    Column {
                        visible: list.count === 0 && Library.busy
                        x: Theme.space4
                        y: Theme.space4
                        spacing: Theme.row - Theme.space3
                        Repeater {
                            model: 5
                            Skeleton {
                                required property int index
                                width: Theme.skeletonWidth * (2 - (index % 3) / 4)
                            }
                        }
                    }
                }
            }
        }
    }
}
