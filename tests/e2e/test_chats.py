# SPDX-License-Identifier: GPL-3.0-only
"""In the real window, through accessibility, against the real gateway: a chat, a confirmation that is approved and one that
is denied, one that nobody answers, a hand-over that a person takes, answers and gives back, text from outside that stays text,
and what is there again after a crash."""

import glob
import hashlib
import hmac
import json
import os
import re
import socket
import tempfile
import time
import unittest
import urllib.request

from screen import Gateway, Window, build_folder, wait_for

BUILD = build_folder()
PICTURES = os.environ.get("SIGNALBOX_PICTURES", "")


def said(text):
    """A line of a transcript that holds the words."""
    return re.compile(re.escape(text), re.S)


class Chats(unittest.TestCase):
    """A window on a gateway of its own, with a tenant, an agent and a channel."""

    options = []

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        data = os.path.join(cls.folder.name, "data")
        os.makedirs(data)
        cls.gateway = Gateway(BUILD, data, options=cls.options)
        cls.gateway.portal("POST", "/tenants", {"id": "acme", "name": "Acme Rail", "slug": "acme"})
        cls.agent = cls.gateway.portal(
            "POST",
            "/tenants/acme/agents",
            {"name": "Ada", "role": "support", "tool_assignments": ["calendar_book"], "natural_language_escalation": True},
        )["id"]
        cls.gateway.portal(
            "POST",
            "/tenants/acme/channels",
            {"channel_type": "telegram", "workspace_id": "bot-7", "config": {"signing_secret": "abc", "bot_token": "x"}},
        )
        key = os.path.join(cls.folder.name, "key")
        with open(key, "w") as file:
            os.chmod(key, 0o600)
            file.write(cls.gateway.key + "\n")
        cls.profile = os.path.join(cls.folder.name, "profile")
        cls.arguments = ["--profile", cls.profile, "--url", cls.gateway.url, "--api-key-file", key]
        cls.window = Window(BUILD, cls.arguments)

    @classmethod
    def tearDownClass(cls):
        cls.window.close()
        cls.gateway.stop()
        cls.folder.cleanup()

    # ---- what a person does ----
    def go_to(self, page):
        self.window.press(self.window.find("push button", re.compile("^" + page + r"\b")))
        self.window.find(name=page)

    def usable(self, name):
        """The button, once nothing speaks against pressing it."""
        button = self.window.find("push button", name)
        wait_for(f"{name} can be used", lambda: self.window.enabled(button) and not (button.get_description() or ""), 20)
        return button

    def fill(self, name, text):
        field = self.window.find("text", name)
        self.window.focus(field)
        self.window.keys("ctrl+a")
        self.window.type(text)
        wait_for(f"{text!r} in {name}", lambda: self.window.text_of(field) == text)

    def say(self, text):
        self.fill("Message to the agent", text)
        self.window.press(self.usable("Send"))

    def line(self, text):
        return self.window.find("list item", said(text))

    def look_at(self, who):
        self.go_to("Conversations")
        self.window.press(self.window.find("list item", re.compile("^" + who + ", ")))

    def picture(self, name):
        if PICTURES:
            self.window.picture(os.path.join(PICTURES, f"e2e-chats-{name}.png"))

    def waiting(self, what):
        return self.gateway.portal("GET", f"/ops/{what}")["items"]

    def conversation(self):
        rows = self.gateway.portal("GET", "/ops/conversations?tenant=acme&channel=web")["items"]
        return rows[0]["id"]

    def hook(self, event):
        body = json.dumps(event).encode()
        stamp = str(int(time.time()))
        digest = hmac.new(b"abc", b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {"X-Signalbox-Timestamp": stamp, "X-Signalbox-Signature": "v0=" + digest}
        request = urllib.request.Request(self.gateway.url + "/api/portal/webhooks/telegram/bot-7", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual(answer.status, 200)


class ChatsInTheWindow(Chats):
    # ---- one story, in the order of the letters ----
    def test_a_chat(self):
        self.go_to("Chat test")
        self.window.press(self.usable("Begin a chat"))
        self.say("hello there")
        self.line('You wrote "hello there".')
        history = self.gateway.portal("GET", f"/chat/conversations/{self.conversation()}/messages")["items"]
        self.assertEqual([row["role"] for row in history], ["user", "assistant"])
        self.picture("chat")

    def test_b_confirmation_approved(self):
        self.say("please book tuesday")
        self.look_at("test of admin")
        self.window.find(name="Needs your confirmation: calendar_book")
        self.assertEqual(len(self.waiting("confirmations")), 1)
        self.picture("confirmation")
        self.window.press(self.usable("Approve"))
        self.line("admin approved calendar_book")
        self.line('"booked":"please book tuesday"')
        self.assertEqual(self.waiting("confirmations"), [])

    def test_c_confirmation_denied_with_a_reason(self):
        self.go_to("Chat test")
        self.say("please book friday")
        self.look_at("test of admin")
        self.window.find(name="Needs your confirmation: calendar_book")
        self.window.press(self.usable("Deny…"))
        self.fill("Why it is denied", "the yard is closed")
        self.window.press(self.window.find("push button", "Deny"))
        self.line("admin denied calendar_book: the yard is closed")
        self.line("a person refused it: the yard is closed")
        self.assertEqual(self.waiting("confirmations"), [])

    def test_d_escalation_taken_over_and_given_back(self):
        self.go_to("Chat test")
        self.say("I want a person")
        wait_for("the hand-over", lambda: self.waiting("escalations"), 20)
        self.look_at("test of admin")
        self.window.find(name=re.compile("^Waits for a person"))
        self.picture("escalated")
        self.window.press(self.usable("Take over"))
        wait_for("it is taken", lambda: [row.get("holder") for row in self.waiting("escalations")] == ["admin"], 20)
        self.fill("Write as a person", "A person is here.")
        self.window.press(self.usable("Send"))
        self.line("A person is here.")
        self.picture("taken")
        self.go_to("Chat test")
        self.line("A person is here.")
        self.look_at("test of admin")
        self.window.press(self.usable("Give back…"))
        self.fill("Context for the agent", "five were credited")
        self.window.press(self.usable("Give back"))
        wait_for("nobody has it", lambda: not self.waiting("escalations"), 20)
        prompt = self.gateway.portal("GET", f"/ops/threads/acme/{self.conversation()}/prompt")
        self.assertTrue([entry for entry in prompt["memory"]
                         if entry["role"] == "system" and "five were credited" in entry["content"]], prompt["memory"])
        self.go_to("Chat test")
        self.say("thanks for that")
        self.line('You wrote "thanks for that".')

    def test_e_text_from_outside_stays_text(self):
        ear = socket.create_server(("127.0.0.1", 0))
        ear.setblocking(False)
        image = f"<img src=http://127.0.0.1:{ear.getsockname()[1]}/x.png>"
        self.hook(
            {
                "user_id": "u1",
                "user_name": "Uma <b>Bold</b>",
                "text": f"{image} <a href='http://x'>link</a> invoice\u202efdp.exe \x07 {{\"a\":[[[",
            }
        )
        self.look_at("Uma <b>Bold</b>")
        line = self.line(image).get_name()
        self.assertIn("<a href='http://x'>link</a>", line)
        self.assertIn("invoice⟦RLO⟧fdp.exe ␇ {\"a\":[[[", line)
        self.picture("hostile")
        self.hook({"user_id": "u1", "text": "and something after it"})
        self.line("and something after it")
        # Nobody answers there: it says so below each answer.
        self.window.find(name=re.compile("^Not sent, only kept here: .* has no callback_url"))
        with self.assertRaises(BlockingIOError):
            ear.accept()
        ear.close()
        self.assertIsNone(self.window.process.poll())


class NobodyAnswersInTime(Chats):
    options = ["--confirmation-time", "8"]

    def test_the_call_is_given_up_and_the_agent_says_so(self):
        self.go_to("Chat test")
        self.window.press(self.usable("Begin a chat"))
        self.say("please book sunday")
        self.look_at("test of admin")
        self.window.find(name="Needs your confirmation: calendar_book")
        self.window.find(name=re.compile(r"^0:0[0-9] left$"))
        self.picture("expiring")
        self.line("nobody answered in time: calendar_book was not run")
        self.line("I looked it up:")
        self.picture("expired")
        self.assertEqual(self.waiting("confirmations"), [])
        self.window.gone(name="Needs your confirmation: calendar_book")
        row = self.gateway.portal("GET", "/ops/conversations?tenant=acme&channel=web")["items"][0]
        self.assertEqual(row.get("needs", ""), "")
        answer = self.gateway.portal("GET", f"/ops/threads/acme/{row['id']}/messages")["items"][-1]
        self.assertEqual([tool["state"] for tool in answer["tools"]], ["expired"])


class KilledWhileWriting(Chats):
    """What was typed on the Chat test page is there again, although the window was killed with SIGKILL."""

    def on_disk(self, *texts):
        def kept():
            held = ""
            for path in glob.glob(os.path.join(self.profile, "drafts", "*")):
                with open(path, errors="replace") as file:
                    held += file.read()
            return all(text in held for text in texts)

        wait_for(f"{texts!r} on disk", kept)

    def part(self, name):
        self.window.press(self.window.find("page tab", name))

    def holds(self, name, text):
        wait_for(f"{text!r} in {name}", lambda: self.window.text_of(self.window.find("text", name)) == text)

    def test_words_a_half_written_test_and_the_draft_of_an_agent(self):
        self.go_to("Chat test")
        self.fill("Message to the agent", "half a sen")
        self.part("Tests")
        self.window.press(self.window.find("push button", "New"))
        self.fill("Name of the test", "half of a test")
        self.window.press(self.window.find("push button", "Expect something of step 1"))
        self.fill("Expected in step 1: contains", "a word of it")
        self.part("Replay")
        field = self.window.find("text", "Draft of the agent as JSON")
        self.window.focus(field)
        self.window.keys("ctrl+Home")
        self.window.type("half an agent ")
        self.on_disk("half a sen", "a word of it", "half an agent")
        self.window.kill()
        type(self).window = Window(BUILD, self.arguments)

        self.go_to("Chat test")
        self.holds("Message to the agent", "half a sen")
        self.part("Tests")
        self.holds("Name of the test", "half of a test")
        self.holds("Expected in step 1: contains", "a word of it")
        self.holds("What step 1 says", "")
        self.picture("restored-test")
        self.part("Replay")
        wait_for(
            "the draft of the agent",
            lambda: self.window.text_of(self.window.find("text", "Draft of the agent as JSON")).startswith("half an agent {"),
        )
        self.window.find(name=re.compile("^Restored from"))
        self.picture("restored-draft")


if __name__ == "__main__":
    unittest.main(verbosity=2)
