#include <fmt/format.h>
#include <sys/vfs.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "CLI/CLI.hpp"
#include "services/cli/console.h"
#include "services/cli/flags.h"
#include "services/cli/table.h"
#include "services/rpc/descriptor_limit.h"
#include "storage/status_macros.h"
#include "tests/bench/load/child.h"
#include "tests/bench/load/echo_server.h"
#include "tests/bench/load/pin.h"
#include "tests/bench/load/suite.h"

namespace chipline {
namespace {

constexpr long kTmpfsMagic = 0x01021994;
constexpr absl::Duration kStartPatience = absl::Seconds(30);

struct Options {
  bench::SuiteOptions suite;
  std::filesystem::path chipline = bench::ChiplineBesideThisProgram();
  std::string directory = std::filesystem::temp_directory_path().string();
  bool running = false;
  bool quick = false;
  bool pin = false;
  // Set by the program itself when it runs once more as the echo server.
  std::string echo_port_file;
};

// A directory of its own that is removed with everything in it.
class ScratchDirectory {
 public:
  static absl::StatusOr<ScratchDirectory> Make(const std::string& parent) {
    std::string path = parent + "/chipline-bench-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      return absl::NotFoundError(fmt::format("cannot make a directory in {}", parent));
    }
    return ScratchDirectory(path);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(ScratchDirectory&& other) noexcept
      : path_(std::exchange(other.path_, std::filesystem::path())) {}
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

void WarnOfMemoryDisk(const std::filesystem::path& directory, cli::Console& console) {
  struct statfs system {};
  if (statfs(directory.c_str(), &system) == 0 && system.f_type == kTmpfsMagic) {
    console.Note(
        fmt::format("{} is memory, not a disk: a sync costs nothing there. Name another "
                    "with --dir.",
                    directory.string()));
  }
}

absl::Status RunSuite(const Options& options, cli::Console& console,
                      std::vector<bench::Row>& rows) {
  // If it is refused, the fan-out to 1,000 says what fails.
  (void)RaiseDescriptorLimit();
  ASSIGN_OR_RETURN(const ScratchDirectory scratch, ScratchDirectory::Make(options.directory));
  WarnOfMemoryDisk(scratch.path(), console);
  const std::filesystem::path log = scratch.path() / "output";
  const std::string echo_port = scratch.path() / "echo-port";
  // The servers inherit the core that this program is on when it starts them.
  if (options.pin) RETURN_IF_ERROR(bench::PinTo(bench::kServerCore));
  ASSIGN_OR_RETURN(const bench::Child echo,
                   bench::Child::Start("/proc/self/exe", {"--echo-server", echo_port}, echo_port,
                                       log, kStartPatience));
  std::optional<bench::Child> own;
  std::string address = console.options().server;
  if (!options.running) {
    const std::string port = scratch.path() / "port";
    ASSIGN_OR_RETURN(bench::Child started,
                     bench::Child::Start(options.chipline,
                                         {"serve", "--data", scratch.path() / "data", "--listen",
                                          "127.0.0.1:0", "--port-file", port},
                                         port, log, kStartPatience));
    address = started.address();
    own.emplace(std::move(started));
  }
  if (options.pin) RETURN_IF_ERROR(bench::PinTo(bench::kLoadCore));
  bench::SuiteOptions chosen = options.suite;
  if (options.quick) {
    chosen.arm = absl::Milliseconds(300);
    chosen.rounds = 1;
    chosen.fan_out = {1, 10};
  }
  bench::Suite suite(address, echo.address(), scratch.path(), chosen,
                     [&console](const std::string& line) { console.Note(line); });
  const absl::Status status = suite.Run();
  rows = suite.rows();
  return status;
}

cli::ExitCode Run(const Options& options, cli::Console& console) {
  if (!options.echo_port_file.empty()) {
    const absl::Status status = bench::RunEchoServer(options.echo_port_file);
    return status.ok() ? cli::ExitCode::kDone : console.Fail(status);
  }
  std::vector<bench::Row> rows;
  const absl::Status status = RunSuite(options, console, rows);
  const bool clean = bench::PrintReport(rows, console);
  if (!status.ok()) return console.Fail(status);
  return clean ? cli::ExitCode::kDone : cli::ExitCode::kFailed;
}

int Main(int argc, char** argv) {
  cli::UseUtf8();
  Options options;
  cli::CommonOptions common;
  CLI::App app("Measures a server beside what the disk, RocksDB and gRPC give alone");
  app.footer(
      "Starts a server of its own, and removes it. The ratios are what counts: absolute figures "
      "say what the machine did just then. tests/bench/README.md says what each test does.");
  app.add_option("--chipline", options.chipline, "the program to measure")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_flag("--running", options.running,
               "measure the server of --server instead; it keeps the events");
  app.add_option("--server", common.server, "HOST:PORT of the server of --running")
      ->capture_default_str();
  app.add_option("--dir", options.directory,
                 "where the server's and the limits' files go, and are removed; on the disk to "
                 "measure")
      ->capture_default_str();
  cli::AddDuration(app, "--arm", options.suite.arm, "how long one measurement takes");
  app.add_option("--rounds", options.suite.rounds, "measurements of each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--only", options.suite.only,
                 "only these: append-unary, append-pipelined, catch-up, filtered-catch-up, "
                 "get-timeline or fan-out")
      ->check(CLI::IsMember({"append-unary", "append-pipelined", "catch-up", "filtered-catch-up",
                             "get-timeline", "fan-out"}));
  app.add_flag("--quick", options.quick,
               "one round of 0.3 s each: shows that it works, and measures nothing");
  app.add_flag("--pin", options.pin,
               "servers on core 0, the load and the limits without a server on core 1");
  app.add_flag("--json", common.json, "a JSON object a row instead of text for people");
  // Hidden: how the program starts itself as the peer of the gRPC limits.
  app.add_option("--echo-server", options.echo_port_file)->group("");
  CLI11_PARSE(app, argc, argv);
  cli::Console console(common);
  return static_cast<int>(console.Finish(Run(options, console)));
}

}  // namespace
}  // namespace chipline

int main(int argc, char** argv) { return chipline::Main(argc, argv); }
