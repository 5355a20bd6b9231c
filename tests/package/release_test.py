"""`deploy/release` closes the changelog, sets the version, tags, and makes archives that can be checked."""

import subprocess
import tarfile
import unittest

from package_case import ROOT, PackageCase, output_of


class ReleaseTest(PackageCase):
    def setUp(self):
        if not (ROOT / ".git").exists():
            self.skipTest("there is no git tree here to release")
        self.tree = self.folder() / "tree"
        # What is checked out, with what is not committed yet.
        output_of("git", "-c", "safe.directory=*", "clone", "-q", "--no-hardlinks", ROOT, self.tree)
        for key, value in (("user.name", "Test"), ("user.email", "test@example.invalid")):
            output_of("git", "-C", self.tree, "config", key, value)
        (self.tree / "deploy" / "release").write_bytes((ROOT / "deploy" / "release").read_bytes())
        (self.tree / "deploy" / "release").chmod(0o755)
        (self.tree / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- Something.\n\n## 0.1.0\n")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "as it is here")

    def git(self, *arguments):
        return output_of("git", "-C", self.tree, *arguments)

    def release(self, *arguments, code=0):
        return output_of(self.tree / "deploy" / "release", *arguments, code=code)

    def test_a_release_is_a_commit_a_tag_and_archives_with_checksums(self):
        said = self.release("9.8.7", "--sources-only")
        self.assertIn("git push origin HEAD v9.8.7", said)
        self.assertEqual(self.git("log", "-1", "--format=%s").strip(), "release: 9.8.7")
        self.assertEqual(self.git("cat-file", "-t", "v9.8.7").strip(), "tag")
        self.assertRegex(self.git("show", "v9.8.7:CHANGELOG.md"), r"\n## 9\.8\.7, \d{4}-\d\d-\d\d\n")
        self.assertIn("project(chipline VERSION 9.8.7 ", self.git("show", "v9.8.7:CMakeLists.txt"))
        # Whoever applies the manifests of a release gets its image, and the nats-servers stay as they are.
        manifests = self.git("grep", "-h", "newTag", "v9.8.7", "--", "deploy/kubernetes")
        self.assertEqual(set(manifests.split()) - {"newTag:", "9.8.7"}, {"2.15.1"})
        out = self.tree / "build" / "release-9.8.7"
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=out, check=True, capture_output=True)
        with tarfile.open(out / "chipline-9.8.7.tar.gz") as source:
            self.assertIn("chipline-9.8.7/CMakeLists.txt", source.getnames())
        with tarfile.open(out / "chipline-proto-9.8.7.tar.gz") as contract:
            names = contract.getnames()
        self.assertIn("chipline-proto-9.8.7/proto/chipline/v1/event.proto", names)
        self.assertFalse([name for name in names if "storage" in name])

    def test_what_cannot_be_released_is_refused_and_nothing_changes(self):
        before = self.git("rev-parse", "HEAD")
        self.assertIn("three numbers", self.release("1.2", code=2))
        self.assertIn("unknown argument --all", self.release("--all", code=2))
        self.git("tag", "v9.9.9")
        self.assertIn("there is a tag v9.9.9 already", self.release("9.9.9", code=1))
        (self.tree / "new").touch()
        self.assertIn("changes that are in no commit", self.release("9.8.7", code=1))
        (self.tree / "new").unlink()
        (self.tree / "CHANGELOG.md").write_text("# Changelog\n")
        self.git("commit", "-q", "-a", "-m", "an empty changelog")
        self.assertIn('no section "## Unreleased"', self.release("9.8.7", code=1))
        self.assertEqual(before, self.git("rev-parse", "HEAD~1"))


if __name__ == "__main__":
    unittest.main()
