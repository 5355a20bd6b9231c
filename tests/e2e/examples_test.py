"""The clients in deploy/examples, each through a kill of the server: what they append is there once, and what
they follow and watch comes without a gap and without a repeat."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from chipline_process import BINARY, Server, environment, run
from contract import ROOT

EXAMPLES = ROOT / "deploy" / "examples"
COUNT = 60
PATIENCE = 120


class Example:
    """A language: how an action of its example is run."""

    def __init__(self, proto, stubs, go):
        self.commands = {
            "python": [sys.executable, EXAMPLES / "python" / "example.py"],
            "node": ["node", EXAMPLES / "node" / "example.mjs", proto],
            "go": [go],
        }
        self.variables = {"PYTHONPATH": str(stubs)}

    def start(self, language, *words):
        return subprocess.Popen([*map(str, self.commands[language]), *map(str, words)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=ROOT,
                                env=environment(**self.variables))


class ExamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-examples-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        proto, stubs = cls.folder / "proto", cls.folder / "stubs"
        done = run("proto", "--out", proto)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        stubs.mkdir()
        files = [str(file.relative_to(proto)) for pattern in ("chipline/v1", "google/rpc")
                 for file in sorted((proto / pattern).glob("*.proto"))]
        subprocess.run(["protoc", f"-I{proto}", f"--python_out={stubs}", *files], check=True)
        cls.proto, cls.go = proto, cls.folder / "example"
        cls.example = Example(proto, stubs, cls.go)

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def start(self, language, *words):
        process = self.example.start(language, self.server.address, *words)
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

    def through_a_kill(self, language):
        place = self.folder / f"{language}-follow"
        follower = self.start(language, "follow", place)
        watcher = self.start(language, "watch", "acme", self.folder / f"{language}-watch")
        appender = self.start(language, "append", "acme", COUNT)
        appended = self.lines(appender, COUNT // 3)
        followed = self.lines(follower, COUNT // 4)
        watched = self.lines(watcher, COUNT // 4)
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

        again = self.start(language, "follow", place)
        self.start(language, "append", "later", 1).wait(PATIENCE)
        self.assertEqual(self.lines(again, 1), [["later-1", str(COUNT + 1)]])

    def test_python(self):
        self.through_a_kill("python")

    def test_node(self):
        if not (ROOT / "node_modules" / "@grpc" / "grpc-js").exists():
            raise AssertionError("grpc-js is not installed: run npm install, or deploy/test, which does")
        self.through_a_kill("node")

    def test_go(self):
        self.build_go()
        self.through_a_kill("go")

    def build_go(self):
        """With Debian's Go and its packages. The cache holds them built: without it this takes 10 s and not 1 s."""
        code = self.folder / "go" / "src"
        code.mkdir(parents=True)
        files = sorted(str(file.relative_to(self.proto)) for file in (self.proto / "chipline/v1").glob("*.proto"))
        subprocess.run(["protoc", f"-I{self.proto}", f"--go_out={code}", f"--go-grpc_out={code}", *files], check=True)
        cache = pathlib.Path(BINARY).parent / "go-cache"
        subprocess.run(["go", "build", "-o", self.go, EXAMPLES / "go" / "example.go"], check=True, env=environment(
            GO111MODULE="off", GOPATH=f"{code.parent}:/usr/share/gocode", GOCACHE=str(cache)))


if __name__ == "__main__":
    unittest.main()
