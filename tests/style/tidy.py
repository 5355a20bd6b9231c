"""Checks what a compiler does not: which way includes point, how long files and functions are, and
that nothing stands in the tree that should not. Run as a test; prints one line a fault and ends with 1.

    python3 tests/style/tidy.py [ROOT]
"""

import os
import pathlib
import re
import sys

import cpp_text
import rules

CPP = {".h", ".cc"}


def room_of(path):
    """The room a path is in: the longest that begins it."""
    rooms = [room for room in rules.ROOMS if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def check_includes(path, text):
    here = room_of(path)
    if here is None:
        yield 1, "room", "this folder is in no room: add it to ROOMS in tests/style/rules.py"
        return
    for line, target in cpp_text.includes(text):
        for prefix, allowed in rules.LIBRARIES.items():
            in_library = target.startswith(prefix) or (prefix == "grpc" and target.endswith(".grpc.pb.h"))
            if in_library and here not in allowed:
                yield line, "library", f"{here} may not include {target}: move what needs it to a room that may"
        there = room_of(target)
        if there is None or there == here or target in rules.COMMON_HEADERS:
            continue
        if there not in rules.ROOMS[here]:
            yield line, "include", (f"{here} may not look at {there} ({target}): turn the dependency round, "
                                    "or pass what is needed in")


def check_lengths(path, text):
    test = path.startswith("tests/")
    limit = rules.MAX_TEST_FILE_LINES if test else rules.MAX_FILE_LINES
    lines = text.count("\n")
    if lines > limit:
        yield limit + 1, "file length", f"{lines} lines, at most {limit}: split it by what its parts are for"
    if pathlib.PurePath(path).suffix not in CPP:
        return
    for first, count, name in cpp_text.functions(text):
        if count > rules.MAX_FUNCTION_LINES:
            yield first, "function length", (f"{name} has {count} lines, at most {rules.MAX_FUNCTION_LINES}: "
                                             "take pure parts out of it")


def check_code(path, text):
    code = cpp_text.without_comments(text)
    for pattern, advice, allowed in rules.BANNED_CODE:
        if path.startswith(tuple(allowed)):
            continue
        for match in re.finditer(pattern, code):
            yield code.count("\n", 0, match.start()) + 1, "banned", f"{match.group(0)}: {advice}"


def check_text(path, text):
    for pattern, advice in rules.BANNED_TEXT:
        for match in re.finditer(pattern, text):
            yield text.count("\n", 0, match.start()) + 1, "banned", f"{match.group(0)}: {advice}"
    if pathlib.PurePath(path).name in rules.LOCK_FILES:
        for match in re.finditer(r"https?://[^\"\s]+", text):
            yield text.count("\n", 0, match.start()) + 1, "lock file", (
                f"{match.group(0)}: a lock file names no host; omit-lockfile-registry-resolved is set in .npmrc")


def check_built(root, path):
    """Every .cc is named in the CMakeLists.txt of its folder, or of the nearest one above."""
    source = root / path
    for folder in source.parents:
        lists = folder / "CMakeLists.txt"
        if lists.exists():
            name = source.relative_to(folder).as_posix()
            if not re.search(rf"(?<![\w./-]){re.escape(name)}\b", lists.read_text(encoding="utf-8")):
                yield 1, "not built", f"{lists.relative_to(root)} does not name {name}: add it, or delete the file"
            return
        if folder == root:
            return


def check_links(root, path, text):
    """A link from a document to a file leads to one."""
    for match in re.finditer(r"\]\(([^)#\s]+)[^)]*\)", text):
        target = match.group(1)
        if "://" not in target and not (root / path).parent.joinpath(target).exists():
            yield text.count("\n", 0, match.start()) + 1, "dead link", f"{target} is not there: mend the link"


def files_of(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in rules.SKIPPED_FOLDERS)
        for name in sorted(names):
            yield (pathlib.Path(folder) / name).relative_to(root).as_posix()


def check_tree(root):
    """(path, line, rule, what to do) of every fault under root."""
    root = pathlib.Path(root).resolve()
    for path in files_of(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue  # A binary file: golden bytes, a picture.
        suffix = pathlib.PurePath(path).suffix
        faults = list(check_text(path, text))
        if suffix in CPP:
            faults += check_includes(path, text)
            faults += check_code(path, text)
        if suffix in CPP | {".py"}:
            faults += check_lengths(path, text)
        if suffix == ".md":
            faults += check_links(root, path, text)
        if suffix == ".cc":
            faults += check_built(root, path)
        for line, rule, advice in faults:
            yield path, line, rule, advice


def main(arguments):
    root = arguments[0] if arguments else pathlib.Path(__file__).parents[2]
    faults = list(check_tree(root))
    for path, line, rule, advice in faults:
        print(f"{path}:{line}: {rule}: {advice}")
    print(f"{len(faults)} faults" if faults else "tidy")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
