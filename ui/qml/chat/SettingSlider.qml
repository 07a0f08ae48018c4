// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

ColumnLayout {
    id: setting

    property string title
    property string note
    property real from
    property real to
    property real step
    property real value
    property int digits: 0
    signal changed(real value)

    Layout.fillWidth: true
    spacing: 0
    RowLayout {
        AppText {
            Layout.fillWidth: true
            text: setting.title
            font.weight: Font.Medium
        }
        AppText {
            text: setting.value.toFixed(setting.digits)
            size: Theme.small
            font.family: Theme.mono
        }
    }
    AppSlider {
        objectName: "slider." + setting.objectName
        Layout.fillWidth: true
        from: setting.from
        to: setting.to
        stepSize: setting.step
        value: setting.value
        Accessible.name: setting.title
        onMoved: setting.changed(value)
    }
    AppText {
        Layout.fillWidth: true
        text: setting.note
        size: Theme.caption
        color: Theme.muted
        wrapMode: Text.Wrap
    }
}
