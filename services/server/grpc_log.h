#ifndef CHIPLINE_SERVICES_SERVER_GRPC_LOG_H_
#define CHIPLINE_SERVICES_SERVER_GRPC_LOG_H_

#include <string_view>
#include <utility>

#include "absl/time/time.h"

#include "services/rpc/line_limit.h"
#include "services/rpc/notice.h"
#include "storage/clock.h"

namespace chipline::server {

// What gRPC itself says, as lines of the operator's log. It says a line for every connection that
// does not agree on TLS, and anybody can make those, so there are kLines in kWindow at most; of
// those left out it tells how many. Thread-safe.
class GrpcLog {
 public:
  static constexpr int kLines = 10;
  static constexpr absl::Duration kWindow = absl::Minutes(1);

  // `clock` must outlive it.
  GrpcLog(const Clock& clock, NoticeSink sink)
      : limit_(clock, kLines, kWindow), sink_(std::move(sink)) {}

  // `source` is where in gRPC, for example "tcp_server_posix.cc:12". The last words before gRPC
  // ends the program are always told.
  void Note(std::string_view source, std::string_view message);
  // Tells of those left out if the window is over. To be called now and then.
  void Flush();

 private:
  void TellLeftOut(uint64_t count) const;

  LineLimit limit_;
  const NoticeSink sink_;
};

// From here on gRPC's lines go to the program's one GrpcLog. Unless its environment
// (GRPC_VERBOSITY, GRPC_TRACE) asks gRPC to talk: then it prints them itself, all of them.
void TakeGrpcLog();
// See GrpcLog::Flush.
void FlushGrpcLog();

// For a client: gRPC prints nothing any more but its last words, since the status of a call says
// what went wrong. With the same exception.
void SilenceGrpcLog();

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_GRPC_LOG_H_
