# SPDX-License-Identifier: GPL-3.0-only
"""In the real window: another scale is chosen, the program starts itself anew, and page and workspace are still there."""

import re
import unittest

from screen import OwnWindow, build_folder, wait_for
from gi.repository import Atspi

BUILD = build_folder()


class SettingsOfTheWindow(OwnWindow):
    build = BUILD

    def entries_across(self):
        """How many times a rail entry's height goes into the window's width: fewer when all is larger."""
        entry = self.window.find("push button", "Queues").get_extents(Atspi.CoordType.WINDOW)
        frame = self.window.find("frame").get_extents(Atspi.CoordType.WINDOW)
        return frame.width / entry.height

    def test_another_scale_comes_with_a_restart_that_keeps_the_place(self):
        window = self.window
        window.press(window.find("push button", "Queues"))
        window.find(name="Filter queues")
        before = self.entries_across()

        window.press(window.find("push button", "Workspace All workspaces"))
        window.press(window.find("push button", "default"))
        window.find("push button", "Workspace default")

        window.press(window.find("push button", "Search or run a command"))
        window.focus(window.find("text", "Search or run a command"))
        window.type("settings")
        window.keys("Return")
        window.focus(window.find("combo box", "Scale"))
        window.keys("Down")
        window.find(name=re.compile("Takes effect after a restart"))
        window.press(window.find("push button", "Restart now"))
        wait_for("a second start of the window", lambda: window.output().count("mark first-frame") == 2, 40)
        window.again()

        window.find(name="Filter queues")
        window.find("push button", "Workspace default")
        wait_for("larger controls in a window that fits the screen", lambda: self.entries_across() < before / 1.05, 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
