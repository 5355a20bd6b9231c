#ifndef CHIPLINE_TESTS_FAULTS_LOAD_H_
#define CHIPLINE_TESTS_FAULTS_LOAD_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "storage/log.h"
#include "storage/mutex.h"
#include "tests/checker/history.h"
#include "tests/faults/recorder.h"

namespace chipline::faults {

struct LoadOptions {
  int writers = 8;
  int readers = 6;
  uint64_t seed = 1;
  // Before all names and event ids.
  std::string name = "load";
  // Where histories go as files; empty: they stay in memory.
  std::filesystem::path folder;
  // Called on the committer's thread before an answer is given, and on the writer's once it is
  // noted.
  std::function<void()> before_reply;
  std::function<void()> after_reply;
};

// Clients of a log that do all that clients do: appends of one and of many events, retries, races
// for a revision, ids used again, events that must be refused; and readers of all and of a part,
// which come and go. They note everything. They live longer than a log: after a fault they go on
// with the one that was opened in its place.
class Load {
 public:
  explicit Load(LoadOptions options);
  ~Load();

  // Lets the clients work until Stop, or, a writer, until it gets no answer that tells.
  void Start(storage::Log& log);
  // Waits until so many more appends were acknowledged since Start. False if all writers ended
  // before that.
  bool WaitFor(size_t acknowledged);
  // Ends the clients' work on this log.
  void Stop();
  // Lets the readers read all that there is.
  void ReadToTheEnd(const storage::Log& log);

  std::vector<checker::History> histories() const;

 private:
  struct Writer;
  struct Reader;

  void RunWriter(Writer& writer, storage::Log& log);
  void RunReader(Reader& reader, const storage::Log& log);
  void CountAcknowledged();

  const LoadOptions options_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};

  Mutex mutex_;
  CondVar changed_;
  size_t acknowledged_ ABSL_GUARDED_BY(mutex_) = 0;
  int writing_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::faults

#endif  // CHIPLINE_TESTS_FAULTS_LOAD_H_
