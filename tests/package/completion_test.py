"""Completions in the shells that they are for: what the Tab key does there."""

import os
import pty
import re
import select
import shutil
import signal
import time
import unittest

import command_line
import completions
from package_case import BINARY, PackageCase, output_of

PATIENCE = 20


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, *command, **variables):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(command[0], [*command],
                      {"PATH": "/usr/bin:/bin", "TERM": "dumb", "LC_ALL": "C.UTF-8", **variables})
        self.read = ""

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def await_text(self, pattern):
        """Reads until the pattern is in what came since the last one."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.read)):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                raise AssertionError(f"{pattern} did not come; what came:\n{self.read!r}")
            came = os.read(self.terminal, 4096).decode(errors="replace")
            self.read += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x07", "", came)
        self.read = self.read[found.end():]
        return found

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class CompletionCase(PackageCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = command_line.describe(BINARY)
        cls.files = completions.files(cls.tree)

    def written(self, name):
        path = self.folder() / name
        path.write_text(self.files[name], encoding="utf-8")
        return path

    def open(self, *command, **variables):
        terminal = Terminal(*command, **variables)
        self.addCleanup(terminal.close)
        return terminal


class BashTest(CompletionCase):
    def suggestions(self, *words):
        """What bash would offer for the last word."""
        array = " ".join(f"'{word}'" for word in words)
        script = (f"source {self.path}; COMP_WORDS=({array}); COMP_CWORD={len(words) - 1}; _chipline; "
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        return output_of("/bin/bash", "--norc", "-c", script).split()

    def setUp(self):
        self.path = self.written("chipline.bash")

    def test_the_tab_key_completes_a_subcommand_and_an_option(self):
        bash = self.open("/bin/bash", "--norc", "-i")
        bash.type(f"PS1='> '; source {self.path}; echo rea''dy\n")
        bash.await_text(r"ready\s+> ")
        bash.type("chipline timel\t")
        bash.await_text("chipline timeline ")
        bash.type("cap\t")
        bash.await_text("capex ")
        bash.type("--valid-f\t")
        bash.await_text("--valid-from ")

    def test_every_subcommand_and_option_is_offered_where_it_is_taken(self):
        for path, command in command_line.walk(self.tree):
            offered = self.suggestions("chipline", *path, "")
            for inner in command["subcommands"]:
                self.assertIn(inner["name"], offered)
            for name in command_line.flags_of(self.tree, path):
                self.assertIn(name, self.suggestions("chipline", *path, "--" if name.startswith("--") else "-"), path)

    def test_values_are_offered_and_words_after_a_value_still_are_subcommands(self):
        self.assertEqual(self.suggestions("chipline", "--color", ""), ["auto", "always", "never"])
        self.assertEqual(self.suggestions("chipline", "--color", "=", "al"), ["always"])
        self.assertEqual(self.suggestions("chipline", "serve", "--log-replicas", ""), ["1", "3", "5"])
        self.assertIn("serve", self.suggestions("chipline", "--server", "host:1", "ser"))
        self.assertIn("serve", self.suggestions("chipline", "help", "ser"))

    def test_the_kinds_of_an_example_are_offered_and_no_files(self):
        self.assertEqual(self.suggestions("chipline", "new", "chip-"), ["chip-order", "chip-supply"])
        (self.path.parent / "chip-file").touch()
        self.assertEqual(self.suggestions("chipline", "new", "usage"), ["usage-report"])

    def test_files_are_offered_as_values_of_other_options(self):
        (self.path.parent / "policy.txt").touch()
        self.assertEqual(self.suggestions("chipline", "serve", "--policy", f"{self.path.parent}/pol"),
                         [f"{self.path.parent}/policy.txt"])


class ZshTest(CompletionCase):
    def setUp(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed; deploy/test installs it")

    def test_the_tab_key_completes_a_subcommand_an_option_and_a_value(self):
        path = self.written("_chipline")
        zsh = self.open("/usr/bin/zsh", "-f", "-i", ZDOTDIR=str(path.parent), HOME=str(path.parent))
        zsh.type(f"PS1='> '; unsetopt prompt_sp; fpath=({path.parent} $fpath); autoload -U compinit; compinit -u -D\n")
        zsh.type("echo rea''dy\n")
        zsh.await_text(r"ready\s+> ")
        zsh.type("chipline timel\t")
        zsh.await_text("chipline timeline ")
        zsh.type("cap\t")
        zsh.await_text("capex ")
        zsh.type("--valid-f\t")
        zsh.await_text("--valid-from=?")
        zsh.type("\x15chipline serve --log-rep\t")
        zsh.await_text("--log-replicas=?")
        zsh.type("\x15chipline --color alw\t")
        zsh.await_text("chipline --color always")
        zsh.type("\x15chipline new usa\t")
        zsh.await_text("chipline new usage-report")

    def test_the_file_is_good_zsh(self):
        output_of("/usr/bin/zsh", "-f", "-n", self.written("_chipline"))


class FishTest(CompletionCase):
    def setUp(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed; deploy/test installs it")
        self.path = self.written("chipline.fish")

    def suggestions(self, line):
        said = output_of("/usr/bin/fish", "--no-config", "-c", f"source {self.path}; complete -C '{line}'",
                         env={"HOME": str(self.path.parent), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        return [each.split("\t")[0] for each in said.splitlines()]

    def test_subcommands_options_and_values_are_offered(self):
        self.assertEqual(self.suggestions("chipline timel"), ["timeline"])
        self.assertIn("capex", self.suggestions("chipline timeline "))
        self.assertIn("--valid-from", self.suggestions("chipline timeline capex --valid-"))
        self.assertIn("--server", self.suggestions("chipline serve --serv"))
        self.assertNotIn("--valid-from", self.suggestions("chipline serve --"))
        self.assertEqual(self.suggestions("chipline --color al"), ["always"])
        self.assertEqual(sorted(self.suggestions("chipline log ")), ["create", "trim"])
        self.assertEqual(sorted(self.suggestions("chipline new chip-")), ["chip-order", "chip-supply"])


if __name__ == "__main__":
    unittest.main()
