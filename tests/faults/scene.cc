#include "tests/faults/scene.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "fmt/format.h"
#include "storage/check.h"
#include "storage/status_macros.h"

namespace chipline::faults {
namespace {

constexpr size_t kSendAgainEvery = 7;

absl::StatusOr<checker::Verdict> Conclude(std::vector<checker::History> histories,
                                          const storage::Log& log) {
  ASSIGN_OR_RETURN(checker::History listing, ListAll(log));
  histories.push_back(std::move(listing));
  return checker::Check(histories);
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "chipline-faults-XXXXXX").string();
  CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

absl::StatusOr<OpenedLog> OpenLog(const std::filesystem::path& directory, rocksdb::Env* env,
                                  const Clock* clock) {
  OpenedLog opened;
  opened.rules = std::make_unique<ingest::NamingRules>();
  storage::LogOptions options;
  options.directory = directory;
  options.env = env;
  options.clock = clock;
  ASSIGN_OR_RETURN(opened.log, storage::Log::Open(options, *opened.rules));
  return opened;
}

absl::StatusOr<checker::Verdict> Judge(Load& load, const std::filesystem::path& directory) {
  ASSIGN_OR_RETURN(const OpenedLog opened, OpenLog(directory));
  std::vector<checker::History> histories = load.histories();
  checker::History again = SendAgain(histories, *opened.log, kSendAgainEvery);
  load.ReadToTheEnd(*opened.log);
  histories = load.histories();
  histories.push_back(std::move(again));
  return Conclude(std::move(histories), *opened.log);
}

absl::StatusOr<checker::Verdict> Judge(std::vector<checker::History> histories,
                                       const std::filesystem::path& directory) {
  ASSIGN_OR_RETURN(const OpenedLog opened, OpenLog(directory));
  histories.push_back(SendAgain(histories, *opened.log, kSendAgainEvery));
  return Conclude(std::move(histories), *opened.log);
}

uint64_t Seed() {
  const char* given = std::getenv("CHIPLINE_SEED");
  const uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  fmt::print("CHIPLINE_SEED={}\n", seed);
  std::fflush(stdout);
  return seed;
}

int Rounds(int usual) {
  const char* times = std::getenv("CHIPLINE_FAULT_ROUNDS");
  return times == nullptr ? usual : usual * std::max(1, std::atoi(times));
}

}  // namespace chipline::faults
