"""Just enough of C++ to count: text without comments and strings, includes, functions.

clang-tidy knows better (readability-function-size) but needs minutes; this takes a second.
"""

import re

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", re.DOTALL)
_INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


def without_comments(text):
    """The text with comments and literals blanked; every line keeps its number."""
    def blank(match):
        token = match.group(0)
        keep = '""' if token[0] in "\"R" else ""
        return keep + "\n" * token.count("\n")
    # A digit separator (1'000) is no literal.
    return _TOKEN.sub(blank, re.sub(r"(?<=\d)'(?=\d)", "", text))


def includes(text):
    """(line, path) of each include."""
    for match in _INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        yield line, match.group(1)


def _opens(head):
    """What a brace after this text opens, outside a function."""
    head = re.sub(r"^\s*#.*$", "", head, flags=re.MULTILINE).strip()
    if re.search(r"\b(namespace|extern)\b[^()]*$", head):
        return "scope"
    if re.match(r"(template\s*<.*>\s*)?(class|struct|union|enum)\b", head, re.DOTALL) and not head.endswith(")"):
        return "scope"
    if "(" in head and not head.endswith("="):
        return "function"
    return "other"


def functions(text):
    """(first line, number of lines, name) of each function body with its signature."""
    code = without_comments(text)
    stack, head_start = [], 0
    for position, char in enumerate(code):
        inside = any(kind == "function" for kind, _, _ in stack)
        if char == "{":
            head = code[head_start:position]
            kind = "block" if inside else _opens(head)
            stack.append((kind, head_start + len(head) - len(head.lstrip()), head.strip()))
        elif char == "}" and stack:
            kind, start, head = stack.pop()
            if kind == "function":
                first = code.count("\n", 0, start) + 1
                name = re.search(r"([~\w:]+)\s*\(", head)
                yield first, code.count("\n", start, position) + 1, name.group(1) if name else "?"
        if char in "{};":
            head_start = position + 1
