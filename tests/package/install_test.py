"""`cmake --install` puts everything in its place, and what it puts there says what the program does."""

import json
import pathlib
import re
import unittest

import command_line
from google.protobuf import descriptor_pb2
from package_case import BINARY, ROOT, TREE, PackageCase, output_of


class InstallTest(PackageCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = command_line.describe(BINARY)

    def setUp(self):
        self.prefix = self.folder()
        output_of("cmake", "--install", TREE, "--prefix", self.prefix)

    def test_the_command_that_is_installed_runs_and_names_version_commit_and_build(self):
        said = output_of(self.prefix / "bin" / "chipline", "--version")
        version = re.search(r"project\(chipline VERSION (\S+) ", (ROOT / "CMakeLists.txt").read_text()).group(1)
        build = re.search(r"CMAKE_BUILD_TYPE:\w+=(\S+)", output_of("cmake", "-N", "-LA", TREE)).group(1)
        # `unknown` only where there is no git tree, such as in an archive.
        commit = "[0-9a-f]{12}(-dirty)?" if (ROOT / ".git").exists() else "unknown"
        self.assertRegex(said, rf"^chipline {re.escape(version)} \(commit {commit}, {build}\)\n$")

    def test_the_contract_is_there_as_files_and_as_descriptors_with_comments(self):
        folder = self.prefix / "share" / "chipline" / "proto"
        files = descriptor_pb2.FileDescriptorSet.FromString((folder / "chipline.protoset").read_bytes()).file
        names = {each.name for each in files}
        published = {path.relative_to(ROOT / "proto").as_posix() for path in (ROOT / "proto/chipline/v1").glob("*")}
        self.assertLessEqual(published, names)
        self.assertFalse([name for name in names if "storage" in name], "formats of the disk are nobody else's")
        for name in names:
            if not name.startswith("google/protobuf/"):
                self.assertTrue((folder / name).is_file(), name)
        service = next(each for each in files if each.name == "chipline/v1/event_log_service.proto")
        self.assertTrue(any(place.leading_comments for place in service.source_code_info.location))

    def test_there_is_a_page_for_each_subcommand_with_each_of_its_options(self):
        folder = self.prefix / "share" / "man" / "man1"
        for path, command in command_line.walk(self.tree):
            page = folder / ("-".join(("chipline", *path[:1])) + ".1")
            rendered = output_of("man", "--warnings", "-l", page,
                                 env={"MANWIDTH": "1000", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
            self.assertNotIn("warning:", rendered)
            shown = re.sub(r"\s+", " ", rendered)
            for option in command["options"]:
                for words in (*option["names"], option["description"]):
                    self.assertIn(re.sub(r"\s+", " ", words), shown, page.name)
            self.assertIn(command["description"].rstrip("."), shown)

    def test_licence_and_documents_are_installed(self):
        folder = self.prefix / "share" / "doc" / "chipline"
        for name in ("LICENSE", "README.md", "RUNBOOK.md", "SECURITY.md", "CHANGELOG.md", "FIRST_EVENTS.md",
                     "CLIENTS.md"):
            self.assertTrue((folder / name).is_file(), name)
        page = (folder / "CLIENTS.md").read_text(encoding="utf-8")
        examples = re.findall(r"\((examples/[^)]+)\)", page)
        self.assertEqual(len(examples), 3)
        for name in examples:
            self.assertTrue((folder / name).is_file(), name)

    def test_what_the_console_holds_of_npm_is_listed(self):
        listed = self.prefix / "share" / "chipline" / "console-packages.json"
        if not re.search(r"CHIPLINE_HAS_CONSOLE:INTERNAL=TRUE", (pathlib.Path(TREE) / "CMakeCache.txt").read_text()):
            self.assertFalse(listed.exists())
            return
        locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
        packages = {each["name"]: each for each in json.loads(listed.read_text())}
        self.assertLessEqual({"preact", "d3-scale"}, set(packages))
        self.assertNotIn("esbuild", packages)
        for name, each in packages.items():
            self.assertEqual(each["version"], locked[f"node_modules/{name}"]["version"])
            self.assertRegex(each["license"], r"^(MIT|ISC)$")

    def test_the_subcommand_that_describes_the_others_is_hidden(self):
        self.assertNotIn("describe", output_of(BINARY, "--help"))
        self.assertNotIn("describe", output_of(BINARY, "nobody", code=2).replace("described", ""))


if __name__ == "__main__":
    unittest.main()
