# SPDX-License-Identifier: GPL-3.0-only
"""In the real window, through accessibility: start a flow, see it run, preview its stop, stop it, its queues are gone."""

import os
import re
import tempfile
import unittest
import uuid

from screen import Gateway, Window, build_folder, wait_for

BUILD = build_folder()


class FlowsInTheWindow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        data = os.path.join(cls.folder.name, "data")
        os.makedirs(data)
        cls.gateway = Gateway(BUILD, data, demo=True)
        cls.key = os.path.join(cls.folder.name, "key")
        with open(cls.key, "w") as file:
            os.chmod(cls.key, 0o600)
            file.write(cls.gateway.key + "\n")
        cls.workspace = wait_for("a workspace with blueprints", cls.workspace_with_blueprints, 30)
        cls.window = cls.open(["--page", "Flows", "--workspace", cls.workspace])

    @classmethod
    def workspace_with_blueprints(cls):
        for workspace in cls.gateway.post("/api/v1/iam", {"operation": "list-my-workspaces"})["workspaces"]:
            if cls.gateway.post("/api/v1/flow", {"operation": "list-blueprints", "workspace": workspace["id"]})["blueprint-names"]:
                return workspace["id"]
        return None

    @classmethod
    def open(cls, arguments, profile="profile"):
        folder = os.path.join(cls.folder.name, profile)
        return Window(BUILD, ["--profile", folder, "--url", cls.gateway.url, "--api-key-file", cls.key] + arguments)

    @classmethod
    def tearDownClass(cls):
        cls.window.close()
        cls.gateway.stop()
        cls.folder.cleanup()

    def blueprint(self):
        names = self.gateway.post("/api/v1/flow", {"operation": "list-blueprints", "workspace": self.workspace})["blueprint-names"]
        return sorted(names)[0]

    def test_start_see_it_run_preview_stop_queues_gone(self):
        window, flow = self.window, "e2e-" + uuid.uuid4().hex[:8]
        window.press(window.find("push button", re.compile("^Start flow")))

        box = window.find("combo box", "Blueprint")
        window.focus(box)
        window.keys("Down")  # the first blueprint
        field = window.find(name="Flow id")
        window.focus(field)
        window.type(flow)
        start = window.find("push button", "Start flow")
        wait_for("a start that is allowed", lambda: not (start.get_description() or ""), 20)
        window.press(start)

        wait_for("the flow on the gateway", lambda: flow in self.gateway.flows(self.workspace), 20)
        window.keys("Escape")
        window.find(name=re.compile(re.escape(flow)))
        wait_for("queues of the flow", lambda: self.gateway.queues(self.workspace, flow), 20)

        window.click(window.find("table cell", flow))
        window.press(window.find("push button", re.compile("^Stop")))
        window.find(name=re.compile("computed over"))
        window.press(window.find("push button", "Stop flow"))
        wait_for("the flow gone from the gateway", lambda: flow not in self.gateway.flows(self.workspace), 40)
        wait_for("its queues gone", lambda: not self.gateway.queues(self.workspace, flow), 20)
        window.keys("Escape")
        window.gone("table cell", flow)

    def test_every_rail_entry_opens_its_page(self):
        for page in ("Overview", "Queues", "Wire", "Blueprints", "Configuration", "Tenants", "Conversations", "Chat test", "Access", "Flows"):
            self.window.press(self.window.find(name=re.compile("^" + page + r"\b")))
            self.window.find(name=page)

    def test_read_only_refuses_in_words(self):
        window = self.open(["--page", "Flows", "--read-only"], "read-only")
        try:
            button = window.find("push button", re.compile("^Start flow"))
            wait_for("the reason", lambda: "read-only" in (button.get_description() or "").lower(), 20)
        finally:
            window.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
