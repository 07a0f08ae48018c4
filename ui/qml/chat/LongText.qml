// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Plain text that may be a whole book: its beginning, and more of it on demand.
Item {
    id: whole

    property string text
    property string name
    property int size: Theme.body
    property int padding: 0
    property int paddingY: 0
    property color color: Theme.text
    property bool mono: false
    property int most: Theme.longText
    readonly property bool cut: text.length > most

    onNameChanged: most = Theme.longText

    implicitWidth: words.implicitWidth
    implicitHeight: words.implicitHeight + (more.active ? more.height : 0)

    MessageText {
        id: words
        objectName: whole.name
        width: parent.width
        leftPadding: whole.padding
        rightPadding: whole.padding
        topPadding: whole.paddingY
        bottomPadding: whole.paddingY
        font.pixelSize: whole.size
        font.family: whole.mono ? Theme.mono : Theme.sans
        font.preferShaping: !whole.mono // ligatures would hide what stands there
        color: whole.color
        source: whole.cut ? whole.text.slice(0, whole.most) : whole.text
    }
    Loader {
        id: more
        active: whole.cut
        y: words.implicitHeight
        sourceComponent: AppButton {
            objectName: whole.name + ".more"
            kind: "quiet"
            compact: true
            text: qsTr("Show more (%L1 of %L2 characters)").arg(whole.most).arg(whole.text.length)
            onClicked: whole.most += Theme.longText
        }
    }
}
