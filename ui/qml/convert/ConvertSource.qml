// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What the file is made of.
ConvertColumn {
    id: source

    readonly property var fit: Convert.fit

    title: qsTr("Source")
    note: Convert.sourceKind
    ColumnLayout {
        Layout.fillWidth: true
        spacing: Theme.space1
        ElidedText {
            objectName: "convertName"
            Layout.fillWidth: true
            text: source.fit.name
            font.weight: Font.DemiBold
        }
        ElidedText {
            objectName: "convertSource"
            Layout.fillWidth: true
            text: Convert.source
            elide: Text.ElideMiddle
            size: Theme.small
            color: Theme.muted
        }
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Theme.line
        color: Theme.border
    }
    ConvertFacts {
        Layout.fillWidth: true
    }
    Rectangle {
        Layout.fillWidth: true
        visible: checks.implicitHeight > 0
        implicitHeight: Theme.line
        color: Theme.border
    }
    ConvertChecks {
        id: checks
        Layout.fillWidth: true
    }
}
