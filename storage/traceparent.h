#ifndef CHIPLINE_STORAGE_TRACEPARENT_H_
#define CHIPLINE_STORAGE_TRACEPARENT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace chipline::storage {

// Where a call is in a trace of its caller's, as in the header of that name of W3C Trace Context
// (https://www.w3.org/TR/trace-context/), version 00. Empty if the caller told of none. It goes
// into lines of the operator's log and headers of a stream, and into nothing that is kept as an
// event. A value.
class Traceparent {
 public:
  static constexpr char kHeader[] = "traceparent";
  static constexpr size_t kBytes = 55;

  Traceparent() = default;
  // Of the header's value: "00-", 32 hex digits, "-", 16, "-", 2, with no digit in upper case and
  // neither id all zeros. Anything else is as if there were none.
  static Traceparent Parse(std::string_view value);

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  // The 32 digits that all calls of the trace share; empty if this is.
  std::string_view trace_id() const;

 private:
  std::string text_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_TRACEPARENT_H_
