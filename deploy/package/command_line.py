"""The tree of subcommands and flags that `chipline describe` prints, for what is made from it."""

import json
import re
import subprocess


def describe(binary):
    """The root command as `chipline describe` gives it; its subcommands are of the same shape."""
    # Without what this environment gives as defaults.
    done = subprocess.run([binary, "describe"], capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"})
    return json.loads(done.stdout)


def version(binary):
    """0.2.0"""
    done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    return re.match(r"chipline (\S+) ", done.stdout).group(1)


def choices(option):
    """The only values that the option takes, or nothing if it takes others."""
    found = re.search(r"\{([^{}]*)\}", option.get("type", ""))
    return found.group(1).split(",") if found and option["takes_value"] else []


def flags(command):
    """Options that begin with a dash."""
    return [option for option in command["options"] if option["names"]]


def positionals(command):
    return [option for option in command["options"] if not option["names"]]


def walk(command, path=()):
    """(path, command) of the command and of every subcommand, such as (("log", "create"), {…})."""
    yield path, command
    for inner in command["subcommands"]:
        yield from walk(inner, (*path, inner["name"]))


def flags_of(root, path):
    """The names of all flags that are taken after these subcommands."""
    names = [name for option in flags(root) for name in option["names"] if name not in ("--version", "--config")]
    command = root
    for word in path:
        command = next(inner for inner in command["subcommands"] if inner["name"] == word)
        names += [name for option in flags(command) for name in option["names"]]
    return list(dict.fromkeys(names))
