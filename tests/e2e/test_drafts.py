# SPDX-License-Identifier: GPL-3.0-only
"""In the real window, killed with SIGKILL: what was typed into forms is there again, and so is what was written."""

import glob
import os
import re
import unittest

from screen import OwnWindow, Window, build_folder, wait_for

BUILD = build_folder()
REASON = "mend the line of acme"


class AfterACrash(OwnWindow):
    build = BUILD
    options = ["--protect"]

    def crash(self):
        self.window.kill()
        self.window = Window(BUILD, self.arguments)

    def kept(self, folder, text):
        """Does a file below that folder of the profile hold the text?"""
        for path in glob.glob(os.path.join(self.profile, folder, "*")):
            with open(path, errors="replace") as file:
                if text in file.read():
                    return True
        return False

    def write_on_disk(self, text):
        wait_for(f"{text!r} on disk", lambda: self.kept("drafts", text))

    def ask_for_a_lease(self):
        self.window.press(self.window.find("push button", re.compile("^Read-only")))
        return self.window.find("text", "Why")

    def fill(self, name, text):
        self.window.focus(self.window.find("text", name))
        self.window.type(text)

    def text_of(self, name):
        node = self.window.find("text", name).get_text_iface()
        return node.get_text(0, node.get_character_count())

    def test_forms_and_journal_are_there_again(self):
        self.ask_for_a_lease()
        self.fill("Why", REASON)
        self.write_on_disk(REASON)
        self.crash()

        self.ask_for_a_lease()
        wait_for("the reason typed before", lambda: self.text_of("Why") == REASON)
        self.window.find(name=re.compile("^Restored from"))
        self.window.press(self.window.find("check box", re.compile("^Access")))
        self.window.press(self.window.find("push button", "Allow for 15 minutes"))
        self.window.find("push button", re.compile("^Writing, a lease runs"))

        self.window.press(self.window.find("push button", "Access"))
        self.window.press(self.window.find("push button", "New user…"))
        self.fill("User name", "ada")
        self.fill("E-mail", "ada@rail.example")
        self.write_on_disk("ada@rail.example")
        self.crash()

        # The lease is the window's: a new one takes a new one. The form is there again.
        self.ask_for_a_lease()
        self.fill("Why", "users")
        self.window.press(self.window.find("check box", re.compile("^Access")))
        self.window.press(self.window.find("push button", "Allow for 15 minutes"))
        self.window.find("push button", re.compile("^Writing, a lease runs"))
        self.window.press(self.window.find("push button", "Access"))
        self.window.press(self.window.find("push button", "New user…"))
        wait_for("the name typed before", lambda: self.text_of("User name") == "ada")
        self.assertEqual(self.text_of("E-mail"), "ada@rail.example")
        self.window.press(self.window.find("push button", "Create"))
        self.window.find(name=re.compile("ada is made"))
        self.assertTrue(self.kept("journal", "ada@rail.example"))
        self.assertTrue(self.kept("journal", '"applied"'))
        self.assertFalse(self.kept("drafts", "ada@rail.example"), "what was sent is no draft any more")
        self.crash()

        self.window.press(self.window.find("push button", "Journal"))
        self.window.find(name=re.compile("create-user"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
