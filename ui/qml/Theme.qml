// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick
import Snug

// Every colour, size, font and duration of the window, from the design's table of tokens.
QtObject {
    readonly property bool dark: AppSettings.dark
    readonly property real scale: AppSettings.textScale

    readonly property color background: dark ? "#161614" : "#FAFAF8"
    readonly property color surface: dark ? "#1F1F1C" : "#FFFFFF"
    readonly property color raised: dark ? "#282824" : "#F2F1EE"
    readonly property color border: dark ? "#3A3A35" : "#DEDCD6"
    readonly property color borderStrong: dark ? "#57564F" : "#B9B6AE"
    readonly property color outline: dark ? "#7B7972" : "#8F8C85"
    readonly property color text: dark ? "#ECEAE4" : "#1C1B19"
    readonly property color muted: dark ? "#A9A69E" : "#625F59"
    readonly property color disabled: dark ? "#6E6C66" : "#9B988F"
    readonly property color accent: dark ? "#62CBA6" : "#1B6B50"
    readonly property color textOnAccent: dark ? "#0E1F19" : "#FFFFFF"
    readonly property color accentHover: dark ? "#7AD8B7" : "#16593F"
    readonly property color accentTint: dark ? "#1E2E27" : "#E8F1ED"
    readonly property color accentLine: dark ? "#3B6A58" : "#B4D0C5"

    readonly property color fits: dark ? "#62CBA6" : "#177455"
    readonly property color partly: dark ? "#E3B341" : "#8A5C00"
    readonly property color cpu: dark ? "#8AB4FF" : "#2F5FA8"
    readonly property color no: dark ? "#FF8A80" : "#B3261E"
    readonly property color fitsTint: dark ? "#1F2F29" : "#E8F2EE"
    readonly property color partlyTint: dark ? "#312B1B" : "#F7F0E2"
    readonly property color cpuTint: dark ? "#242B36" : "#EAEFF7"
    readonly property color noTint: dark ? "#352322" : "#FAEAE9"

    readonly property color veil: dark ? "#99000000" : "#591C1B19" // over what a panel covers

    readonly property color memoryWeights: dark ? "#6CB2E0" : "#2E6F9E"
    readonly property color memoryCompanions: dark ? "#E59BC0" : "#A8527E"
    readonly property color memoryKvCache: dark ? "#F0AC5E" : "#BD7324"
    readonly property color memoryCompute: dark ? "#B79AE0" : "#7A5AA6"
    readonly property color memoryOverhead: dark ? "#A9A69E" : "#8C8A83"
    readonly property color memoryFree: dark ? "#33332E" : "#E4E2DC"

    // Of code, on the surface: keywords, strings, numbers, comments, names.
    readonly property list<color> codeInks: dark ? ["#C9A8F0", "#8BD6B6", "#F0AC5E", "#A9A69E", "#8AB4FF"]
        : ["#7A4FA8", "#177455", "#9A5B12", "#625F59", "#2F5FA8"]

    readonly property string sans: "Inter"
    readonly property string mono: "JetBrains Mono"
    readonly property int caption: Math.round(12 * scale)
    readonly property int small: Math.round(13 * scale)
    readonly property int body: Math.round(14 * scale)
    readonly property int heading: Math.round(16 * scale)
    readonly property int title: Math.round(20 * scale)
    readonly property int figure: Math.round(28 * scale)

    // Line heights on the 4 px grid.
    function lineHeight(size: int): int {
        if (size <= caption)
            return Math.round(16 * scale);
        if (size <= body)
            return Math.round(20 * scale);
        if (size <= heading)
            return Math.round(24 * scale);
        return size <= title ? Math.round(28 * scale) : Math.round(36 * scale);
    }

    readonly property int space1: 4
    readonly property int space2: 8
    readonly property int space3: 12
    readonly property int space4: 16
    readonly property int space5: 20
    readonly property int space6: 24
    readonly property int space8: 32

    readonly property int gap: 6 // between an icon and its word
    readonly property int inset: 10 // of text inside a control

    readonly property int radiusTiny: 2
    readonly property int radiusSmall: 4
    readonly property int radius: 6
    readonly property int radiusCard: 10
    readonly property int line: 1
    readonly property int ring: 2

    readonly property int control: Math.round(34 * scale)
    readonly property int compact: Math.round(32 * scale)
    readonly property int row: Math.round(44 * scale)
    readonly property int rowTall: Math.round(60 * scale)
    readonly property int rail: Math.round(76 * Math.min(scale, 1.5))
    readonly property int statusLine: Math.round(28 * scale)
    readonly property int readingWidth: Math.round(760 * scale)
    readonly property int bubbleWidth: Math.round(560 * scale)
    readonly property int bubblePadding: 14
    readonly property int header: Math.round(56 * scale)
    readonly property int panelList: Math.round(256 * Math.min(scale, 1.3))
    readonly property int panelDetail: Math.round(348 * Math.min(scale, 1.4))
    readonly property int panelSettings: Math.round(320 * Math.min(scale, 1.4))
    readonly property int bubblePaddingY: 10
    readonly property int codePadding: 14
    readonly property int codeHead: Math.round(36 * scale)
    readonly property int tableColumn: Math.round(120 * scale) // the least that words of a cell need
    readonly property int wide: Math.round(1100 * Math.min(scale, 1.3))

    // Columns that the head and the rows of the library share.
    readonly property int columnWhere: Math.round(150 * scale)
    readonly property int columnSize: Math.round(84 * scale)
    readonly property int columnLevel: Math.round(176 * scale)
    readonly property int columnVerdictShort: Math.round(112 * scale)
    readonly property int columnGib: Math.round(56 * scale)
    readonly property int columnVerdict: Math.round(140 * scale)
    readonly property int columnContext: Math.round(84 * scale)
    readonly property int columnChanged: Math.round(104 * scale)
    readonly property int columnFile: Math.round(112 * scale)
    readonly property int columnActions: 2 * compact + space1

    // Columns of the table of levels; how much room it needs for its bars, its words and its side figures.
    readonly property int columnLabel: Math.round(148 * scale)
    readonly property int columnFigure: Math.round(50 * scale)
    readonly property int columnFit: Math.round(114 * scale)
    readonly property int columnWord: Math.round(104 * scale)
    readonly property int tableWords: Math.round(736 * scale)
    readonly property int tableBars: Math.round(600 * scale)
    readonly property int tableFigures: Math.round(470 * scale)
    readonly property int convertSide: Math.round(304 * Math.min(scale, 1.4))
    readonly property int panelFit: Math.round(336 * Math.min(scale, 1.4))
    readonly property int barTable: Math.round(12 * Math.min(scale, 1.5))
    readonly property int barOver: 6 // of the mark beyond the bar, on both sides
    readonly property int cardHead: Math.round(44 * scale)
    readonly property int sliderMark: 14

    readonly property int icon: Math.round(16 * scale)
    readonly property int iconSmall: Math.round(14 * scale)
    readonly property int iconButton: Math.round(18 * scale)
    readonly property int iconLarge: Math.round(20 * scale)
    readonly property int iconEmpty: Math.round(28 * scale)

    readonly property int marker: 3 // the bar beside what is chosen
    readonly property int swatch: 10
    readonly property int badge: Math.round(24 * scale)
    readonly property int badgeLeast: 60
    readonly property int fieldWidth: 240
    readonly property int menuWidth: 232
    readonly property int sliderWidth: 200
    readonly property int sliderKnob: 18
    readonly property int switchWidth: 36
    readonly property int switchKnob: 14
    readonly property int progressWidth: 96
    readonly property int skeletonWidth: 160
    readonly property int emptyWidth: 420
    readonly property int menuHeight: 420
    readonly property int railItem: Math.round(52 * Math.min(scale, 1.6))
    readonly property int formWidth: Math.round(560 * scale)
    readonly property int pickerWidth: Math.round(380 * scale)
    readonly property int numberWidth: Math.round(112 * scale)
    readonly property int detailsHeight: Math.round(220 * scale)
    readonly property int textAreaHeight: Math.round(96 * scale)
    readonly property int cardHeight: Math.round(240 * scale)
    readonly property int roomy: Math.round(860 * scale) // from here on a list shows all its columns
    readonly property int tipWidth: 360
    readonly property int listIndent: Math.round(24 * scale)
    readonly property int longText: 16384 // characters of plain text that show without asking

    readonly property int tipDelay: 500
    readonly property int pulse: 500 // half a beat of something that waits
    readonly property int sweep: 1200 // of a bar that does not know how much is left
    readonly property int told: 1600 // how long a button says that it did it
    readonly property int toast: 8000
    readonly property int motion: AppSettings.reducedMotion ? 0 : 140

    // Weights, files beside the model, KV cache, compute, overhead: always in this order.
    readonly property list<color> memoryParts: [memoryWeights, memoryCompanions, memoryKvCache, memoryCompute,
        memoryOverhead]
    function memoryColor(part: string): color {
        return ({
                "weights": memoryWeights,
                "companions": memoryCompanions,
                "kv_cache": memoryKvCache,
                "compute": memoryCompute,
                "overhead": memoryOverhead
            })[part] ?? memoryFree;
    }

    function verdictColor(verdict: string): color {
        switch (verdict) {
        case "fits":
            return fits;
        case "partly":
            return partly;
        case "cpu":
            return cpu;
        case "remote":
            return accent;
        case "no":
        case "error":
            return no;
        }
        return muted;
    }
    function verdictTint(verdict: string): color {
        switch (verdict) {
        case "fits":
            return fitsTint;
        case "partly":
            return partlyTint;
        case "cpu":
            return cpuTint;
        case "remote":
            return accentTint;
        case "no":
        case "error":
            return noTint;
        }
        return raised;
    }
    function verdictIcon(verdict: string): string {
        switch (verdict) {
        case "fits":
            return "circle-check";
        case "partly":
            return "half";
        case "cpu":
            return "cpu";
        case "remote":
            return "server";
        case "no":
            return "circle-x";
        case "error":
            return "circle-alert";
        }
        return "circle-question-mark";
    }
}
