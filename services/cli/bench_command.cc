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
#include "services/cli/bench/child.h"
#include "services/cli/bench/echo_server.h"
#include "services/cli/bench/pin.h"
#include "services/cli/bench/suite.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/rpc/descriptor_limit.h"
#include "storage/status_macros.h"

namespace chipline::cli {
namespace {

constexpr long kTmpfsMagic = 0x01021994;
constexpr absl::Duration kStartPatience = absl::Seconds(30);

struct BenchFlags {
  bench::SuiteOptions suite;
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

void WarnOfMemoryDisk(const std::filesystem::path& directory, Console& console) {
  struct statfs system {};
  if (statfs(directory.c_str(), &system) == 0 && system.f_type == kTmpfsMagic) {
    console.Note(
        fmt::format("{} is memory, not a disk: a sync costs nothing there. Name another "
                    "with --dir.",
                    directory.string()));
  }
}

absl::Status RunSuite(const BenchFlags& flags, Console& console, std::vector<bench::Row>& rows) {
  // If it is refused, the fan-out to 1,000 says what fails.
  (void)RaiseDescriptorLimit();
  ASSIGN_OR_RETURN(const ScratchDirectory scratch, ScratchDirectory::Make(flags.directory));
  WarnOfMemoryDisk(scratch.path(), console);
  const std::filesystem::path log = scratch.path() / "output";
  const std::string echo_port = scratch.path() / "echo-port";
  // The servers inherit the core that this program is on when it starts them.
  if (flags.pin) RETURN_IF_ERROR(bench::PinTo(bench::kServerCore));
  ASSIGN_OR_RETURN(
      const bench::Child echo,
      bench::Child::Start({"bench", "--echo-server", echo_port}, echo_port, log, kStartPatience));
  std::optional<bench::Child> own;
  std::string address = console.options().server;
  if (!flags.running) {
    const std::string port = scratch.path() / "port";
    ASSIGN_OR_RETURN(bench::Child started,
                     bench::Child::Start({"serve", "--data", scratch.path() / "data", "--listen",
                                          "127.0.0.1:0", "--port-file", port},
                                         port, log, kStartPatience));
    address = started.address();
    own.emplace(std::move(started));
  }
  if (flags.pin) RETURN_IF_ERROR(bench::PinTo(bench::kLoadCore));
  bench::SuiteOptions options = flags.suite;
  if (flags.quick) {
    options.arm = absl::Milliseconds(300);
    options.rounds = 1;
    options.fan_out = {1, 10};
  }
  bench::Suite suite(address, echo.address(), scratch.path(), options,
                     [&console](const std::string& line) { console.Note(line); });
  const absl::Status status = suite.Run();
  rows = suite.rows();
  return status;
}

ExitCode Run(const BenchFlags& flags, Console& console) {
  if (!flags.echo_port_file.empty()) {
    const absl::Status status = bench::RunEchoServer(flags.echo_port_file);
    return status.ok() ? ExitCode::kDone : console.Fail(status);
  }
  std::vector<bench::Row> rows;
  const absl::Status status = RunSuite(flags, console, rows);
  const bool clean = bench::PrintReport(rows, console);
  if (!status.ok()) return console.Fail(status);
  return clean ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

Command AddBenchCommand(CLI::App& root) {
  auto flags = std::make_shared<BenchFlags>();
  CLI::App* command = root.add_subcommand(
      "bench", "Measure a server beside what the disk, RocksDB and gRPC give alone");
  command->footer(
      "Starts a server of its own, and removes it. The ratios are what counts: absolute figures "
      "say "
      "what the machine did just then. tests/bench/README.md says what each test does.");
  command->add_flag("--running", flags->running,
                    "measure the server of --server instead; it keeps the events");
  command
      ->add_option("--dir", flags->directory,
                   "where the server's and the limits' files go, and are removed; on the disk to "
                   "measure")
      ->capture_default_str();
  AddDuration(*command, "--arm", flags->suite.arm, "how long one measurement takes");
  command->add_option("--rounds", flags->suite.rounds, "measurements of each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--only", flags->suite.only,
                   "only these: append-unary, append-pipelined, catch-up, filtered-catch-up, "
                   "get-timeline or fan-out")
      ->check(CLI::IsMember({"append-unary", "append-pipelined", "catch-up", "filtered-catch-up",
                             "get-timeline", "fan-out"}));
  command->add_flag("--quick", flags->quick,
                    "one round of 0.3 s each: shows that it works, and measures nothing");
  command->add_flag("--pin", flags->pin,
                    "servers on core 0, the load and the limits without a server on core 1");
  // Hidden: how the program starts itself as the peer of the gRPC limits.
  command->add_option("--echo-server", flags->echo_port_file)->group("");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
