#include "services/ingest/seal.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "fmt/format.h"
#include "services/ingest/canonical.h"
#include "services/kinds/check_event.h"
#include "services/kinds/checks.h"
#include "services/kinds/event_kind.h"
#include "services/values/subject_token.h"
#include "storage/command_limits.h"
#include "storage/limits.h"

namespace chipline::ingest {
namespace {

using kinds::CheckCount;
using kinds::CheckKnownFields;
using kinds::FieldPath;
using kinds::Quoted;
using kinds::Review;

// Where each id or subject was first seen in the request.
using FirstSeen = absl::flat_hash_map<absl::string_view, int>;

void CheckPreconditions(const v1::AppendEventsRequest& request, const FieldPath& root,
                        Review& review) {
  CheckCount(request.preconditions_size(), 0, static_cast<int>(limits::kMaxPreconditions),
             root / "preconditions", review);
  FirstSeen seen;
  for (int i = 0; i < request.preconditions_size(); ++i) {
    const v1::Precondition& precondition = request.preconditions(i);
    const FieldPath at = root.At("preconditions", i);
    CheckKnownFields(precondition, at, review);
    if (!IsSubject(precondition.subject())) {
      review.Report(
          at / "subject",
          fmt::format("is {}; a subject is required: tokens of 1 to 64 of a-z, 0-9, + and - joined "
                      "by dots, at most {} bytes, for example capex.bytedance",
                      precondition.subject().empty() ? "missing" : Quoted(precondition.subject()),
                      kMaxSubjectBytes));
      continue;
    }
    const auto [first, added] = seen.emplace(precondition.subject(), i);
    if (!added) {
      review.Report(at / "subject", fmt::format("repeats preconditions[{}].subject; one "
                                                "precondition a subject; leave one out",
                                                first->second));
    }
  }
}

// What can only be told from the canonical bytes.
void CheckSealed(const v1::Event& event, const std::string& bytes, const FieldPath& path,
                 Review& review) {
  if (bytes.size() > limits::kMaxEventBytes) {
    review.Report(path, fmt::format("is {} bytes; an event has at most {}", bytes.size(),
                                    limits::kMaxEventBytes));
  }
  if (!MayHaveId(event, bytes)) {
    review.Report(
        path / "event_id",
        fmt::format("is {}; ids that begin with {} are given by the server and this is not the one "
                    "of this event; choose another, or leave it out",
                    Quoted(event.event_id()), kContentIdPrefix));
  }
}

void SealEvents(v1::AppendEventsRequest& request, const FieldPath& root, Review& review,
                storage::v1::Append& append) {
  FirstSeen seen;
  size_t total = 0;
  append.mutable_events()->Reserve(request.events_size());
  for (int i = 0; i < request.events_size(); ++i) {
    v1::Event& event = *request.mutable_events(i);
    const FieldPath path = root.At("events", i);
    kinds::CheckEvent(event, path, review);
    std::string bytes = Canonicalize(event);
    total += bytes.size();
    CheckSealed(event, bytes, path, review);
    if (request.events_size() > 1) {
      const auto [first, added] = seen.emplace(event.event_id(), i);
      if (!added) {
        review.Report(path / "event_id",
                      fmt::format("is {}, as is events[{}].event_id; each event of an "
                                  "append needs its own; send it once",
                                  Quoted(event.event_id()), first->second));
      }
    }
    if (!review.violations.empty()) continue;
    storage::v1::SealedEvent& sealed = *append.add_events();
    sealed.set_event(std::move(bytes));
    sealed.set_event_id(event.event_id());
    kinds::NameEvent(event, review.fold_keys, *sealed.mutable_naming());
  }
  if (total > limits::kMaxAppendBytes) {
    review.Report(root / "events",
                  fmt::format("are {} bytes together; an append has at most {}; send "
                              "several",
                              total, limits::kMaxAppendBytes));
  }
}

// The events with their names folded. A name may fold to several times its bytes.
void CheckSize(const storage::v1::Append& append, const FieldPath& root, Review& review) {
  const size_t bytes = append.ByteSizeLong();
  if (bytes <= limits::kMaxSealedBytes) return;
  const auto longest =
      std::max_element(append.events().begin(), append.events().end(),
                       [](const storage::v1::SealedEvent& a, const storage::v1::SealedEvent& b) {
                         return a.naming().ByteSizeLong() < b.naming().ByteSizeLong();
                       });
  const int index = static_cast<int>(longest - append.events().begin());
  review.Report(root.At("events", index),
                fmt::format("has names that fold to {} bytes; the append is {} bytes with all of "
                            "its names folded, and has at most {}; send several",
                            longest->naming().ByteSizeLong(), bytes, limits::kMaxSealedBytes));
}

}  // namespace

absl::StatusOr<storage::v1::Append> Seal(v1::AppendEventsRequest&& request) {
  Review review;
  storage::v1::Append append;
  const FieldPath root("");
  CheckKnownFields(request, root, review);
  CheckPreconditions(request, root, review);
  constexpr int kMaxEvents = static_cast<int>(limits::kMaxAppendEvents);
  CheckCount(request.events_size(), 1, kMaxEvents, root / "events", review);
  // What is far too long is not read through, for that would cost more than it can be worth.
  if (request.events_size() <= kMaxEvents) SealEvents(request, root, review, append);
  if (review.violations.empty()) CheckSize(append, root, review);
  if (!review.violations.empty()) return review.violations.ToStatus();

  for (v1::Precondition& precondition : *request.mutable_preconditions()) {
    storage::v1::Precondition& sealed = *append.add_preconditions();
    sealed.set_subject(std::move(*precondition.mutable_subject()));
    sealed.set_expected_revision(precondition.expected_revision());
  }
  append.set_validate_only(request.validate_only());
  return append;
}

}  // namespace chipline::ingest
