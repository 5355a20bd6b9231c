"""The clients in deploy/examples, each made ready as its first lines say and run through a kill of the server: what
they append is there once, and what they follow and watch comes without a gap and without a repeat."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from chipline_process import BINARY, Server, environment
from contract import ROOT

EXAMPLES = ROOT / "deploy" / "examples"
COUNT = 60
PATIENCE = 120


def make_ready(example, folder):
    """Runs in the folder what the first lines of the example say about the contract and the stubs."""
    head = example.read_text(encoding="utf-8").split("\n\n", maxsplit=2)
    lines = [line.lstrip("/ \t") for line in "\n".join(head[:2]).splitlines()]
    commands = [line for line in lines if line.startswith(("chipline proto", "mkdir", "(cd proto"))]
    folder.mkdir(parents=True)
    path = f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}"
    subprocess.run(["bash", "-e", "-c", "\n".join(commands)], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   env=environment(PATH=path))


class ExamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-examples-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def start(self, *words):
        process = subprocess.Popen([*map(str, self.command), self.server.address, *map(str, words)], cwd=ROOT,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=environment(**self.variables))
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def lines(self, process, count):
        """The next lines that it prints."""
        found = []
        while len(found) < count:
            line = process.stdout.readline()
            if not line:
                self.fail(f"ended after {found}: {process.stderr.read()}")
            found.append(line.split())
        return found

    def end(self, process):
        """Ends it as a user does; answers what else it had printed."""
        process.terminate()
        return process.communicate(timeout=PATIENCE)[0].splitlines()

    def through_a_kill(self, *command, **variables):
        self.command, self.variables = command, variables
        place = self.folder / f"{self.id()}-follow"
        follower = self.start("follow", place)
        watcher = self.start("watch", "acme", self.folder / f"{self.id()}-watch")
        # Both are there before the most of it comes. The first event is appended again below, and is there once.
        self.lines(self.start("append", "acme", 1), 1)
        followed, watched = self.lines(follower, 1), self.lines(watcher, 1)
        appender = self.start("append", "acme", COUNT)
        appended = self.lines(appender, COUNT // 3)
        followed += self.lines(follower, COUNT // 4)
        watched += self.lines(watcher, 1)
        address = self.server.address
        self.server.kill()
        self.server.start(address)
        appended += self.lines(appender, COUNT - len(appended))
        followed += self.lines(follower, COUNT - len(followed))
        everything = [[f"acme-{number}", str(number)] for number in range(1, COUNT + 1)]
        self.assertEqual(appended, everything)
        self.assertEqual(followed, everything)
        self.assertEqual(appender.wait(PATIENCE), 0, appender.stderr.read())
        # What the watch saw when it began is in its snapshot, and every event after that is one change.
        told = {event for line in watched if line[0] == "changed" for event in line[2:]}
        before = sum(int(line[2]) for line in watched if line[0] == "is")
        while before + len(told) < COUNT:
            line, = self.lines(watcher, 1)
            self.assertEqual(line[0], "changed")
            self.assertFalse(told & set(line[2:]), "told twice")
            told |= set(line[2:])
        self.assertEqual(told, {name for name, _ in everything[before:]})
        self.assertEqual((self.end(follower), self.end(watcher)), ([], []))

        again = self.start("follow", place)
        self.start("append", "later", 1).wait(PATIENCE)
        self.assertEqual(self.lines(again, 1), [["later-1", str(COUNT + 1)]])

    def test_python(self):
        example, folder = EXAMPLES / "python" / "example.py", self.folder / "python"
        make_ready(example, folder)
        self.through_a_kill(sys.executable, example, PYTHONPATH=str(folder / "stubs"))

    def test_node(self):
        if not (ROOT / "node_modules" / "@grpc" / "grpc-js").exists():
            raise AssertionError("grpc-js is not installed: run npm install, or deploy/test, which does")
        example, folder = EXAMPLES / "node" / "example.mjs", self.folder / "node"
        make_ready(example, folder)
        self.through_a_kill("node", example, folder / "proto")

    def test_go(self):
        """With Debian's Go and its packages, which know no modules. The cache holds these built: without it this takes
        10 s more."""
        example, path = EXAMPLES / "go" / "example.go", self.folder / "go"
        make_ready(example, path / "src" / "chipline")
        subprocess.run(["go", "build", "-trimpath", "-o", path / "example", example], check=True, env=environment(
            GO111MODULE="off", CGO_ENABLED="0", GOPATH=f"{path}:/usr/share/gocode",
            GOCACHE=str(pathlib.Path(BINARY).parent / "go-cache")))
        self.through_a_kill(path / "example")


if __name__ == "__main__":
    unittest.main()
