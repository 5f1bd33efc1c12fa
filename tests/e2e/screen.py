# SPDX-License-Identifier: GPL-3.0-only
"""A real window on a screen of its own, read and driven through accessibility (AT-SPI), keys through xdotool."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


Atspi.set_timeout(20000, 30000)  # what is pressed may make a page first; ms, the second for a program that starts


class Timeout(AssertionError):
    pass


def wait_for(what, condition, seconds=20.0):
    """The first true result of condition(), asked again until `seconds` are over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            result = condition()
        except gi.repository.GLib.Error:  # an object that vanished while it was read
            result = None
        if result:
            return result
        if time.monotonic() > deadline:
            raise Timeout(f"{what}: not within {seconds} s")
        time.sleep(0.05)


class Gateway:
    """The real gateway on a free port of the loopback address."""

    def __init__(self, build, data, demo=False, options=()):
        self.process = subprocess.Popen(
            [os.path.join(build, "bin", "signalbox-gateway"), "--port", "0", "--data", data, "--print-endpoint"]
            + (["--demo"] if demo else [])
            + list(options),
            stdout=subprocess.PIPE,
            stderr=open(os.path.join(data, "gateway.log"), "a"),
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the gateway did not start, see gateway.log")
        endpoint = json.loads(line)
        self.url, self.key = endpoint["url"], endpoint["api_key"]

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path,
            json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.key, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            result = json.load(answer)
        if "error" in result:
            raise AssertionError(f"{path} {body}: {result['error']}")
        return result

    def portal(self, method, path, body=None):
        """Below /api/portal; the answer, whatever a 2xx says."""
        request = urllib.request.Request(
            self.url + "/api/portal" + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.key, "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def flows(self, workspace):
        return self.post("/api/v1/flow", {"operation": "list-flows", "workspace": workspace})["flow-ids"]

    def queues(self, workspace, text):
        rows = self.post("/api/v1/fabric", {"operation": "list-queues", "workspace": workspace, "limit": 5000})["queues"]
        return [row["name"] for row in rows if text in row["name"]]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Window:
    """The console under test."""

    def __init__(self, build, arguments, environment=None, accessible=True):
        self.log = tempfile.TemporaryFile("w+")
        env = dict(os.environ, QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1" if accessible else "0", QT_QPA_PLATFORM="xcb", SIGNALBOX_MARKS="1")
        env.update(environment or {})
        self.process = subprocess.Popen(
            [os.path.join(build, "bin", "signalbox")] + arguments, env=env, stdout=self.log, stderr=subprocess.STDOUT, text=True
        )
        self.app = wait_for("the console on the accessibility bus", self._application, 30) if accessible else None

    def _application(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the console ended with {self.process.returncode}:\n{self.output()}")
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child and child.get_process_id() == self.process.pid:
                return child
        return None

    def output(self):
        self.log.flush()
        with open(f"/proc/self/fd/{self.log.fileno()}") as copy:
            return copy.read()

    def mark(self, name):
        found = re.search(rf"^mark {name} (\d+)", self.output(), re.M)
        return int(found.group(1)) if found else None

    # ---- finding ----
    def all(self, role=None, name=None, within=None):
        """Visible objects, depth first. `name` is a string or a compiled pattern."""
        found = []

        def walk(node, depth):
            if node is None or depth > 60:
                return
            try:
                states = node.get_state_set()
                text = node.get_name() or ""
                fits = (role is None or node.get_role_name() == role) and (
                    name is None or (name.search(text) if hasattr(name, "search") else text == name)
                )
                if fits and states.contains(Atspi.StateType.SHOWING):
                    found.append(node)
                for index in range(node.get_child_count()):
                    walk(node.get_child_at_index(index), depth + 1)
            except gi.repository.GLib.Error:
                return

        walk(within or self.app, 0)
        return found

    def again(self):
        """The same process, after it has started itself anew: its old objects are gone from the bus."""
        self.app = wait_for("the console on the accessibility bus again", self._application, 40)

    def find(self, role=None, name=None, seconds=20.0, within=None):
        def first():
            hits = self.all(role, name, within)
            return hits[0] if hits else None

        try:
            return wait_for(f"{role or 'object'} {getattr(name, 'pattern', name)!r}", first, seconds)
        except Timeout as error:
            raise Timeout(f"{error}\nshown:\n{self.describe()}\noutput:\n{self.output()[-2000:]}") from None

    def gone(self, role=None, name=None, seconds=20.0):
        wait_for(f"{role} {getattr(name, 'pattern', name)!r} gone", lambda: not self.all(role, name), seconds)

    def describe(self):
        return "\n".join(f"  {n.get_role_name()}: {n.get_name()}" for n in self.all() if n.get_name())[:6000]

    # ---- acting ----
    def press(self, node):
        """The Press action, as a screen reader does it."""
        for index in range(node.get_n_actions()):
            if node.get_action_name(index).lower() in ("press", "click", "activate", "toggle"):
                if not node.do_action(index):
                    raise AssertionError(f"pressing {node.get_name()!r} was refused")
                return
        raise AssertionError(f"{node.get_role_name()} {node.get_name()!r} has no press action")

    def enabled(self, node):
        return node.get_state_set().contains(Atspi.StateType.ENABLED)

    def focus(self, node):
        node.grab_focus()

    def keys(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "5", text], check=True)

    def click(self, node, button=1):
        box = node.get_extents(Atspi.CoordType.SCREEN)
        subprocess.run(
            ["xdotool", "mousemove", str(box.x + box.width // 2), str(box.y + box.height // 2), "click", str(button)], check=True
        )

    def text_of(self, node):
        words = node.get_text_iface()
        return words.get_text(0, words.get_character_count())

    def picture(self, path):
        subprocess.run(["import", "-window", "root", path], check=False)

    def kill(self):
        """As a crash would end it."""
        self.process.kill()
        self.process.wait(timeout=20)
        self.log.close()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)
        self.log.close()


def build_folder():
    if len(sys.argv) < 2:
        raise SystemExit("usage: TEST BUILD-FOLDER")
    return sys.argv.pop(1)


class OwnWindow(unittest.TestCase):
    """Each test has a gateway with the demo platform, a profile and a window that is signed in there."""

    build = ""
    options = ()  # of the gateway

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        data = os.path.join(self.folder.name, "data")
        os.makedirs(data)
        self.gateway = Gateway(self.build, data, demo=True, options=self.options)
        key = os.path.join(self.folder.name, "key")
        with open(key, "w") as file:
            os.chmod(key, 0o600)
            file.write(self.gateway.key + "\n")
        self.profile = os.path.join(self.folder.name, "profile")
        self.arguments = ["--profile", self.profile, "--url", self.gateway.url, "--api-key-file", key]
        self.window = Window(self.build, self.arguments)

    def tearDown(self):
        self.window.close()
        self.gateway.stop()
        self.folder.cleanup()
