// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

ColumnLayout {
    id: setting

    property string title
    property string note
    property int from
    property int to
    property int value
    signal changed(int value)

    Layout.fillWidth: true
    spacing: Theme.space1
    RowLayout {
        AppText {
            Layout.fillWidth: true
            text: setting.title
            font.weight: Font.Medium
        }
        AppTextField {
            objectName: "field." + setting.objectName
            implicitWidth: Theme.numberWidth
            horizontalAlignment: TextInput.AlignRight
            font.family: Theme.mono
            inputMethodHints: Qt.ImhFormattedNumbersOnly
            validator: IntValidator {
                bottom: setting.from
                top: setting.to
            }
            text: setting.value
            Accessible.name: setting.title
            onEditingFinished: {
                setting.changed(parseInt(text));
                text = Qt.binding(() => setting.value);
            }
        }
    }
    AppText {
        Layout.fillWidth: true
        text: setting.note
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
}
