// SPDX-License-Identifier: GPL-3.0-only
import QtQuick
import QtTest
import Signalbox.Controls

// Names and messages from outside in whatever shows words: never taken for markup, never larger than their place.
TestCase {
    id: root
    name: "Hostile"
    when: windowShown
    width: 400
    height: 300
    visible: true

    readonly property string markup: "<img src=\"http://127.0.0.1:9/x.png\"><b>bold</b>&amp;"
    readonly property string endless: "x".repeat(20000)
    readonly property string lines: "line\n".repeat(2000)

    Component {
        id: button
        Button {}
    }
    Component {
        id: link
        LinkText {}
    }
    Component {
        id: check
        CheckBox {}
    }
    Component {
        id: toggle
        Switch {}
    }
    Component {
        id: tab
        TabButton {}
    }
    Component {
        id: entry
        MenuItem {}
    }
    Component {
        id: label
        Label {}
    }
    Component {
        id: banner
        Banner {
            text: ""
        }
    }
    Component {
        id: empty
        EmptyState {
            title: ""
            actionText: "Try again"
        }
    }
    Component {
        id: row
        FormRow {
            caption: ""
        }
    }
    Component {
        id: tip
        ToolTip {}
    }
    Component {
        id: line
        TextField {}
    }
    Component {
        id: area
        TextArea {}
    }

    function drawn(item: var): var { // what draws text below it
        const found = [];
        const walk = one => {
            if (one.textFormat !== undefined)
                found.push(one);
            Array.from(one.children ?? []).forEach(walk);
        };
        walk(item);
        return found;
    }
    function test_markup_stays_words_data(): var {
        return [
            { tag: "Button", of: button, property: "text" },
            { tag: "LinkText", of: link, property: "text" },
            { tag: "CheckBox", of: check, property: "text" },
            { tag: "Switch", of: toggle, property: "text" },
            { tag: "TabButton", of: tab, property: "text" },
            { tag: "MenuItem", of: entry, property: "text" },
            { tag: "MenuItem, why", of: entry, property: "why" },
            { tag: "Label", of: label, property: "text" },
            { tag: "Banner", of: banner, property: "text" },
            { tag: "EmptyState", of: empty, property: "text" },
            { tag: "EmptyState, title", of: empty, property: "title" },
            { tag: "FormRow", of: row, property: "caption" },
            { tag: "FormRow, help", of: row, property: "help" },
            { tag: "FormRow, fault", of: row, property: "fault" },
            { tag: "TextField, placeholder", of: line, property: "placeholderText" },
            { tag: "TextArea", of: area, property: "text" }
        ];
    }
    function test_markup_stays_words(data: var): void {
        const shown = createTemporaryObject(data.of, root, {
            width: 300
        });
        shown[data.property] = root.markup;
        const texts = drawn(shown);
        verify(texts.length > 0);
        for (const text of texts)
            compare(text.textFormat, Text.PlainText);
        verify(texts.some(text => text.text === root.markup), "it is shown as it is");
    }
    function test_a_tip_stays_words_and_fits(): void {
        const shown = createTemporaryObject(tip, root, {
            text: root.markup
        });
        compare(shown.contentItem.textFormat, Text.PlainText);
        compare(shown.contentItem.text, root.markup);
        for (const text of [root.endless, root.lines]) {
            shown.text = text;
            verify(shown.implicitWidth <= 420);
            verify(shown.implicitHeight < 24 * 24, "height " + shown.implicitHeight);
        }
    }
    function test_a_long_name_stays_on_its_button(): void {
        const shown = createTemporaryObject(button, root, {
            text: "Stop…"
        });
        const words = drawn(shown)[0];
        verify(!words.truncated);
        verify(words.width > 10);
        shown.width = 120;
        shown.text = root.endless;
        verify(words.truncated);
        verify(words.width <= 120);
    }
    function test_a_long_reason_leaves_the_way_out_in_sight(): void {
        const shown = createTemporaryObject(empty, root, {
            width: 400,
            height: 300
        });
        for (const text of [root.endless, root.lines]) {
            shown.text = text;
            verify(shown.implicitHeight < 300, "height " + shown.implicitHeight);
        }
        const told = createTemporaryObject(row, root, {
            width: 400,
            fault: root.lines
        });
        verify(told.implicitHeight < 200, "height " + told.implicitHeight);
        const notice = createTemporaryObject(banner, root, {
            width: 400,
            text: root.lines
        });
        verify(notice.implicitHeight < 80, "height " + notice.implicitHeight);
    }
}
