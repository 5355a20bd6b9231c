#include "services/admin/work_notice.h"

#include "fmt/format.h"

namespace chipline::admin {

void WorkNotice::Tell(bool warning, std::string_view message,
                      std::vector<std::pair<std::string_view, std::string>> fields) const {
  if (sink_ == nullptr) return;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
  fields.emplace_back("seconds", fmt::format("{:.3f}", taken.count()));
  fields.emplace_back("caller", caller_);
  if (!trace_.empty()) fields.emplace_back("trace_id", trace_.trace_id());
  sink_({warning, message, std::move(fields)});
}

}  // namespace chipline::admin
