// SPDX-License-Identifier: GPL-3.0-only
pragma Singleton
import QtQuick

// Every colour and measure. Colour means something: green clear, amber caution, red danger, blue "you can act here".
QtObject {
    id: root

    property string mode: "dark" // dark, light, contrast
    property bool reducedMotion: false
    readonly property bool mirrored: Application.layoutDirection === Qt.RightToLeft

    readonly property bool light: mode === "light"
    readonly property bool contrast: mode === "contrast"

    // type
    readonly property string family: "Inter Tabular" // Inter with figures of equal width
    readonly property string monoFamily: "JetBrains Mono"
    readonly property int textSize: 13
    readonly property int smallSize: 12
    readonly property int tinySize: 11
    readonly property int titleSize: 14
    readonly property int largeSize: 22

    // measures: a 4 px grid
    readonly property int unit: 4
    readonly property int rowHeight: 28
    readonly property int controlHeight: 28
    readonly property int radius: 6
    readonly property int railWidth: 188
    readonly property int topHeight: 44
    readonly property int statusHeight: 26
    readonly property int motion: reducedMotion ? 0 : 120 // ms

    // grounds
    readonly property color ground: pick("#0E1116", "#FBFCFD", "#000000")
    readonly property color panel: pick("#141922", "#F1F4F8", "#000000")
    readonly property color raised: pick("#1A212C", "#FFFFFF", "#0A0A0A")
    readonly property color hover: pick("#1E2733", "#E7EDF5", "#1C1C1C")
    readonly property color pressed: pick("#242E3C", "#DBE4EF", "#2A2A2A")
    readonly property color selected: pick("#1B2A3D", "#DCE9FB", "#002F66")
    readonly property color railSelected: pick("#203045", "#DCE7F6", "#002F66")
    readonly property color cautionGround: pick("#231C10", "#FFF6E2", "#1A1400")
    readonly property color dangerGround: pick("#26161A", "#FDECEA", "#1F0500")
    readonly property color addedGround: pick("#11261E", "#E4F5EC", "#00261A")
    readonly property color removedGround: pick("#28171A", "#FCE9E7", "#2A0600")
    readonly property color accentGround: pick("#14273F", "#E5F0FF", "#00204A")
    readonly property color shade: pick("#9E0A0D11", "#661A2230", "#CC000000")

    // lines
    readonly property color line: pick("#262F3D", "#D3DAE4", "#8C96A3")
    readonly property color lineSoft: pick("#1E2530", "#E6EAF0", "#5A626C")
    readonly property color track: pick("#3D4A5E", "#A9B5C4", "#9AA5B4")
    readonly property color cautionLine: pick("#6B5524", "#D9A63A", "#FFD24A")
    readonly property color dangerLine: pick("#6B352F", "#E09A91", "#FF9185")

    // words
    readonly property color text: pick("#D7DEE8", "#1F2937", "#FFFFFF")
    readonly property color strong: pick("#EEF2F7", "#0B1220", "#FFFFFF")
    readonly property color muted: pick("#8A97A8", "#556274", "#D5DBE3")
    readonly property color faint: pick("#748194", "#667386", "#C3CAD3")

    // meaning
    readonly property color accent: pick("#5AA9FF", "#1259C0", "#7FC4FF")
    readonly property color accentInk: pick("#0B1420", "#FFFFFF", "#000000")
    readonly property color good: pick("#43C59E", "#0B6B4B", "#5CF0BE")
    readonly property color caution: pick("#F2B84B", "#925D00", "#FFD24A")
    readonly property color danger: pick("#FF6B5E", "#C2301F", "#FF9185")
    readonly property color markInk: pick("#14171C", "#FFFFFF", "#000000")

    // the frame's environment
    readonly property color development: pick("#44618C", "#5B7DB1", "#7FA8E8")
    readonly property color staging: pick("#3D7D5C", "#3F8F67", "#5CF0BE")
    readonly property color production: pick("#A8432F", "#C2452D", "#FF7A5C")

    function pick(darkValue: string, lightValue: string, contrastValue: string): color {
        return contrast ? contrastValue : light ? lightValue : darkValue;
    }
    // Cell.Tone: Normal, Muted, Accent, Good, Caution, Danger
    function tone(value: int): color {
        return value === 1 ? muted : value === 2 ? accent : value === 3 ? good : value === 4 ? caution : value === 5 ? danger : text;
    }
    // Cell.Aspect: Clear, Warning, Stop, Unknown
    function aspect(value: int): color {
        return value === 0 ? good : value === 1 ? caution : value === 2 ? danger : faint;
    }
    function environment(name: string): color {
        return name === "production" ? production : name === "staging" ? staging : development;
    }
}
