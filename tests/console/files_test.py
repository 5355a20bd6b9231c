"""The files of the console: how they are served, how large they are, and how an operator leaves them out."""

import gzip
import os
import re
import unittest

from chipline_process import run
from http_case import Caller, HttpServer
from http_secure_case import SecureCase

# What a browser loads before it shows anything, by gzip.
MOST_BYTES = 100_000
HAS_CONSOLE = os.environ.get("CHIPLINE_HAS_CONSOLE") == "TRUE"
POLICY = """roles { name: "scraper" permissions { methods: "http/metrics" } }
bindings { role: "scraper" principals: "sub:prometheus" }"""


class NoConsoleTest(unittest.TestCase):
    def test_an_operator_may_leave_it_out(self):
        server = HttpServer("--http-console", "off")
        self.addCleanup(server.close)
        status, head, body = Caller(server.http_port).request("GET", "/")
        self.assertEqual(status, 404)
        self.assertIn(b"--http-console off", body)
        self.assertEqual(head["content-type"], "text/plain; charset=utf-8")
        self.assertEqual(Caller(server.http_port).request("GET", "/console/app.js")[0], 404)
        self.assertEqual(Caller(server.http_port).request("GET", "/livez")[0], 200)
        self.assertIn("console=off" if HAS_CONSOLE else 'console="not built in"', server.said())

    def test_the_flag_is_nothing_without_a_listener(self):
        done = run("serve", "--data", "/nowhere", "--http-console", "off")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("without --http", done.stderr)


@unittest.skipUnless(HAS_CONSOLE, "the program was built without the console")
class FilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = HttpServer()
        cls.addClassCleanup(cls.server.close)
        cls.caller = Caller(cls.server.http_port)

    def get(self, path, **fields):
        return self.caller.request("GET", path, **fields)

    def files(self):
        """The page and what it names."""
        page = self.get("/")[2].decode()
        return ["/", *re.findall(r'(?:src|href)="([^"]+)"', page)]

    def test_the_first_load_is_small(self):
        files = self.files()
        self.assertEqual(len(files), 4, files)
        sizes = {path: len(self.get(path, **{"accept-encoding": "gzip"})[2]) for path in files}
        self.assertLess(sum(sizes.values()), MOST_BYTES, sizes)

    def test_each_comes_compressed_or_not_as_asked(self):
        for path in self.files():
            with self.subTest(path):
                plain = self.get(path)
                packed = self.get(path, **{"accept-encoding": "br, gzip"})
                self.assertEqual((plain[0], packed[0]), (200, 200))
                self.assertNotIn("content-encoding", plain[1])
                self.assertEqual(packed[1]["content-encoding"], "gzip")
                self.assertEqual(gzip.decompress(packed[2]), plain[2])
                self.assertNotEqual(plain[1]["content-type"], "text/plain; charset=utf-8")
                status, head, body = self.caller.request("HEAD", path)
                self.assertEqual((status, body), (200, b""))
                self.assertEqual(int(head["content-length"]), len(plain[2]))

    def test_what_a_browser_has_is_not_sent_again(self):
        for path in self.files():
            with self.subTest(path):
                etag = self.get(path)[1]["etag"]
                self.assertRegex(etag, r'^"[0-9a-f]{20}"$')
                for known in (etag, f'W/{etag}', f'"another", {etag}'):
                    status, head, body = self.get(path, **{"if-none-match": known})
                    self.assertEqual((status, body), (304, b""))
                    self.assertEqual(head["etag"], etag)
                    self.assertNotIn("content-length", head)
                self.assertEqual(self.get(path, **{"if-none-match": '"another"'})[0], 200)

    def test_nothing_runs_that_is_not_one_of_the_files(self):
        for path in self.files():
            with self.subTest(path):
                head = self.get(path)[1]
                policy = head["content-security-policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn("script-src 'self';", policy)
                self.assertNotIn("unsafe", policy)
                self.assertNotRegex(policy, r"https?:|\*")
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertEqual(head["x-content-type-options"], "nosniff")
                self.assertEqual(head["referrer-policy"], "no-referrer")
        page = self.get("/")[2].decode()
        self.assertNotRegex(page, r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=")

    def test_the_licences_of_what_is_in_it_come_with_it(self):
        text = self.get("/console/licenses.txt")[2].decode()
        for name in ("preact 10.", "d3-scale 4."):
            self.assertIn(name, text)
        self.assertIn("Permission is hereby granted, free of charge", text)
        self.assertIn("Permission to use, copy, modify, and/or distribute", text)

    def test_they_are_there_to_be_read(self):
        status, head, _ = self.caller.request("POST", "/", b"{}", **{"content-type": "application/json"})
        self.assertEqual((status, head["allow"]), (405, "GET, HEAD"))
        self.assertEqual(self.get("/console/other.js")[0], 404)
        self.assertEqual(self.get("/console/")[0], 404)
        # Without a browser's wish the path counts, not what follows a "?".
        self.assertEqual(self.get("/?x=1")[0], 200)


@unittest.skipUnless(HAS_CONSOLE, "the program was built without the console")
class SecureFilesTest(SecureCase):
    def test_they_are_public_and_data_is_not(self):
        policy = self.ca / "policy.txtpb"
        policy.write_text(POLICY)
        server = HttpServer(*self.tls, *self.tokens, "--policy", policy, "--http-auth")
        self.addCleanup(server.close)
        caller = self.caller(None, server=server)
        self.assertEqual(caller.request("GET", "/")[0], 200)
        self.assertEqual(caller.request("GET", "/metrics")[0], 401)
        status, _, _ = caller.request("POST", "/chipline.v1.EventLogService/GetHead", b"{}",
                                      **{"content-type": "application/json"})
        self.assertEqual(status, 401)


if __name__ == "__main__":
    unittest.main()
