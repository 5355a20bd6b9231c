"""A page whose commands can be run: what stands in it between ```console and ``` is a session in a shell, `$ ` and a
command, then what it prints. A block such as ```python follow.py is a file that the commands use."""

import dataclasses
import os
import pathlib
import re
import shlex
import subprocess

from chipline_process import BINARY, environment
from contract import ROOT
from http_case import HttpServer

FENCE = re.compile(r"^```(\w+)(?: (\S+))?$")
HERE_DOCUMENT = re.compile(r"<<'(\w+)'")
# What the pages name, and what stands there in the test.
GRPC_PORT, HTTP_PORT = ":7417", ":7418"
# Those that the test chooses itself.
OWN_FLAGS = ("--data", "--listen", "--http")
END = "end of the command, in "
SECONDS = 120
# What differs from run to run, or from day to day.
CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r"in [\d.]+ s \([\d,]+/s\)"), "SECONDS"),
    (re.compile(r'("logId": ?)"[0-9a-f]+"'), r'\1"ID"'),
    (re.compile(r'("resumeToken": ?)"[^"]+"'), r'\1"TOKEN"'),
    (re.compile(r"(?<=[A-Z] on )\d{4}-\d\d-\d\d"), "TODAY"),
)


@dataclasses.dataclass
class Step:
    """A command, the output that the page shows, and where in the page that output begins."""
    command: str
    shown: list
    at: int


@dataclasses.dataclass
class File:
    """A file that the page shows."""
    name: str
    text: str


def comparable(lines):
    """The lines without what differs from run to run."""
    text = "\n".join(line.rstrip() for line in lines).rstrip("\n")
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return text


def steps_of(lines, first):
    """The commands of one session, and what each prints. `first` is the number of its first line."""
    steps, at = [], 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            if not steps:
                raise ValueError(f"line {first + at}: a session begins with `$ ` and a command")
            steps[-1].shown.append(lines[at])
            at += 1
            continue
        command = [lines[at][2:]]
        at += 1
        ends = HERE_DOCUMENT.findall(command[0])
        while ends or command[-1].endswith("\\"):
            command.append(lines[at])
            if ends and lines[at] == ends[0]:
                ends.pop(0)
            at += 1
        steps.append(Step("\n".join(command), [], first + at))
    return steps


def parts_of(text):
    """The steps and files of a page, in order."""
    parts, kind, name, block, first = [], None, None, [], 0
    for number, line in enumerate(text.splitlines()):
        fence = FENCE.match(line)
        if kind is None and fence:
            kind, name, block, first = fence.group(1), fence.group(2), [], number + 1
        elif kind is not None and line == "```":
            if kind == "console":
                parts += steps_of(block, first)
            elif name:
                parts.append(File(name, "\n".join(block) + "\n"))
            kind = None
        elif kind is not None:
            block.append(line)
    return parts


class Session:
    """One bash in `folder`, where the page takes itself to be in the repository. To be closed."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        # Where the shell is now.
        self.at = self.folder
        self.server = None
        for name in ("proto", "deploy", "node_modules"):
            (self.folder / name).symlink_to(ROOT / name)
        commands = self.folder / "bin"
        commands.mkdir()
        (commands / "chipline").symlink_to(BINARY)
        # Debian's own Python, which has Debian's gRPC.
        (commands / "python3").symlink_to("/usr/bin/python3")
        path = f"{commands}{os.pathsep}{os.environ['PATH']}"
        variables = environment(PATH=path, TMPDIR=str(folder))
        self.bash = subprocess.Popen(["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True, env=variables)

    def run(self, command):
        """The lines that the command prints."""
        if command.startswith("chipline serve "):
            self.serve(shlex.split(command)[2:-1])
            return []
        step = self.folder / "step"
        step.write_text(self.translated(command) + "\n", encoding="utf-8")
        self.bash.stdin.write(f"source {step} </dev/null; printf '\\n%s%s\\n' '{END}' \"$PWD\"\n")
        self.bash.stdin.flush()
        lines = []
        for line in self.bash.stdout:
            if line.startswith(END):
                break
            lines.append(line.rstrip("\n"))
        else:
            raise AssertionError(f"bash ended at {command!r}, after {lines}")
        self.at = pathlib.Path(line.rstrip("\n").removeprefix(END))
        # The line break before END is ours: an empty line behind an output that ended its last one itself.
        if lines[-1] == "":
            lines.pop()
        return [self.translated(line, back=True) for line in lines]

    def serve(self, flags):
        """Starts a server, in place of the one before, on free ports instead of those that the page names."""
        kept = [word for flag, value in zip(flags[::2], flags[1::2]) if flag not in OWN_FLAGS
                for word in (flag, self.at / value if (self.at / value).exists() else value)]
        if self.server is not None:
            self.server.stop()
        self.server = HttpServer(*kept)
        self.bash.stdin.write(f"export CHIPLINE_SERVER={self.server.address}\n")

    def translated(self, text, back=False):
        """With the ports of the servers in place of those of the page; or the other way round."""
        if self.server is None:
            return text
        for shown, real in ((GRPC_PORT, f":{self.server.address.rpartition(':')[2]}"),
                            (HTTP_PORT, f":{self.server.http_port}")):
            text = text.replace(real, shown) if back else text.replace(shown, real)
        return text

    def close(self):
        self.bash.stdin.close()
        self.bash.wait(SECONDS)
        self.bash.stdout.close()
        if self.server is not None:
            self.server.close()


def played(text, folder):
    """Runs a page; answers each step with the lines that it really printed."""
    session = Session(folder)
    try:
        done = []
        for part in parts_of(text):
            if isinstance(part, File):
                (session.at / part.name).write_text(part.text, encoding="utf-8")
            else:
                done.append((part, session.run(part.command)))
        return done
    finally:
        session.close()


def updated(text, done):
    """The page with the output that was really printed, where that differs."""
    lines = text.splitlines()
    for step, printed in reversed(done):
        if comparable(step.shown) != comparable(printed):
            lines[step.at:step.at + len(step.shown)] = printed
    return "\n".join(lines) + "\n"
