// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Every level of the model, the largest first: size, memory by part, verdict, speed, loss.
Rectangle {
    id: table

    readonly property bool words: width >= Theme.tableWords
    readonly property bool bars: width >= Theme.tableBars
    readonly property bool figures: width >= Theme.tableFigures
    property string unfolded // the label of the row whose details are shown
    signal shownRow(Item row)

    // What a person came to with the pointer needs no ring.
    function focusList() {
        list.forceActiveFocus(Qt.OtherFocusReason);
        list.byKeys = false;
    }

    implicitHeight: column.implicitHeight + 2 * Theme.line
    radius: Theme.radiusCard
    color: Theme.surface
    border.color: Theme.border

    ColumnLayout {
        id: column
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            margins: Theme.line
        }
        spacing: 0
        RowLayout {
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space2
            Layout.preferredHeight: Theme.cardHead
            spacing: Theme.space2
            AppText {
                text: qsTr("Levels")
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
            }
            ElidedText {
                Layout.fillWidth: true
                readonly property string asked: qsTr("at %1 context, KV cache %2").arg(Fit.contextText).arg(
                    Fit.kvType)
                readonly property bool away: Fit.machine.length > 0
                readonly property string place: away ? Fit.machineName : qsTr("this computer")
                text: {
                    if (Fit.otherMachine.length > 0)
                        return qsTr("%1; above %2, below %3").arg(asked).arg(place).arg(Fit.otherName);
                    return away ? qsTr("%1, on %2").arg(asked).arg(place) : asked;
                }
                size: Theme.small
                color: Theme.muted
            }
            ChoiceButton {
                objectName: "levelFilter"
                kind: "quiet"
                current: Fit.filter
                choices: [{
                        "key": "usual",
                        "words": qsTr("Usual levels")
                    }, {
                        "key": "runs",
                        "words": qsTr("All that run here")
                    }, {
                        "key": "all",
                        "words": qsTr("All levels")
                    }]
                onChosen: key => Fit.filter = key
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        LevelTableHead {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space4
            bars: table.bars
            words: table.words
            figures: table.figures
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        ListView {
            id: list
            objectName: "fitLevels"
            Layout.fillWidth: true
            implicitHeight: contentHeight
            interactive: false
            // All rows are laid out, so that the page knows how high they are.
            cacheBuffer: 100000
            model: Fit.levels
            activeFocusOnTab: true
            keyNavigationEnabled: true
            property bool byKeys: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Levels")
            onActiveFocusChanged: {
                if (activeFocus)
                    currentIndex = Math.max(0, chosenIndex());
                else
                    byKeys = true;
            }
            function chosenIndex(): int {
                for (let i = 0; i < count; ++i) {
                    const row = itemAtIndex(i) as LevelTableRow;
                    if (row && row.chosen)
                        return i;
                }
                return -1;
            }
            function unfold(label: string) {
                table.unfolded = table.unfolded === label ? "" : label;
            }
            delegate: LevelTableRow {
                width: ListView.view.width
                bars: table.bars
                words: table.words
                figures: table.figures
                chosen: Fit.selected === label
                unfolded: table.unfolded === label
                focused: ListView.isCurrentItem && list.activeFocus && list.byKeys
                onPicked: {
                    list.currentIndex = index;
                    table.focusList();
                    Fit.select(label);
                }
                onToggled: list.unfold(label)
            }
            Keys.onUpPressed: move(-1)
            Keys.onDownPressed: move(1)
            Keys.onReturnPressed: if (currentItem)
                unfold((currentItem as LevelTableRow).label)
            Keys.onSpacePressed: if (currentItem)
                unfold((currentItem as LevelTableRow).label)
            Keys.onPressed: event => {
                byKeys = true;
                const row = currentItem as LevelTableRow;
                event.accepted = row && (event.key === Qt.Key_F1 || event.key === Qt.Key_Question);
                if (event.accepted)
                    row.askNext();
            }
            function move(step: int) {
                byKeys = true;
                currentIndex = Math.max(0, Math.min(count - 1, currentIndex + step));
                const row = currentItem as LevelTableRow;
                if (row) {
                    Fit.select(row.label);
                    table.shownRow(row);
                }
            }
        }
        LevelFold {
            Layout.fillWidth: true
            Layout.topMargin: Theme.space1
            Layout.bottomMargin: Theme.space1
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        LevelLegend {
            Layout.fillWidth: true
            Layout.margins: Theme.space3
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space4
            bars: table.bars
        }
    }
}
