#ifndef CHIPLINE_SERVICES_CLI_OWN_WRITES_H_
#define CHIPLINE_SERVICES_CLI_OWN_WRITES_H_

#include <grpcpp/support/status.h>

#include <cstdint>
#include <string>
#include <thread>

#include "CLI/App.hpp"
#include "chipline/v1/timeline_service.pb.h"
#include "services/cli/client.h"
#include "services/cli/console.h"
#include "storage/mutex.h"

// Timelines follow the log in the background. So that an answer holds what was appended before it
// was asked for, the subcommands ask where the log ends, and let the server wait until its
// timelines are there.
namespace chipline::cli {

struct OwnWritesFlags {
  bool no_wait = false;
};
void AddOwnWritesFlags(CLI::App& command, OwnWritesFlags& flags);

// Puts into `position` where the log ends; 0, which waits for nothing, with --no-wait, or if the
// caller may not ask for it, which a note says. An error if the server gives no answer.
grpc::Status FindOwnWrites(const OwnWritesFlags& flags, Client& client, Console& console,
                           uint64_t& position);

// Waits, for --timeout, until the timelines have reached the position; at once if it is 0. `query`
// is asked for a page of one entry. Without the right to ask it does not wait, and a note says so.
grpc::Status AwaitTimelines(uint64_t position, const v1::TimelineQuery& query, Client& client,
                            Console& console);

// Shows the error, and how to do without waiting if that was what took too long.
ExitCode FailWaiting(const grpc::Status& status, uint64_t position, Console& console);

// While it lives: a note that says what is waited for, once it has taken a second. Nothing else may
// be printed meanwhile.
class WaitingNote {
 public:
  // Position 0: nothing is said.
  WaitingNote(uint64_t position, Console& console);
  ~WaitingNote();
  WaitingNote(const WaitingNote&) = delete;
  WaitingNote& operator=(const WaitingNote&) = delete;

 private:
  void Run(uint64_t position);

  Console& console_;
  Mutex mutex_;
  CondVar changed_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_OWN_WRITES_H_
