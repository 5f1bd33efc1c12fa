# SPDX-License-Identifier: GPL-3.0-only
"""In the real window: a second start hands its page, workspace and --read-only to the window that is open, and ends."""

import os
import subprocess
import unittest

from screen import OwnWindow, build_folder

BUILD = build_folder()


class ASecondStart(OwnWindow):
    build = BUILD

    def start_again(self, *arguments):
        program = os.path.join(BUILD, "bin", "signalbox")
        second = subprocess.run(
            [program, "--profile", self.profile, *arguments], env=dict(os.environ, QT_QPA_PLATFORM="xcb"), capture_output=True, timeout=30
        )
        self.assertEqual(second.returncode, 0, second.stderr)

    def test_what_a_second_start_names_is_shown_by_the_first(self):
        window = self.window
        window.find("push button", "Workspace All workspaces")
        window.find("push button", "Writing")

        self.start_again("--page", "queues")
        window.find(name="Filter queues")
        window.find("push button", "Workspace All workspaces")
        window.find("push button", "Writing")

        self.start_again("--workspace", "default", "--page", "flows")
        window.find(name="Filter flows")
        window.find("push button", "Workspace default")

        self.start_again("--read-only")
        lock = window.find("push button", "Read-only")
        window.find(name="Filter flows")
        window.press(lock)
        window.find("push button", "Read-only")  # nothing opens it again
        window.gone("push button", "Writing")
        self.assertEqual(len(window.all("frame")), 1)
        self.assertEqual(window.output().count("mark first-frame"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
