// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// Bytes by part on a scale that all rows share, with a line where the free memory ends.
Item {
    id: bar

    property var parts: [] // bytes: weights, files beside the model, KV cache, compute, overhead
    property double free: 0
    property double total: 0
    property bool faint: false

    implicitHeight: Theme.barTable
    Accessible.ignored: true

    function wide(bytes: real): real {
        return bar.total > 0 ? bytes / bar.total * (bar.width - Theme.ring) : 0;
    }

    Row {
        width: parent.width
        clip: true
        height: parent.height
        spacing: Theme.line
        opacity: bar.faint ? 0.6 : 1
        Repeater {
            model: bar.parts
            Rectangle {
                required property int index
                required property double modelData
                visible: modelData > 0
                width: Math.max(Theme.ring, Math.round(bar.wide(modelData)) - Theme.line)
                height: bar.height
                radius: Theme.radiusTiny
                color: Theme.memoryParts[index]
            }
        }
    }
    Rectangle {
        visible: bar.free > 0
        readonly property int along: Math.round(bar.wide(bar.free))
        x: bar.LayoutMirroring.enabled ? bar.width - width - along : along
        y: -Theme.barOver
        width: Theme.ring
        height: bar.height + 2 * Theme.barOver
        color: Theme.text
    }
}
