#ifndef CHIPLINE_SERVICES_SECURITY_REFUSALS_H_
#define CHIPLINE_SERVICES_SECURITY_REFUSALS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/rpc/line_limit.h"
#include "services/rpc/notice.h"
#include "storage/clock.h"

namespace chipline::security {

// A call that was refused, as the operator hears of it.
struct Refusal {
  // May be whatever a client sent; is cut to a name's length.
  std::string_view method;
  // Empty: nobody known.
  std::string_view principal;
  // The client's address; empty where it is not known yet.
  std::string_view peer;
  absl::Status status;
  // Of the call's trace; empty if the client told of none.
  std::string_view trace_id = {};
};

// Tells the operator of every refusal, but of no more than kLines in kWindow, so that whoever
// knocks all day fills no disk; of those left out it tells how many. Thread-safe.
class Refusals {
 public:
  static constexpr int kLines = 20;
  static constexpr absl::Duration kWindow = absl::Seconds(10);

  // `clock` must outlive it.
  Refusals(const Clock& clock, NoticeSink sink)
      : limit_(clock, kLines, kWindow), sink_(std::move(sink)) {}

  void Note(const Refusal& refusal);
  // Tells of those left out if the window is over. To be called now and then.
  void Flush();

 private:
  void TellLeftOut(uint64_t count) const;

  LineLimit limit_;
  const NoticeSink sink_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_REFUSALS_H_
