// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// How many tokens a conversation may have: a slider over what the model was trained for, a mark where the
// chosen level stops to fit, a field for any other number.
ColumnLayout {
    id: setting

    readonly property var scaling: Fit.contextScale
    readonly property var stops: scaling.stops

    spacing: 0
    RowLayout {
        spacing: Theme.space2
        AppText {
            text: qsTr("Context")
            size: Theme.small
            font.weight: Font.DemiBold
            Why {
                subject: qsTr("Context")
                text: qsTr("How many tokens (pieces of words) the model keeps in mind: prompt, files and "
                    + "conversation together. Each costs memory in the KV cache.")
            }
        }
        AppText {
            objectName: "contextFits"
            Layout.fillWidth: true
            text: setting.scaling.fitsText
            size: Theme.small
            color: Theme.muted
        }
        AppTextField {
            id: field
            objectName: "contextField"
            implicitWidth: Theme.numberWidth - Theme.space6
            implicitHeight: Theme.compact
            rightPadding: Theme.space2
            horizontalAlignment: TextInput.AlignRight
            font.pixelSize: Theme.small
            inputMethodHints: Qt.ImhDigitsOnly
            maximumLength: 12
            text: Fit.contextText
            Accessible.name: qsTr("Context in tokens")
            onEditingFinished: {
                const tokens = parseInt(text.replace(/[^0-9]/g, ""));
                if (tokens > 0)
                    Fit.context = Math.min(tokens, 2000000000);
                text = Qt.binding(() => Fit.contextText);
            }
        }
    }
    AppSlider {
        id: slider
        objectName: "contextSlider"
        Layout.fillWidth: true
        to: Math.max(1, setting.stops.length - 1)
        stepSize: 1
        markAt: setting.scaling.fitsAt
        Accessible.name: qsTr("Context")
        Accessible.description: qsTr("%1 tokens, %2").arg(Fit.contextText).arg(setting.scaling.fitsText)
        onMoved: Fit.context = setting.stops[Math.round(value)]
        Binding {
            target: slider
            property: "value"
            value: setting.scaling.position
            when: !slider.pressed
            restoreMode: Binding.RestoreNone
        }
    }
    RowLayout {
        AppText {
            Layout.fillWidth: true
            text: setting.scaling.leastText
            size: Theme.caption
            color: Theme.muted
        }
        AppText {
            text: setting.scaling.mostText
            size: Theme.caption
            color: Theme.muted
        }
    }
    RowLayout {
        objectName: "contextNote"
        visible: setting.scaling.note.length > 0
        spacing: Theme.gap
        Icon {
            Layout.alignment: Qt.AlignTop
            name: "triangle-alert"
            color: Theme.partly
        }
        AppText {
            Layout.fillWidth: true
            text: setting.scaling.note
            size: Theme.caption
            color: Theme.partly
            wrapMode: Text.Wrap
        }
    }
}
