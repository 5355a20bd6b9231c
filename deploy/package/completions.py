"""Completions for bash, zsh and fish from the command line of the real binary.

    deploy/package/completions.py BINARY FOLDER    chipline.bash, _chipline and chipline.fish
"""

import pathlib
import re
import sys

import command_line

# Taken before a subcommand only.
FIRST_ONLY = {"--version", "--config"}

BASH = r"""# bash completion for chipline, made from its command line.
_chipline() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= word before= index
  for ((index = 1; index < COMP_CWORD; ++index)); do
    word=${COMP_WORDS[index]}
    # What stands after an option that takes a value is that value. bash splits --name=value into three words.
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $before && $word != -* ]]; then before= && continue; fi
    before=
    if [[ $word == -* ]]; then
      case "$word" in
        @VALUED@) before=$word ;;
      esac
      continue
    fi
    case "$path/$word" in
      @PATHS@) path=$path/$word ;;
    esac
  done
  if [[ $cur == '=' ]]; then cur= ; fi
  local words= files=false
  if [[ -n $before ]]; then
    case "$path $before" in
@VALUES@
      *) files=true ;;
    esac
  else
    case "$path" in
@WORDS@
    esac
    # Where no subcommand and no word of a list is due a file is.
    if [[ $cur != -* && $words != *' '[a-z]* ]]; then files=true; fi
  fi
  local IFS=$' \t\n'
  if $files; then
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -F _chipline chipline
"""


def options_of(root, path, command):
    """The options that are taken after the subcommands of `path`."""
    taken = [option for option in command_line.flags(root)
             if not path or not FIRST_ONLY.intersection(option["names"])]
    for depth in range(1, len(path) + 1):
        inner = dict(command_line.walk(root))[path[:depth]]
        taken += command_line.flags(inner)
    named = {}
    for option in taken:
        for name in option["names"]:
            named[name] = option
    return named


def argument_choices(command):
    """The words that its argument may be, if it has one of which only some are taken."""
    return [word for argument in command_line.positionals(command) for word in command_line.choices(argument)]


def bash(root):
    valued, values, words, paths = set(), [], [], []
    seen = set()
    for path, command in command_line.walk(root):
        key = "".join("/" + word for word in path)
        paths += [key] if path else []
        named = options_of(root, path, command)
        subs = [inner["name"] for inner in command["subcommands"]] + ([] if path else ["help"])
        subs += argument_choices(command)
        words.append(f"      {key or chr(39) * 2}) words=' {' '.join([*subs, *named])}' ;;")
        for name, option in named.items():
            if not option["takes_value"]:
                continue
            valued.add(name)
            allowed = command_line.choices(option)
            # Of a root option only once, for every path.
            place = f"*' {name}'" if name in options_of(root, (), root) else f"'{key} {name}'"
            if allowed and place not in seen:
                values.append(f"      {place}) words='{' '.join(allowed)}' ;;")
                seen.add(place)
    helped = [inner["name"] for inner in root["subcommands"]]
    words.append(f"      /help) words=' {' '.join(helped)}' ;;")
    return (BASH.replace("@VALUED@", " | ".join(sorted(valued))).replace("@PATHS@", " | ".join([*paths, "/help"]))
            .replace("@VALUES@", "\n".join(values)).replace("@WORDS@", "\n".join(words)))


def quoted(words):
    """In single quotes, for zsh and fish alike."""
    return "'" + words.replace("'", "’") + "'"


def zsh_option(option):
    """One specification of _arguments for each name."""
    description = re.sub(r"([\[\]\\:])", r"\\\1", option.get("description", ""))
    for name in option["names"]:
        repeats = "*" if option["repeats"] else ""
        equals = "=" if option["takes_value"] and name.startswith("--") else ""
        specification = f"{repeats}{name}{equals}[{description}]"
        if option["takes_value"]:
            allowed = command_line.choices(option)
            specification += ":value:" + (f"({' '.join(allowed)})" if allowed else "_files")
        yield quoted(specification)


def zsh(root):
    lines = ["#compdef chipline", "# zsh completion for chipline, made from its command line.", ""]
    for path, command in command_line.walk(root):
        function = "_".join(("_chipline", *(word.replace("-", "_") for word in path)))
        lines += [f"{function}() {{", "  local curcontext=$curcontext state line", "  typeset -A opt_args"]
        named = options_of(root, path, command)
        specifications = list(dict.fromkeys(
            each for option in named.values() for each in zsh_option(option)))
        if command["subcommands"]:
            specifications += ["'1: :->command'", "'*:: :->rest'"]
        elif argument_choices(command):
            specifications += [f"'1:value:({' '.join(argument_choices(command))})'"]
        else:
            specifications += ["'*:file:_files'"]
        lines += ["  _arguments -C -s \\"] + [f"    {each} \\" for each in specifications[:-1]]
        lines += [f"    {specifications[-1]}"]
        if command["subcommands"]:
            entries = [quoted(f"{each['name']}:{each['description'].replace(':', ' -')}")
                       for each in command["subcommands"]]
            lines += ["  case $state in", "    command)", "      local -a commands=(",
                      *[f"        {entry}" for entry in entries], "      )",
                      "      _describe command commands ;;", "    rest)", "      case $words[1] in"]
            lines += [f"        {each['name']}) {function}_{each['name'].replace('-', '_')} ;;"
                      for each in command["subcommands"]]
            lines += ["      esac ;;", "  esac"]
        lines += ["}", ""]
    return "\n".join([*lines, '_chipline "$@"', ""])


def fish(root):
    lines = ["# fish completion for chipline, made from its command line.", "complete -c chipline -f"]
    for path, command in command_line.walk(root):
        siblings = " ".join(inner["name"] for inner in command["subcommands"])
        seen = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in path)
        if siblings:
            due = f"not __fish_seen_subcommand_from {siblings}"
            due = f"{seen}; and {due}" if seen else due
            for inner in command["subcommands"]:
                words = quoted(inner["description"])
                lines.append(f"complete -c chipline -n {quoted(due)} -a {inner['name']} -d {words}")
        for option in command_line.flags(command):
            where = f" -n {quoted(seen)}" if seen else ""
            names = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}"
                            for name in option["names"])
            allowed = command_line.choices(option)
            value = f" -x -a {quoted(' '.join(allowed))}" if allowed else " -r -F" if option["takes_value"] else ""
            lines.append(f"complete -c chipline{where}{names}{value} -d {quoted(option.get('description', ''))}")
        if argument_choices(command):
            words = quoted(" ".join(argument_choices(command)))
            lines.append(f"complete -c chipline -n {quoted(seen)} -a {words}")
        elif not siblings:
            lines.append(f"complete -c chipline -n {quoted(seen)} -F")
    return "\n".join(lines) + "\n"


def files(root):
    """{file name: content}"""
    return {"chipline.bash": bash(root), "_chipline": zsh(root), "chipline.fish": fish(root)}


def main(binary, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(command_line.describe(binary)).items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
