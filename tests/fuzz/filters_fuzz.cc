// Filters and subject patterns. The input is a chipline.v1.Filter, and again as a pattern and a
// subject with a line break between them.
#include <string>

#include "chipline/v1/filter.pb.h"
#include "services/stream/filter.h"
#include "storage/subject_pattern.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

void CheckFilter(std::string_view text) {
  v1::Filter request;
  if (!request.ParseFromArray(text.data(), static_cast<int>(text.size()))) return;
  Violations bad;
  const storage::Filter filter = stream::ToStorageFilter(request, "filter", bad);
  if (bad.count() > 0) return;
  for (const storage::Clause& clause : filter.clauses) {
    for (const std::string& pattern : clause.subject_patterns) {
      MUST(storage::IsSubjectPattern(pattern));
    }
  }
  Violations again;
  MUST(stream::ToStorageFilter(request, "filter", again).Fingerprint() == filter.Fingerprint());
  storage::RecordHeader header;
  header.subject = "capex.bytedance";
  header.entities = {"chip/h200", "company/bytedance"};
  if (filter.matches_all()) MUST(filter.Matches(header));
}

void CheckPattern(std::string_view text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  const std::string_view pattern = text.substr(0, end);
  const std::string_view subject = text.substr(end + 1);
  if (!storage::IsSubject(subject)) return;
  // Every subject is a pattern, which it alone fits; ">" is fit by all.
  MUST(storage::IsSubjectPattern(subject) && storage::SubjectMatches(subject, subject));
  MUST(storage::SubjectMatches(">", subject));
  if (!storage::IsSubjectPattern(pattern)) return;
  if (storage::IsSubject(pattern)) {
    MUST(storage::SubjectMatches(pattern, subject) == (pattern == subject));
  }
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text = chipline::fuzz::Text(bytes, size);
  chipline::fuzz::CheckFilter(text);
  chipline::fuzz::CheckPattern(text);
  return 0;
}
