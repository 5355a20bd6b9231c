"""tidy.py finds each kind of fault, and leaves what is right alone."""

import pathlib
import tempfile
import unittest

import tidy


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def faults(self):
        return [(path, line, rule) for path, line, rule, _ in tidy.check_tree(self.root)]

    def header(self, path, text):
        self.write(path, text)
        return self.faults()

    def test_an_include_that_points_down_is_allowed(self):
        self.assertEqual(self.header("services/query/a.h", '#include "storage/log.h"\n'), [])

    def test_an_include_of_the_own_room_is_allowed(self):
        self.assertEqual(self.header("storage/a.h", '#include "storage/log.h"\n'), [])

    def test_an_include_that_points_up_is_a_fault(self):
        found = self.header("storage/a.h", '\n#include "services/values/decimal.h"\n')
        self.assertEqual(found, [("storage/a.h", 2, "include")])

    def test_one_handler_room_does_not_look_at_another(self):
        found = self.header("services/query/a.h", '#include "services/ingest/b.h"\n')
        self.assertEqual(found, [("services/query/a.h", 1, "include")])

    def test_a_fold_may_use_check_but_not_the_log(self):
        path = "services/timeline/folds/a.h"
        self.assertEqual(self.header(path, '#include "storage/check.h"\n'), [])
        self.assertEqual(self.header(path, '#include "storage/log.h"\n'), [(path, 1, "include")])

    def test_a_fold_may_not_look_at_the_room_around_it(self):
        path = "services/timeline/folds/a.h"
        self.assertEqual(self.header(path, '#include "services/timeline/view_store.h"\n'), [(path, 1, "include")])

    def test_storage_may_use_rocksdb_and_a_fold_may_not(self):
        self.assertEqual(self.header("storage/a.h", '#include "rocksdb/db.h"\n'), [])
        self.assertEqual(self.header("services/timeline/folds/a.h", "#include <rocksdb/db.h>\n"),
                         [("services/timeline/folds/a.h", 1, "library")])

    def test_storage_may_not_use_grpc_in_either_shape(self):
        found = self.header("storage/a.h", '#include "grpcpp/server.h"\n#include "chipline/v1/x.grpc.pb.h"\n')
        self.assertEqual(found, [("storage/a.h", 1, "library"), ("storage/a.h", 2, "library")])

    def test_a_folder_in_no_room_is_a_fault(self):
        self.assertEqual(self.header("services/stuff/a.h", ""), [("services/stuff/a.h", 1, "room")])

    def test_file_length_has_a_limit_which_is_higher_in_tests(self):
        self.assertEqual(self.header("storage/a.h", "\n" * 400), [])
        self.assertEqual(self.header("storage/a.h", "\n" * 401), [("storage/a.h", 401, "file length")])
        self.write("storage/a.h", "")
        self.assertEqual(self.header("tests/storage/a.h", "\n" * 600), [])
        self.assertEqual(self.header("tests/storage/a.h", "\n" * 601), [("tests/storage/a.h", 601, "file length")])

    def function(self, lines):
        body = "  if (x) { y(\"}\"); }  // {\n" * (lines - 2)
        return "namespace n {\nclass C {\n int F(int x) const {\n" + body + "}\n};\n}\n"

    def test_function_length_has_a_limit(self):
        self.assertEqual(self.header("storage/a.h", self.function(70)), [])
        self.assertEqual(self.header("storage/a.h", self.function(71)), [("storage/a.h", 3, "function length")])

    def test_a_long_class_or_table_is_no_long_function(self):
        table = "constexpr int kTable[] = {\n" + "  1,\n" * 90 + "};\n"
        long_class = "class C {\n" + " void F();\n" * 90 + "};\n"
        self.assertEqual(self.header("storage/a.h", table + long_class), [])

    def test_banned_code_is_a_fault_and_a_mention_in_a_comment_is_not(self):
        self.assertEqual(self.header("storage/a.h", '// never absl::Mutex, nor throw\nF("throw");\n'), [])
        found = self.header("storage/a.h", "absl::Mutex m;\nthrow 1;\nt.detach();\nsleep_for(x);\n")
        self.assertEqual(sorted(found), [("storage/a.h", line, "banned") for line in (1, 2, 3, 4)])

    def test_grpc_codes_are_named_in_one_room(self):
        text = "auto c = grpc::StatusCode::OK;\n"
        self.assertEqual(self.header("services/rpc/a.h", text), [])
        self.assertEqual(self.header("services/query/a.h", text), [("services/query/a.h", 1, "banned")])

    def test_leftovers_are_faults_in_any_file(self):
        self.assertEqual(self.header("README.md", "fine\nTO" + "DO later\n"), [("README.md", 2, "banned")])

    def test_paths_of_one_machine_are_faults_and_links_are_not(self):
        self.assertEqual(self.header("README.md", "https://example.org/home/x, services/work/a\n"), [])
        self.assertEqual(self.header("README.md", "see /ho" + "me/me/x\n"), [("README.md", 1, "banned")])

    def test_a_lock_file_names_no_host(self):
        text = '"resolved": "https://registry.example.org/x.tgz"\n'
        self.assertEqual(self.header("package-lock.json", text), [("package-lock.json", 1, "lock file")])
        self.write("package-lock.json", "{}")
        self.assertEqual(self.header("package.json", text), [])

    def test_a_source_that_is_not_built_is_a_fault(self):
        self.write("storage/CMakeLists.txt", "chipline_library(x SOURCES alog.cc log.cc)\n")
        self.write("storage/log.cc", "")
        self.assertEqual(self.faults(), [])
        self.write("storage/og.cc", "")
        self.assertEqual(self.faults(), [("storage/og.cc", 1, "not built")])

    def test_a_link_to_a_file_that_is_not_there_is_a_fault(self):
        text = "[a](docs/a.md), [b](https://example.org/b.md), [c](README.md#top)\n"
        self.assertEqual(self.header("README.md", text), [("README.md", 1, "dead link")])
        self.write("docs/a.md", "")
        self.assertEqual(self.faults(), [])

    def test_build_folders_are_not_looked_at(self):
        self.assertEqual(self.header("build/dev/a.h", "throw 1;\n"), [])


if __name__ == "__main__":
    unittest.main()
