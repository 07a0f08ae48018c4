// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What to leave out of a search, and its order.
RowLayout {
    id: filters

    readonly property var sizes: [
        { key: "any", words: qsTr("Any size") },
        { key: "small", words: qsTr("Up to 4 B") },
        { key: "medium", words: qsTr("4 to 15 B") },
        { key: "large", words: qsTr("15 to 50 B") },
        { key: "huge", words: qsTr("Over 50 B") }
    ]
    readonly property var orders: [
        { key: "downloads", words: qsTr("Most used") },
        { key: "trending", words: qsTr("Trending") },
        { key: "likes", words: qsTr("Most liked") },
        { key: "updated", words: qsTr("Newest") }
    ]

    function wordsOf(choices: var, key: string): string {
        return choices.find(choice => choice.key === key)?.words ?? "";
    }

    spacing: Theme.space2
    Chip {
        objectName: "chip.fits"
        text: qsTr("Fits my machine")
        checked: Discover.fittingOnly
        onClicked: Discover.fittingOnly = checked
    }
    Chip {
        objectName: "chip.gguf"
        text: qsTr("GGUF ready")
        checked: Discover.format === "gguf"
        onClicked: Discover.format = checked ? "gguf" : "any"
    }
    Chip {
        objectName: "chip.safetensors"
        text: qsTr("Can be converted")
        checked: Discover.format === "safetensors"
        onClicked: Discover.format = checked ? "safetensors" : "any"
    }
    ChoiceButton {
        objectName: "choice.size"
        choices: filters.sizes
        current: Discover.size
        onChosen: key => Discover.size = key
    }
    Item {
        Layout.fillWidth: true
    }
    ChoiceButton {
        objectName: "choice.sort"
        kind: "quiet"
        choices: filters.orders
        current: Discover.sort
        onChosen: key => Discover.sort = key
    }
}
