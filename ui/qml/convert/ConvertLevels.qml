// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The levels that can be made, how each would run here. One of them is chosen; arrows choose another.
FocusScope {
    id: list

    readonly property var fit: Convert.fit
    readonly property string advised: fit.advice.level ?? ""

    function step(by: int) {
        let index = -1;
        for (let i = 0; i < rows.count; ++i) {
            if (rows.itemAt(i).label === Convert.level)
                index = i;
        }
        for (let i = index + by; i >= 0 && i < rows.count; i += by) {
            const row = rows.itemAt(i);
            if (row.makeable) {
                list.fit.select(row.label);
                return;
            }
        }
    }

    implicitHeight: column.implicitHeight
    activeFocusOnTab: true
    objectName: "convertLevels"
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Levels that can be made")
    Keys.onUpPressed: step(-1)
    Keys.onDownPressed: step(1)

    component LevelChoice: Item {
        id: row

        required property string label
        required property bool makeable
        required property bool exact
        required property string sizeText
        required property string verdict
        required property string verdictText
        required property string verdictWhy
        required property string speedText
        required property string qualityWord
        required property bool cliff
        readonly property bool chosen: label === Convert.level
        readonly property string remark: {
            if (label === list.advised)
                return qsTr("advised");
            return cliff ? qualityWord : "";
        }

        objectName: "convertLevel." + label
        visible: makeable
        width: list.width
        height: makeable ? Theme.row : 0
        enabled: list.fit.live
        Accessible.role: Accessible.RadioButton
        Accessible.checked: chosen
        Accessible.name: {
            const words = [label, qsTr("%1 GiB file").arg(sizeText), verdictText];
            if (speedText.length > 0)
                words.push(qsTr("%1 tokens a second").arg(speedText));
            if (remark.length > 0)
                words.push(remark);
            return words.join(", ");
        }
        Accessible.onPressAction: list.fit.select(label)
        HoverHandler {
            id: over
        }
        TapHandler {
            onTapped: {
                list.fit.select(row.label);
                list.forceActiveFocus(Qt.OtherFocusReason);
                list.byKeys = false;
            }
        }
        Rectangle {
            anchors.fill: parent
            color: row.chosen ? Theme.accentTint : over.hovered ? Theme.raised : "transparent"
            FocusRing {
                visible: row.chosen && list.activeFocus && list.byKeys
                offset: -4
                corner: Theme.radius
            }
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: Theme.line
                color: Theme.border
            }
        }
        RowLayout {
            anchors.fill: parent
            spacing: Theme.space3
            Rectangle {
                Layout.leftMargin: Theme.space4
                implicitWidth: Theme.iconButton
                implicitHeight: Theme.iconButton
                radius: width / 2
                color: Theme.surface
                border.width: row.chosen ? Theme.ring : Theme.line
                border.color: row.chosen ? Theme.accent : Theme.outline
                Rectangle {
                    visible: row.chosen
                    anchors.centerIn: parent
                    width: parent.width / 2
                    height: width
                    radius: width / 2
                    color: Theme.accent
                }
            }
            AppText {
                Layout.preferredWidth: Theme.columnGib + Theme.space6
                text: row.label
                font.weight: row.chosen ? Font.DemiBold : Font.Medium
            }
            VerdictBadge {
                Layout.fillWidth: true
                implicitWidth: 0
                verdict: row.verdict
                text: row.remark.length > 0 ? row.verdictText + " · " + row.remark : row.verdictText
                Why {
                    activeFocusOnTab: false
                    subject: row.verdictText
                    text: row.verdictWhy
                }
            }
            AppText {
                Layout.preferredWidth: Theme.columnFigure
                horizontalAlignment: Text.AlignRight
                text: row.sizeText
                size: Theme.small
                font.family: Theme.mono
            }
            AppText {
                Layout.preferredWidth: Theme.columnGib
                Layout.rightMargin: Theme.space4
                horizontalAlignment: Text.AlignRight
                text: row.speedText.length > 0 ? row.speedText : "–"
                size: Theme.small
                font.family: Theme.mono
            }
        }
    }

    // A ring for the keyboard alone.
    property bool byKeys: false
    Keys.onPressed: event => {
        list.byKeys = true;
        event.accepted = false;
    }
    onActiveFocusChanged: byKeys = activeFocus

    Column {
        id: column
        width: parent.width
        RowLayout {
            width: parent.width
            height: Theme.compact
            spacing: Theme.space3
            component Head: AppText {
                size: Theme.small
                color: Theme.muted
            }
            Head {
                Layout.leftMargin: Theme.space4 + Theme.iconButton + Theme.space3
                Layout.preferredWidth: Theme.columnGib + Theme.space6
                text: qsTr("Level")
            }
            Head {
                Layout.fillWidth: true
                text: qsTr("Verdict")
            }
            Head {
                Layout.preferredWidth: Theme.columnFigure
                horizontalAlignment: Text.AlignRight
                text: qsTr("GiB")
            }
            Head {
                Layout.preferredWidth: Theme.columnGib
                Layout.rightMargin: Theme.space4
                horizontalAlignment: Text.AlignRight
                text: qsTr("Tokens/s")
            }
        }
        Rectangle {
            width: parent.width
            height: Theme.line
            color: Theme.border
        }
        Repeater {
            id: rows
            model: list.fit.levels
            LevelChoice {
            }
        }
    }
}
