// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// One level: how large, how well it runs here and on the machine beside it, what it loses. A click chooses
// it, another one unfolds what more is known.
Item {
    id: row

    required property int index
    required property string label
    required property bool held
    required property bool exists
    required property bool makeable
    required property bool exact
    required property string sizeText
    required property string sizeWhy
    required property var parts
    required property double free
    required property string memoryText
    required property string memoryWhy
    required property string verdict
    required property string verdictText
    required property string verdictWhy
    required property string speedText
    required property string speedWhy
    required property string qualityWord
    required property string qualityText
    required property string qualityWhy
    required property bool measured
    required property bool cliff
    required property var notes
    required property string description
    required property string imatrix
    required property string bitsText
    required property bool compared
    required property var otherParts
    required property double otherFree
    required property string otherMemoryText
    required property string otherVerdict
    required property string otherVerdictText
    required property string otherSpeedText

    property bool chosen: false
    property bool unfolded: false
    property bool focused: false
    property bool bars: true
    property bool words: true
    property bool figures: true
    readonly property int line: compared ? Theme.rowTall + Theme.space2 : Theme.row
    signal picked
    signal toggled

    // F1 again and again: the verdict, then every other figure of the row, then nothing.
    property string asked
    function askNext() {
        const all = Array.of("", "verdict", "memory", "speed", "quality", "size");
        row.asked = all[(all.indexOf(row.asked) + 1) % all.length];
    }
    onFocusedChanged: asked = ""

    objectName: "fitLevel." + label
    implicitHeight: line + (unfolded ? detail.implicitHeight : 0)
    Accessible.role: Accessible.ListItem
    Accessible.name: {
        const words = [label, qsTr("%1 GiB file").arg(sizeText), verdictText];
        if (speedText.length > 0)
            words.push(qsTr("%1 tokens a second").arg(speedText));
        if (qualityWord.length > 0)
            words.push(qsTr("quality: %1").arg(qualityWord));
        if (held)
            words.push(qsTr("in the library"));
        else if (makeable)
            words.push(qsTr("would be made"));
        return words.join(", ");
    }
    Accessible.selected: chosen
    Accessible.onPressAction: picked()

    Rectangle {
        width: parent.width
        height: row.line
        color: row.chosen ? Theme.accentTint : over.hovered ? Theme.raised : "transparent"
        Rectangle {
            visible: row.chosen
            anchors.left: parent.left
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
            onTapped: row.chosen ? row.toggled() : row.picked()
        }
        RowLayout {
            anchors {
                fill: parent
                leftMargin: Theme.space4
                rightMargin: Theme.space4
            }
            spacing: Theme.space3
            RowLayout {
                Layout.preferredWidth: Theme.columnLabel
                Layout.fillWidth: !row.figures
                spacing: Theme.space2
                ElidedText {
                    Layout.maximumWidth: Theme.columnLabel - mark.implicitWidth - Theme.space2
                    text: row.label
                    elide: Text.ElideMiddle
                    font.weight: row.chosen ? Font.DemiBold : Font.Medium
                }
                Icon {
                    visible: row.held
                    name: "check"
                    size: Theme.iconSmall
                    color: Theme.muted
                    Layout.rightMargin: -Theme.space1
                }
                AppText {
                    id: mark
                    Layout.fillWidth: true
                    text: row.held ? qsTr("have") : row.makeable ? qsTr("make") : ""
                    size: Theme.small
                    color: row.held ? Theme.muted : Theme.accent
                    Why {
                        activeFocusOnTab: false
                        subject: mark.text
                        readonly property string make: qsTr("It would be made from the original weights.")
                        text: row.held ? qsTr("It is on this computer.") : row.makeable ? make : ""
                    }
                }
            }
            AppText {
                visible: row.figures
                Layout.preferredWidth: Theme.columnFigure
                horizontalAlignment: Text.AlignRight
                text: row.sizeText
                size: Theme.small
                font.family: Theme.mono
                Why {
                    activeFocusOnTab: false
                    subject: qsTr("%1 GiB").arg(row.sizeText)
                    text: row.sizeWhy
                    asked: row.asked === "size"
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.space1
                LevelCells {
                    Layout.fillWidth: true
                    parts: row.parts
                    free: row.free
                    memoryText: row.memoryText
                    memoryWhy: row.memoryWhy
                    verdict: row.verdict
                    verdictText: row.verdictText
                    verdictWhy: row.verdictWhy
                    speedText: row.speedText
                    speedWhy: row.speedWhy
                    exact: row.exact
                    bars: row.bars
                    figures: row.figures
                    asked: row.asked
                }
                LevelCells {
                    objectName: "otherCells." + row.label
                    visible: row.compared
                    Layout.fillWidth: true
                    parts: row.otherParts
                    free: row.otherFree
                    memoryText: row.otherMemoryText
                    verdict: row.otherVerdict
                    verdictText: row.otherVerdictText
                    speedText: row.otherSpeedText
                    exact: false
                    bars: row.bars
                    figures: row.figures
                }
            }
            RowLayout {
                visible: row.words
                Layout.preferredWidth: Theme.columnWord
                Layout.maximumWidth: Theme.columnWord
                spacing: Theme.space1
                Icon {
                    visible: row.cliff
                    name: "triangle-alert"
                    color: Theme.partly
                }
                AppText {
                    Layout.fillWidth: true
                    text: row.qualityWord.length > 0 ? row.qualityWord : qsTr("unknown")
                    size: Theme.small
                    color: row.qualityWord.length === 0 ? Theme.muted : row.cliff ? Theme.partly : Theme.text
                }
            }
            AppText {
                visible: row.figures
                Layout.preferredWidth: Theme.columnFigure
                horizontalAlignment: Text.AlignRight
                text: row.qualityText.length > 0 ? row.qualityText : "–"
                size: Theme.small
                font.family: Theme.mono
                font.italic: !row.measured
                color: row.measured ? Theme.text : Theme.muted
                Accessible.name: qsTr("KL divergence %1").arg(row.qualityText)
                Why {
                    activeFocusOnTab: false
                    subject: qsTr("KL divergence %1").arg(row.qualityText)
                    text: row.qualityWhy
                    asked: row.asked === "quality"
                }
            }
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: Theme.line
            color: Theme.border
        }
    }
    Loader {
        id: detail
        active: row.unfolded
        y: row.line
        width: parent.width
        sourceComponent: LevelDetail {
            label: row.label
            description: row.description
            notes: row.notes
            bitsText: row.bitsText
            imatrix: row.imatrix
            sizeWhy: row.sizeWhy
            qualityWhy: row.qualityWhy
        }
    }
}
