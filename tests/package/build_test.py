"""`deploy/package/build` makes a Debian package in which lintian finds no fault. The other tests install what this
one makes."""

import hashlib
import pathlib
import unittest

from package_case import LONG, ROOT, TREE, PackageCase, output_of

PACKAGES = pathlib.Path(TREE) / "package-test" / "deb"


class BuildTest(PackageCase):
    def build(self, *arguments, code=0):
        return output_of(ROOT / "deploy" / "package" / "build", *arguments, code=code)

    def test_the_package_is_made_and_lintian_finds_no_fault(self):
        said = self.build("--tree", TREE, "--out", PACKAGES)
        made = pathlib.Path(said.splitlines()[-1])
        self.assertTrue(made.is_file(), said)
        self.assertEqual(output_of("dpkg-deb", "-f", made, "Package").strip(), "chipline")
        if LONG:
            first = hashlib.sha256(made.read_bytes()).hexdigest()
            self.build("--tree", TREE, "--out", PACKAGES)
            self.assertEqual(first, hashlib.sha256(made.read_bytes()).hexdigest(), "the same tree, another package")

    def test_what_makes_no_sense_is_refused_by_name(self):
        self.assertIn("unknown argument --nobody", self.build("--nobody", code=2))
        self.assertIn("--tree wants a value", self.build("--tree", code=2))


if __name__ == "__main__":
    unittest.main()
