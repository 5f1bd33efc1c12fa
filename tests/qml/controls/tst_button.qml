// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox.Controls

TestCase {
    id: root
    name: "Buttons"
    when: windowShown
    width: 400
    height: 300
    visible: true

    Component {
        id: buttonComponent
        Button {
            property int fired: 0
            text: "Start flow…"
            onTriggered: ++fired
        }
    }
    Component {
        id: checkComponent
        CheckBox {
            text: "Protected"
        }
    }
    Component {
        id: filterComponent
        FilterField {
            width: 300
        }
    }
    Component {
        id: comboComponent
        ComboBox {
            name: "Theme"
            model: ["Dark", "Light", "High contrast"]
        }
    }
    Component {
        id: linkComponent
        LinkText {
            property int fired: 0
            text: "show all"
            onTriggered: ++fired
        }
    }

    function test_a_button_works_by_mouse_and_keys(): void {
        const button = createTemporaryObject(buttonComponent, root);
        mouseClick(button);
        compare(button.fired, 1);
        button.forceActiveFocus();
        keyClick(Qt.Key_Return);
        keyClick(Qt.Key_Space);
        compare(button.fired, 3);
        compare(button.Accessible.name, "Start flow…");
        compare(button.Accessible.role, Accessible.Button);
    }
    function test_a_button_with_a_reason_does_nothing_but_tells_it(): void {
        const button = createTemporaryObject(buttonComponent, root, {
            why: "you lack flows:write"
        });
        mouseClick(button);
        button.forceActiveFocus();
        keyClick(Qt.Key_Return);
        compare(button.fired, 0);
        compare(button.Accessible.description, "Not available: you lack flows:write");
        verify(button.activeFocus, "stays reachable");
    }
    function test_a_check_box_flips_by_key_and_mouse(): void {
        const box = createTemporaryObject(checkComponent, root);
        box.forceActiveFocus();
        keyClick(Qt.Key_Space);
        verify(box.checked);
        keyClick(Qt.Key_Return);
        verify(!box.checked);
        mouseClick(box);
        verify(box.checked);
        compare(box.Accessible.role, Accessible.CheckBox);
    }
    function test_escape_clears_a_filter_then_leaves_it(): void {
        const field = createTemporaryObject(filterComponent, root);
        let left = 0;
        field.leaving.connect(() => ++left);
        field.forceActiveFocus();
        keyClick(Qt.Key_A);
        compare(field.text, "a");
        keyClick(Qt.Key_Escape);
        compare(field.text, "");
        compare(left, 0);
        keyClick(Qt.Key_Escape);
        compare(left, 1);
    }
    function test_a_faulty_filter_is_marked_at_its_place(): void {
        const field = createTemporaryObject(filterComponent, root, {
            text: "state:running backlog>>0",
            fault: "expected a number",
            faultPosition: 22
        });
        compare(field.Accessible.description, "expected a number");
        const at = field.positionToRectangle(22);
        verify(at.x > field.width / 4);
    }
    function test_a_combo_box_is_chosen_with_arrows(): void {
        const box = createTemporaryObject(comboComponent, root);
        box.forceActiveFocus();
        keyClick(Qt.Key_Down);
        compare(box.currentIndex, 1);
        compare(box.displayText, "Light");
        keyClick(Qt.Key_Return);
        tryVerify(() => box.popup.opened);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryVerify(() => !box.popup.visible);
        compare(box.currentIndex, 2);
    }
    function test_a_link_works_by_key(): void {
        const link = createTemporaryObject(linkComponent, root);
        link.forceActiveFocus();
        keyClick(Qt.Key_Return);
        compare(link.fired, 1);
        compare(link.Accessible.role, Accessible.Link);
    }
    Component {
        id: metricsComponent
        TextMetrics {
            font.family: Theme.family
            font.pixelSize: Theme.textSize
        }
    }
    function test_figures_are_equally_wide(): void {
        const metrics = createTemporaryObject(metricsComponent, root);
        for (const weight of [Font.Normal, Font.DemiBold]) {
            metrics.font.weight = weight;
            metrics.text = "1111";
            const width = metrics.advanceWidth;
            verify(width > 0);
            for (const figures of ["0000", "7777", "8888", "1234"]) {
                metrics.text = figures;
                fuzzyCompare(metrics.advanceWidth, width, 0.1, figures);
            }
        }
        metrics.text = "iiii";
        const narrow = metrics.advanceWidth;
        metrics.text = "mmmm";
        verify(metrics.advanceWidth > narrow * 2, "the font was found");
    }
    function test_themes_differ_and_text_stays_readable_data(): var {
        return [
            {
                tag: "dark"
            },
            {
                tag: "light"
            },
            {
                tag: "contrast"
            }
        ];
    }
    function luminance(c: color): real {
        const part = v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
        return 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
    }
    function contrast(a: color, b: color): real {
        const x = luminance(a), y = luminance(b);
        return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    }
    function test_themes_differ_and_text_stays_readable(data): void {
        Theme.mode = data.tag;
        for (const ground of [Theme.ground, Theme.panel, Theme.raised, Theme.selected]) {
            verify(contrast(Theme.text, ground) >= 7, "text on " + ground);
            verify(contrast(Theme.muted, ground) >= 4.5, "muted on " + ground + " " + contrast(Theme.muted, ground));
            for (const ink of [Theme.good, Theme.caution, Theme.danger, Theme.accent])
                verify(contrast(ink, ground) >= 4.5, ink + " on " + ground + " " + contrast(ink, ground));
        }
        verify(contrast(Theme.accentInk, Theme.accent) >= 4.5);
        Theme.mode = "dark";
    }
}
