// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// At which level, what for, under which name; what one rarely needs is folded.
ConvertColumn {
    id: recipe

    readonly property var fit: Convert.fit
    property bool advanced: false

    title: qsTr("Recipe")
    note: fit.busy ? qsTr("being computed") : qsTr("on this computer at %1 context").arg(fit.contextText)
    padding: 0

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 0
        ConvertLevels {
            Layout.fillWidth: true
        }
        AppButton {
            objectName: "convertMoreLevels"
            Layout.fillWidth: true
            Layout.margins: Theme.space1
            visible: recipe.fit.hiddenLevels.length > 0 || recipe.fit.filter === "all"
            enabled: recipe.fit.live
            kind: "quiet"
            plain: true
            leading: true
            compact: true
            iconName: recipe.fit.filter === "all" ? "chevron-down" : "chevron-right"
            text: recipe.fit.filter === "all" ? qsTr("Show the usual levels only")
                : qsTr("More levels: %1").arg(Array.from(recipe.fit.hiddenLevels).join(", "))
            onClicked: recipe.fit.filter = recipe.fit.filter === "all" ? "usual" : "all"
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space4
        Layout.rightMargin: Theme.space4
        spacing: Theme.space3
        Flow {
            Layout.fillWidth: true
            spacing: Theme.space3
            AppText {
                height: Theme.control
                width: Theme.columnGib + Theme.space6
                text: qsTr("What for")
                size: Theme.small
                color: Theme.muted
            }
            SegmentedControl {
                objectName: "convertWorkload"
                label: qsTr("What for")
                enabled: recipe.fit.live
                value: recipe.fit.workload
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
                onChosen: value => recipe.fit.workload = value
            }
        }
        AppText {
            id: advice
            objectName: "convertAdvice"
            Layout.fillWidth: true
            visible: text.length > 0
            readonly property string rule: recipe.fit.advice.text ?? ""
            readonly property string more: recipe.fit.advice.more ?? ""
            text: more.length > 0 ? rule + " " + more : rule
            size: Theme.small
            wrapMode: Text.Wrap
            Why {
                subject: advice.text
                text: recipe.fit.advice.why ?? ""
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space3
            AppText {
                Layout.preferredWidth: Theme.columnGib + Theme.space6
                text: qsTr("Saved as")
                size: Theme.small
                color: Theme.muted
            }
            ElidedText {
                objectName: "convertFile"
                Layout.fillWidth: true
                text: Convert.fileName
                elide: Text.ElideMiddle
                size: Theme.small
                font.family: Theme.mono
            }
            AppText {
                text: qsTr("in the library")
                size: Theme.small
                color: Theme.muted
            }
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        spacing: 0
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.line
            color: Theme.border
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.space1
            spacing: Theme.space2
            AppButton {
                objectName: "convertAdvanced"
                Layout.fillWidth: true
                kind: "quiet"
                plain: true
                leading: true
                compact: true
                iconName: recipe.advanced ? "chevron-down" : "chevron-right"
                text: qsTr("Advanced")
                onClicked: recipe.advanced = !recipe.advanced
            }
            ElidedText {
                Layout.maximumWidth: recipe.width / 2
                Layout.rightMargin: Theme.space3
                text: Convert.imatrix.length > 0 ? qsTr("with an importance matrix")
                    : qsTr("no importance matrix")
                size: Theme.small
                color: Theme.muted
            }
        }
        ColumnLayout {
            visible: recipe.advanced
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space4
            Layout.bottomMargin: Theme.space3
            spacing: Theme.space2
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.space2
                ElidedText {
                    objectName: "convertImatrix"
                    Layout.fillWidth: true
                    text: Convert.imatrix.length > 0 ? Convert.imatrix : qsTr("Importance matrix")
                    elide: Text.ElideMiddle
                    size: Theme.small
                    font.family: Convert.imatrix.length > 0 ? Theme.mono : Theme.sans
                }
                AppButton {
                    objectName: "convertImatrixChoose"
                    compact: true
                    text: qsTr("Choose a file…")
                    onClicked: picker.open()
                }
                AppButton {
                    objectName: "convertImatrixClear"
                    visible: Convert.imatrix.length > 0
                    kind: "quiet"
                    compact: true
                    iconName: "x"
                    tip: qsTr("Without an importance matrix")
                    onClicked: Convert.clearImatrix()
                }
            }
            AppText {
                Layout.fillWidth: true
                text: qsTr("A record of which weights matter, computed from a text. %1").arg(
                    Convert.imatrixNote)
                size: Theme.caption
                color: Theme.muted
                wrapMode: Text.Wrap
            }
        }
    }
    FilePicker {
        id: picker
        visible: false // takes no room
        title: qsTr("Choose an importance matrix")
        nameFilters: Array.of(qsTr("Importance matrices (*.gguf *.dat *.imatrix)"), qsTr("All files (*)"))
        onChosen: file => Convert.useImatrix(file)
    }
}
