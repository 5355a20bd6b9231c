"""Every option of the unit, the image and the manifests is one of the real program, which names one that is not."""

import json
import pathlib
import re
import subprocess
import tempfile
import tomllib
import unittest

import command_line
import manifests
from package_case import BINARY, ROOT, PackageCase

UNIT = ROOT / "deploy" / "package" / "debian" / "chipline.service"
# Their comments show more options than are set.
SETTINGS = [ROOT / "deploy" / "package" / "chipline.toml",
            *sorted((ROOT / "deploy" / "kubernetes").glob("*/chipline.toml"))]


def unit_words():
    return re.search(r"(?m)^ExecStart=(.*)$", UNIT.read_text()).group(1).split()[1:]


def shown_settings(path):
    """The file with its commented lines of options, such as `# drain = "10s"`, set."""
    return re.sub(r'(?m)^# (?=[a-z-]+ = )', "", path.read_text(encoding="utf-8"))


def manifest_words():
    """(where, arguments) of each container of the program."""
    with tempfile.TemporaryDirectory() as folder:
        made = {name: manifests.built(name) for name in manifests.KUSTOMIZATIONS}
        made["tls"] = manifests.with_component("base", "tls", pathlib.Path(folder))
    for name, objects in made.items():
        for workload, template in manifests.pods(objects):
            for container in template["spec"]["containers"]:
                if "chipline" in container["image"]:
                    yield f"{name}/{workload['metadata']['name']}", container["args"]


class FlagsTest(PackageCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = command_line.describe(BINARY)
        cls.commands = dict(command_line.walk(cls.tree))

    def split(self, words):
        """(subcommands, flags) of a command line; fails at a word that is neither, nor the value of a flag."""
        path, flags, index = (), [], 0
        while index < len(words):
            word, given, _ = words[index].partition("=")
            if word.startswith("-"):
                flags.append(word)
                above = [self.tree, *(self.commands[path[:depth + 1]] for depth in range(len(path)))]
                known = {name: option for command in above for option in command_line.flags(command)
                         for name in option["names"]}
                self.assertIn(word, known, f"{' '.join(words)}: there is no such option")
                index += 1 if known[word]["takes_value"] and not given else 0
            else:
                path = (*path, word)
                self.assertIn(path, self.commands, f"{' '.join(words)}: there is no such subcommand")
            index += 1
        return path, flags

    def test_the_unit_the_image_and_the_manifests_use_options_that_exist(self):
        self.assertEqual(self.split(unit_words())[0], ("serve",))
        found = dict(manifest_words())
        self.assertEqual(set(found), {"base/chipline", "cluster/chipline", "given-nats/chipline",
                                      "create-log/create-log", "tls/chipline"})
        for words in found.values():
            self.split(words)
        with self.assertRaises(AssertionError):
            self.split(["serve", "--nobody", "1"])

    def test_variables_of_the_image_are_those_of_options(self):
        text = (ROOT / "deploy" / "image" / "oci.py").read_text()
        variables = set(re.findall(r"CHIPLINE_[A-Z_]+", text))
        self.assertTrue(variables)
        known = {option.get("environment") for command in self.commands.values() for option in command["options"]}
        self.assertLessEqual(variables, known)

    def test_configuration_files_have_options_that_exist(self):
        for path in SETTINGS:
            for section, options in tomllib.loads(shown_settings(path)).items():
                known = {name[2:] for option in command_line.flags(self.commands[(section,)])
                         for name in option["names"]}
                self.assertLessEqual(set(options), known, path)

    def refusal(self, *words):
        """What the program says of a command line that it does not take."""
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 2, f"{words}\n{done.stdout}{done.stderr}")
        return done.stderr

    def test_the_program_takes_these_files_and_names_what_is_wrong_in_one(self):
        for path in SETTINGS:
            settings = self.folder() / "chipline.toml"
            # A subcommand that reads the file and does nothing with it.
            settings.write_text(shown_settings(path))
            done = subprocess.run([BINARY, "--config", settings, "describe"], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 0, f"{path}: {done.stderr}")
            settings.write_text(path.read_text() + "\nnobody = 1\n")
            self.assertIn("nobody", self.refusal("--config", str(settings), "serve", "--data", "unused"))

    def test_the_program_names_a_wrong_option_of_each_form(self):
        unit = [word.replace("${STATE_DIRECTORY}", "unused") for word in unit_words()]
        unit[unit.index("--config") + 1] = "/dev/null"
        for words in (unit, *(words for _, words in manifest_words())):
            words = ["/dev/null" if word.endswith(".toml") else word for word in words]
            self.assertIn("--nobody", self.refusal(*words, "--nobody"), json.dumps(words))


if __name__ == "__main__":
    unittest.main()
