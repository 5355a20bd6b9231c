#ifndef CHIPLINE_STORAGE_TRACEPARENT_H_
#define CHIPLINE_STORAGE_TRACEPARENT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace chipline::storage {

// The place of a call in its caller's trace, as in the header of that name of W3C Trace Context
// (https://www.w3.org/TR/trace-context/), version 00. Empty if the caller sent none. It is written
// to the operator's log and to headers of a stream, and never stored with an event. A value.
class Traceparent {
 public:
  static constexpr char kHeader[] = "traceparent";
  static constexpr size_t kBytes = 55;

  Traceparent() = default;
  // From the value of the header: "00-", 32 hex digits, "-", 16, "-", 2, with lower-case digits and
  // neither id all zeros. Any other value counts as none.
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
