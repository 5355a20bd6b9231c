"""What others wrote, shown by the command to an operator and by the server in its log: it never drives a terminal."""

import re
import unittest

import claims
from chipline_process import run
from contract import pb
from server_case import ServerCase

# Sets colours, the title and the clipboard, goes back over the line, reorders it, hides text, and forges a row.
HOSTILE = ("x\x1b[2J\x1b[35m\x1b]0;title\x07\x1b]52;c;cm0=\x07\r\b\x7f\u0085\u009b35m\u061c\u200b\u200f\u202e\u2066\u2028"
           "\u2029\ufeff\U000e0041\n  selected      999bn USD (plan)\nhealth  NOT_SERVING")
SHOWN = r"x\x1b[2J\x1b[35m\x1b]0;title\x07\x1b]52;c;cm0=\x07\r\x08\x7f\u0085\u009b35m\u061c\u200b\u200f\u202e\u2066\u2028"
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e0fff]")


class HostileTextTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        event = claims.capex("acme", 100)
        event.source.hops[0].publisher.CopyFrom(pb.Ref(mention="Outlet " + HOSTILE))
        event.source.hops[0].verbatim = HOSTILE
        event.source.origin.name.mention = "Name " + HOSTILE
        event.capex_announcement.scope_text = HOSTILE
        event.capex_announcement.conditions.append(HOSTILE)
        event.capex_announcement.amount.verbatim = HOSTILE
        cls.server.client.log.AppendEvents(pb.AppendEventsRequest(events=[event]))

    def harmless(self, text, of):
        self.assertIsNone(HARMFUL.search(text), f"{of}: {HARMFUL.search(text)} in {text!r:.2000}")
        self.assertNotIn("\n  selected      999bn", text)
        self.assertNotIn("\nhealth  NOT_SERVING", text)

    def test_no_subcommand_drives_the_terminal(self):
        entry = run("timeline", "capex", "acme", server=self.server)
        self.assertIn(SHOWN, entry.stdout)
        name = re.search(r"capex/\S+", entry.stdout).group(0)
        for arguments in (["timeline", "capex", "acme"], ["explain", name], ["events"], ["export"], ["names"], ["status"],
                          ["timeline", "capex", "acme", "--svg", "-"], ["explain", HOSTILE], ["timeline", "capex", HOSTILE],
                          ["events", "--company", HOSTILE], ["import", HOSTILE]):
            for how in ([], ["--json"]):
                if "--svg" in arguments and how:
                    continue
                done = run(*arguments, *how, server=self.server)
                svg = "--svg" in arguments
                # A picture puts isolates of its own around names of other scripts.
                self.harmless(re.sub("[\u2068\u2069]", "", done.stdout) if svg else done.stdout, arguments)
                self.harmless(done.stderr, arguments)

    def test_a_client_s_name_forges_no_row_of_status(self):
        stream = self.client.subscriptions.Subscribe(pb.SubscribeRequest(head=True, client_name="a\x1b[2J\nhealth  NOT_SERVING"))
        next(iter(stream))
        done = run("status", server=self.server)
        stream.cancel()
        self.harmless(done.stdout, "status")
        self.assertIn(r"a\x1b[2J\nhealth  NOT_SERVING", done.stdout)

    def test_the_log_stays_lines_of_its_own(self):
        run("events", server=self.server)
        self.harmless(self.server.said(), "the log")


if __name__ == "__main__":
    unittest.main()
