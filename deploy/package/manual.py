"""Manual pages from the command line of the real binary: chipline(1) and one for each subcommand.

    deploy/package/manual.py BINARY FOLDER
"""

import pathlib
import re
import sys

import command_line

EXIT_STATUS = ("0: done. 1: refused or failed. 2: the command line makes no sense. "
               "3: verified, and something is not as it must be.")


def text(words):
    """Words as they are, whatever roff makes of them."""
    escaped = words.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    escaped = escaped.replace("^", r"\(ha").replace("~", r"\(ti")
    # A line that begins with a dot would be a request.
    return re.sub(r"(?m)^\.", r"\\&.", escaped)


def paragraphs(words):
    """Lines of a help text, each a paragraph of its own; what is indented stays as it is."""
    lines = []
    for line in words.splitlines():
        if line.startswith("  "):
            lines += [".EX", text(line), ".EE"]
        elif line.strip():
            lines += [".PP", text(line.strip())]
    return lines[1:] if lines[:1] == [".PP"] else lines


def options(command):
    """A heading for each group of options, with each option under it."""
    lines, group = [], None
    # Flags of one group stand together, in the order in which help has the groups.
    order = list(dict.fromkeys(option["group"] for option in command["options"]))
    for option in sorted(command["options"], key=lambda each: order.index(each["group"])):
        names = option["names"] or [option["positional"]]
        if option["group"] != group and option["group"] not in ("Options", "Positionals"):
            lines += [".SS " + text(option["group"])]
        group = option["group"]
        head = ", ".join(rf"\fB{text(name)}\fR" for name in names)
        lines += [".TP", head + text(option.get("words", "")), text(option.get("description", ""))]
    return lines


def synopsis(path, command):
    words = [r"\fB" + text(" ".join(("chipline", *path))) + r"\fR", r"[\fIOPTION\fR...]"]
    for option in command_line.positionals(command):
        word = rf"\fI{text(option['positional'])}\fR"
        word += "..." if option["repeats"] else ""
        words.append(word if option["required"] else f"[{word}]")
    if command["subcommands"]:
        words += [r"\fISUBCOMMAND\fR", "..."]
    return " ".join(words)


def heading(name, version, description):
    return [f'.TH "{text(name).upper()}" 1 "" "Chipline {version}" "Chipline"',
            ".SH NAME", f"{text(name)} \\- {text(description.rstrip('.'))}"]


def root_page(root, version):
    lines = heading("chipline", version, root["description"])
    lines += [".SH SYNOPSIS", synopsis((), root), ".SH COMMANDS"]
    for inner in root["subcommands"]:
        lines += [".TP", rf"\fBchipline\-{text(inner['name'])}\fR(1)", text(inner["description"])]
    lines += [".SH OPTIONS", r"All but \-\-config and \-\-version may also stand after a subcommand.", *options(root)]
    lines += [".SH NOTES", *paragraphs(root.get("footer", ""))]
    pages = [rf"\fBchipline\-{text(inner['name'])}\fR(1)" for inner in root["subcommands"]]
    return lines + [".SH EXIT STATUS", text(EXIT_STATUS), ".SH SEE ALSO", ",\n".join(pages)]


def command_page(command, version):
    name = command["name"]
    lines = heading(f"chipline-{name}", version, command["description"]) + [".SH SYNOPSIS"]
    ends = [(path, each) for path, each in command_line.walk(command, (name,)) if not each["subcommands"]]
    for path, each in ends:
        lines += [synopsis(path, each), ".br"]
    if command.get("footer"):
        lines += [".SH DESCRIPTION", *paragraphs(command["footer"])]
    lines += [".SH OPTIONS", *options(command)]
    for path, each in ends:
        if each is command:
            continue
        lines += [f".SH {text(' '.join(path)).upper()}", text(each["description"] + "."), *options(each)]
        lines += [line for line in paragraphs(each.get("footer", ""))]
    lines += [".PP", r"The options of \fBchipline\fR(1), such as \-\-server and \-\-json, may stand here as well."]
    return lines + [".SH EXIT STATUS", text(EXIT_STATUS), ".SH SEE ALSO", r"\fBchipline\fR(1)"]


def pages(root, version):
    """{file name: content}"""
    made = {"chipline.1": root_page(root, version)}
    for path, each in command_line.walk(root):
        # CLI11 hands the root's closing words on to every subcommand that has none.
        if path and each.get("footer") == root.get("footer"):
            each.pop("footer", None)
    for command in root["subcommands"]:
        made[f"chipline-{command['name']}.1"] = command_page(command, version)
    return {name: "\n".join(line for line in lines if line) + "\n" for name, lines in made.items()}


def main(binary, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pages(command_line.describe(binary), command_line.version(binary)).items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
