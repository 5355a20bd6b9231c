#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"

// Opens a log, loads it, and kills itself at a named point, for crash_points_test:
//
//   crash_child DATA HISTORIES NAME SEED POINT NTH
//
// POINT is before_write, after_write, before_sync or after_sync of the log's write-ahead log,
// publish, before_reply or after_reply; at its NTH time.
namespace chipline::faults {
namespace {

void Die() {
  std::raise(SIGKILL);
  std::abort();
}

// Counts down, and ends the program at zero.
class Countdown {
 public:
  explicit Countdown(uint64_t left) : left_(left) {}
  void Step() {
    if (left_.fetch_sub(1) == 1) Die();
  }

 private:
  std::atomic<uint64_t> left_;
};

int Run(char** arguments) {
  const std::filesystem::path data = arguments[1];
  const std::string_view point = arguments[5];
  Countdown countdown(std::strtoull(arguments[6], nullptr, 10));

  FaultDisk disk;
  const std::string wal_folder = (data / "log").string() + "/";
  disk.files->Watch([&](Op op, Moment moment, const std::string& file) {
    const bool wal = file.starts_with(wal_folder) && file.ends_with(".log");
    const bool write = op == Op::kWrite && (point == "before_write" || point == "after_write");
    const bool sync = op == Op::kSync && (point == "before_sync" || point == "after_sync");
    const bool before = point.starts_with("before_");
    if (wal && (write || sync) && before == (moment == Moment::kBefore)) countdown.Step();
    return rocksdb::IOStatus::OK();
  });
  auto opened = OpenLog(data, disk.env.get());
  if (!opened.ok()) {
    fmt::print(stderr, "{}\n", opened.status().ToString());
    return 2;
  }
  LoadOptions options;
  options.folder = arguments[2];
  options.name = arguments[3];
  options.seed = std::strtoull(arguments[4], nullptr, 10);
  if (point == "before_reply") options.before_reply = [&] { countdown.Step(); };
  if (point == "after_reply") options.after_reply = [&] { countdown.Step(); };
  Load load(options);
  const storage::LogReader& reader = opened->log->reader();
  if (point == "publish") {
    // Called while a group is being published, before any of its answers.
    reader.NotifyPast(reader.head() + std::strtoull(arguments[6], nullptr, 10), [] { Die(); });
  }
  load.Start(*opened->log);
  constexpr size_t kFarTooMuch = 1'000'000;
  load.WaitFor(kFarTooMuch);
  load.Stop();
  return 3;
}

}  // namespace
}  // namespace chipline::faults

int main(int argc, char** argv) {
  constexpr int kArguments = 7;
  return argc == kArguments ? chipline::faults::Run(argv) : 2;
}
