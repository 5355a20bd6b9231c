"""What tidy.py checks: the rooms of the tree and which way each may look.

This table is the one place that says so; ARCHITECTURE.md draws the same.
"""

# Headers of storage/ that know nothing of the log and serve every room.
COMMON_HEADERS = {"storage/check.h", "storage/mutex.h", "storage/status_macros.h",
                  "storage/limits.h", "storage/unknown_fields.h", "storage/violations.h"}

# Room: the rooms that it may include, besides itself, the common headers and the generated protos.
ROOMS = {
    "storage": set(),
    "storage/jetstream": {"storage"},
    "services/values": set(),
    "services/words": {"services/values"},
    "services/picture": {"services/values", "services/words"},
    "services/kinds": {"services/values"},
    "services/timeline/folds": {"services/values", "services/words", "services/kinds"},
    "services/timeline": {"services/values", "services/kinds", "storage", "services/timeline/folds"},
    "services/rpc": {"services/values", "storage"},
    "services/contract": {"storage", "services/rpc"},
    "services/security": {"storage", "services/rpc"},
    "services/console": set(),
    "services/http": {"storage", "services/rpc", "services/security", "services/console"},
    "services/ingest": {"services/values", "services/kinds", "storage", "services/rpc"},
}
for room in ("services/stream", "services/query", "services/admin"):
    ROOMS[room] = {"services/values", "services/kinds", "storage", "services/rpc", "services/timeline",
                   "services/timeline/folds"}
ROOMS["services/admin"].add("storage/jetstream")
ROOMS["services/metrics"] = {"storage", "services/rpc", "services/http", "services/ingest", "services/timeline"}
ROOMS["services/server"] = set(ROOMS)
ROOMS["services/cli"] = set(ROOMS)
ROOMS["tests"] = set(ROOMS)

# What an include begins with: the rooms that may use that library.
LIBRARIES = {
    "rocksdb/": {"storage", "services/timeline", "tests"},
    "rapidjson/": {"services/cli", "services/http", "services/server", "storage/jetstream"},
    "prometheus/": {"services/metrics"},
    "nats/": {"storage/jetstream"},
    "openssl/": {"services/values", "services/security", "tests"},
    "grpc": set(ROOMS) - {"storage", "services/values", "services/words", "services/picture", "services/kinds",
                            "services/timeline/folds",
                            "services/timeline"},
}

MAX_FILE_LINES = 400
MAX_TEST_FILE_LINES = 600
MAX_FUNCTION_LINES = 70

# Pattern in C++ code (comments and strings left out), what to do instead, where it is allowed.
BANNED_CODE = [
    (r"\babsl::(Mutex|Notification|CondVar)\b", "use storage/mutex.h, which ThreadSanitizer understands", ()),
    (r"\.detach\(\)", "keep the thread and join it", ()),
    (r"\b(sleep_for|sleep_until|SleepFor|usleep|nanosleep)\b", "wait for a condition, not for a time",
     # Waits for another program to write its port.
     ("tests/bench/load/child.cc",)),
    (r"\b(stdout|stderr|std::cout|std::cerr|puts|printf|fmt::print)\b",
     "print by Console or LogLine, which escape what others wrote",
     ("services/cli/console.cc", "services/cli/progress.cc", "services/cli/main.cc", "services/server/log_line.cc",
      "services/server/grpc_log.cc", "services/server/run_server.cc", "storage/check.h", "tests/")),
    (r"\bthrow\b", "return absl::Status", ("tests/",)),
    (r"\bgrpc::StatusCode\b", "map errors in one place, services/rpc", ("services/rpc/", "services/cli/", "tests/")),
]

# Words that no text file may hold. Written in pieces, since this is a text file too.
BANNED_TEXT = [
    (r"\b(TO" + r"DO|FIX" + r"ME)\b", "finish it, or leave it out"),
    (r"(?<![\w.~$}*])/(ro" + r"ot|ho" + r"me|Us" + r"ers|wo" + r"rk)/", "no path of one machine may stand in the repository"),
]

LOCK_FILES = {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "buf.lock"}

# Folders that hold nothing of ours.
SKIPPED_FOLDERS = {".git", "build", "node_modules", ".cache", "__pycache__"}
