// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Plain text that may be a whole book: its beginning, and more of it on demand.
Column {
    id: long

    property string text
    property string name
    property int size: Theme.body
    property int padding: 0
    property int paddingY: 0
    property color color: Theme.text
    property int most: Theme.longText
    readonly property bool cut: text.length > most

    MessageText {
        objectName: long.name
        width: parent.width
        leftPadding: long.padding
        rightPadding: long.padding
        topPadding: long.paddingY
        bottomPadding: long.paddingY
        textFormat: TextEdit.PlainText
        font.pixelSize: long.size
        color: long.color
        text: long.cut ? long.text.slice(0, long.most) : long.text
    }
    Loader {
        active: long.cut
        visible: active
        x: long.padding
        sourceComponent: AppButton {
            objectName: long.name + ".more"
            kind: "quiet"
            compact: true
            text: qsTr("Show more (%L1 of %L2 characters)").arg(long.most).arg(long.text.length)
            onClicked: long.most += Theme.longText
        }
    }
}
