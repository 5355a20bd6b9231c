#include "services/timeline/folds/reasons.h"

#include <algorithm>

#include "google/protobuf/util/message_differencer.h"

#include "services/timeline/folds/policy.h"
#include "services/words/reach_words.h"
#include "services/words/reason_words.h"

namespace chipline::timeline {

namespace pb = chipline::v1;

pb::Reason ReasonOf(pb::ReasonKind kind) {
  pb::Reason reason;
  reason.set_kind(kind);
  return reason;
}

pb::Reason ReasonOf(pb::ReasonKind kind, const std::vector<std::string>& event_ids) {
  pb::Reason reason = ReasonOf(kind);
  for (const std::string& id : event_ids) {
    if (!id.empty()) reason.add_event_ids(id);
  }
  return reason;
}

pb::Reason ReasonOf(pb::ReasonKind kind, const DaySpan& days) {
  pb::Reason reason = ReasonOf(kind);
  *reason.mutable_days() = ToProto(days);
  return reason;
}

pb::Reason CountReason(pb::ReasonKind kind, size_t count) {
  pb::Reason reason = ReasonOf(kind);
  reason.set_count(static_cast<uint32_t>(count));
  return reason;
}

pb::DayRange ToProto(const DaySpan& days) {
  pb::DayRange range;
  if (days.earliest != kDawn) range.set_earliest(days.earliest.Format());
  if (days.latest != kNever) range.set_latest(days.latest.Format());
  return range;
}

void SetReason(const pb::Reason& reason, pb::Grounds* grounds) {
  grounds->clear_reason();
  grounds->clear_reasons();
  AddReason(reason, grounds);
}

void SetReasons(const std::vector<pb::Reason>& reasons, pb::Grounds* grounds) {
  grounds->clear_reasons();
  for (const pb::Reason& reason : reasons) *grounds->add_reasons() = reason;
  grounds->set_reason(ReasonsInWords(grounds->reasons(), PlainWording()));
}

void AddReason(const pb::Reason& reason, pb::Grounds* grounds) {
  if (reason.kind() == pb::REASON_KIND_UNSPECIFIED) return;
  AddReasonInWords(reason, PlainWording(), grounds->mutable_reason());
  *grounds->add_reasons() = reason;
}

void AddReasonFirst(const pb::Reason& reason, pb::Grounds* grounds) {
  std::string text;
  AddReasonInWords(reason, PlainWording(), &text);
  if (!grounds->reason().empty()) text += ' ';
  grounds->set_reason(text + grounds->reason());
  auto& reasons = *grounds->mutable_reasons();
  *reasons.Add() = reason;
  for (int at = reasons.size() - 1; at > 0; --at) reasons.SwapElements(at, at - 1);
}

void AddWays(const pb::PossibleRule& other, pb::PossibleRule* rule) {
  for (const pb::AppliesIf& way : other.applies_if()) {
    // One more says that there are more; ShowWays leaves them out.
    if (rule->applies_if_size() > kMaxShown) return;
    const auto& known = rule->applies_if();
    const bool seen = std::any_of(known.begin(), known.end(), [&](const pb::AppliesIf& each) {
      return google::protobuf::util::MessageDifferencer::Equals(each, way);
    });
    if (!seen) *rule->add_applies_if() = way;
  }
}

void ShowWays(pb::PossibleRule* rule) {
  const bool more = rule->applies_if_size() > kMaxShown;
  if (more) rule->mutable_applies_if()->RemoveLast();
  rule->set_condition(AppliesUnlessWords(rule->applies_if()));
  if (!more) return;
  rule->mutable_condition()->append(", and more of the kind");
  // A list that is not whole would say that the rule applies to fewer than it does.
  rule->clear_applies_if();
}

}  // namespace chipline::timeline
