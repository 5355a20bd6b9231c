#ifndef CHIPLINE_SERVICES_ADMIN_WORK_NOTICE_H_
#define CHIPLINE_SERVICES_ADMIN_WORK_NOTICE_H_

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/rpc/access.h"
#include "services/rpc/notice.h"
#include "storage/traceparent.h"

namespace chipline::admin {

// What the operator's log has of one backup or verification: a line when it is over, with who asked
// for it and how long it took. Immutable.
class WorkNotice {
 public:
  // From now on. `caller` is null where callers are not known.
  WorkNotice(NoticeSink sink, const Access* caller, storage::Traceparent trace)
      : sink_(std::move(sink)),
        caller_(caller == nullptr ? "-" : caller->principal()),
        trace_(std::move(trace)) {}

  void Tell(bool warning, std::string_view message,
            std::vector<std::pair<std::string_view, std::string>> fields) const;

 private:
  const NoticeSink sink_;
  const std::string caller_;
  const storage::Traceparent trace_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_WORK_NOTICE_H_
