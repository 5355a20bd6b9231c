#include "services/timeline/folds/explain.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/entry_size.h"
#include "services/timeline/folds/explain_change.h"
#include "services/timeline/folds/explain_set_aside.h"
#include "services/timeline/folds/explain_values.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/replaced.h"
#include "services/words/reason_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// How many ids a sentence names.
constexpr int kMaxSaidIds = 16;

// Ids in a sentence: the first, and how many more there are.
template <typename List>
std::string InWords(const List& ids) {
  const auto count = static_cast<int>(ids.size());
  const auto end = std::next(ids.begin(), std::min(count, kMaxSaidIds));
  const std::string words = fmt::format("{}", fmt::join(ids.begin(), end, ", "));
  return count <= kMaxSaidIds ? words : fmt::format("{} and {} more", words, count - kMaxSaidIds);
}

// A value of the entry: the field it stands in, and why.
struct Mention {
  std::string field;
  const pb::Grounds* grounds;
};

// Of every event, the values that rest on it; of every echo, the event it was merged into. Read off
// the finished entry, whatever its kind, so that an explanation cannot differ from the answer.
struct Mentions {
  std::vector<Mention> all;
  std::map<std::string, std::vector<size_t>> by_event;
  std::map<std::string, std::string> echo_of;
};

void Collect(const google::protobuf::Message& message, const std::string& field,
             Mentions* mentions);

void CollectField(const google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field, const std::string& within,
                  Mentions* mentions) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  // Grounds stand beside the value that they are of.
  const bool grounds = field.message_type() == pb::Grounds::descriptor();
  const std::string name = grounds ? within : field.name();
  if (!field.is_repeated()) {
    Collect(reflection.GetMessage(message, &field), name, mentions);
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    Collect(reflection.GetRepeatedMessage(message, &field, i), name, mentions);
  }
}

void Collect(const google::protobuf::Message& message, const std::string& field,
             Mentions* mentions) {
  if (message.GetDescriptor() == pb::Grounds::descriptor()) {
    const auto& grounds = static_cast<const pb::Grounds&>(message);
    for (const std::string& id : grounds.event_ids()) {
      mentions->by_event[id].push_back(mentions->all.size());
    }
    mentions->all.push_back({field, &grounds});
    return;
  }
  if (message.GetDescriptor() == pb::ClaimSummary::descriptor()) {
    const auto& summary = static_cast<const pb::ClaimSummary&>(message);
    for (const std::string& echo : summary.echoes()) mentions->echo_of[echo] = summary.event_id();
    return;
  }
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* each : fields) {
    if (each->message_type() != nullptr) CollectField(message, *each, field, mentions);
  }
}

bool IsChosen(std::string_view field) {
  for (const std::string_view chosen : {"selected", "general", "scoped", "unit_price", "value",
                                        "named", "open_groups", "gates", "shortfall"}) {
    if (field == chosen) return true;
  }
  return false;
}

using RowsById = absl::flat_hash_map<std::string_view, size_t>;

using ReasonList = std::vector<pb::Reason>;

// What the row's links came to, which is seen at their targets.
void AddLinks(const Claim& claim, const RowsById& rows, const Effects& effects,
              ReasonList* reasons) {
  for (const pb::Link& link : claim.event.event().links()) {
    pb::ReasonKind outcome = pb::REASON_KIND_LINK_ELSEWHERE;
    if (const auto row = rows.find(link.event_id()); row != rows.end()) {
      const size_t i = row->second;
      const auto& denied = effects[i].denied_by;
      const bool denies = std::find(denied.begin(), denied.end(), claim.event_id()) != denied.end();
      const auto& confirmed = effects[i].confirmed_by;
      const bool confirms =
          std::find(confirmed.begin(), confirmed.end(), claim.event_id()) != confirmed.end();
      if (effects[i].ended_by == claim.event_id()) {
        outcome = pb::REASON_KIND_LINK_ENDS;
      } else if (denies && link.relation() != pb::LINK_RELATION_DENIES) {
        outcome = pb::REASON_KIND_LINK_IS_DENIAL;
      } else if (denies || confirms) {
        outcome = pb::REASON_KIND_LINK_COUNTED;
      } else {
        outcome = pb::REASON_KIND_LINK_WITHOUT_EFFECT;
      }
    }
    reasons->push_back(ReasonOf(outcome, {link.event_id()}));
    reasons->back().set_relation(link.relation());
  }
}

// The first of the ids, and how many more there are.
template <typename List>
pb::Reason ReasonOfIds(pb::ReasonKind kind, const List& ids) {
  const size_t named = std::min(ids.size(), size_t{kMaxSaidIds});
  pb::Reason reason = CountReason(kind, ids.size() - named);
  for (size_t i = 0; i < named; ++i) reason.add_event_ids(ids[i]);
  return reason;
}

void AddRule(std::string_view rule, pb::ExplainedClaim* explained) {
  if (rule.empty()) return;
  for (const std::string& known : explained->rules()) {
    if (known == rule) return;
  }
  explained->add_rules(std::string(rule));
}

// The values that rest on it, the chosen ones first, each rule and reason once.
ReasonList MentionsOf(const Mentions& mentions, pb::ExplainedClaim* explained) {
  ReasonList reasons;
  const auto found = mentions.by_event.find(explained->summary().event_id());
  if (found == mentions.by_event.end()) return reasons;
  std::vector<const Mention*> ordered;
  for (const size_t i : found->second) ordered.push_back(&mentions.all[i]);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Mention* a, const Mention* b) {
    return IsChosen(a->field) && !IsChosen(b->field);
  });
  std::set<std::pair<std::string_view, std::string_view>> said;
  for (const Mention* mention : ordered) {
    AddRule(mention->grounds->rule(), explained);
    if (IsChosen(mention->field)) explained->set_selected(true);
    if (!said.insert({mention->field, mention->grounds->reason()}).second) continue;
    reasons.push_back(ReasonOf(pb::REASON_KIND_IN_VALUE));
    reasons.back().set_field(mention->field);
    const auto& why = mention->grounds->reasons();
    reasons.insert(reasons.end(), why.begin(), why.end());
  }
  return reasons;
}

using Values = std::vector<pb::ExplainedValue>;

std::string WithDays(const pb::ExplainedValue& value) {
  const pb::ValidInterval& valid = value.valid();
  std::string words = value.field();
  if (!valid.from().empty()) words += fmt::format(" from {}", valid.from());
  if (!valid.to().empty()) words += fmt::format(" until {}", valid.to());
  return words;
}

// Why a claim that the entry does not show gave way, for the first values that it was weighed for.
void AddSetAsideReasons(const Values& values, pb::ExplainedClaim* explained, ReasonList* reasons) {
  constexpr int kMaxSaid = 2;
  int said = 0;
  for (const pb::ExplainedValue& value : values) {
    for (const pb::SetAside& aside : value.set_aside()) {
      if (aside.event_id() != explained->summary().event_id()) continue;
      AddRule(aside.rule(), explained);
      if (++said > kMaxSaid) return;
      pb::Reason beside = ReasonOf(pb::REASON_KIND_BESIDE_VALUE);
      beside.set_field(value.field());
      beside.mutable_days()->set_earliest(value.valid().from());
      beside.mutable_days()->set_latest(value.valid().to());
      if (value.of().has_gate()) *beside.add_gates() = value.of().gate();
      if (value.of().has_scope()) *beside.mutable_scope() = value.of().scope();
      reasons->push_back(std::move(beside));
      reasons->insert(reasons->end(), aside.reasons().begin(), aside.reasons().end());
    }
  }
}

// Counts, then the values chosen (where there are days, what holds last), then what would change
// the first.
std::string WholeInWords(const Rows& rows, const Effects& effects, const Values& values) {
  size_t own = 0;
  size_t ended = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].own) continue;
    ++own;
    if (effects[i].standing != pb::STANDING_STANDING) ++ended;
  }
  std::string words =
      fmt::format("{} claim(s): {} standing, {} not; {} other event(s) beside them.", own,
                  own - ended, ended, rows.size() - own);
  constexpr int kMaxChosen = 4;
  std::vector<const pb::ExplainedValue*> chosen;
  for (const pb::ExplainedValue& value : values) {
    const bool last = !value.has_valid() || value.valid().to().empty();
    if (last && value.grounds().event_ids_size() > 0) chosen.push_back(&value);
  }
  if (chosen.empty()) {
    return words + " No value follows; a standing claim with a figure would give one.";
  }
  for (size_t i = 0; i < chosen.size() && i < kMaxChosen; ++i) {
    const pb::Grounds& grounds = chosen[i]->grounds();
    words += fmt::format(" {} rests on {} by {}: {} {}.", WithDays(*chosen[i]),
                         InWords(grounds.event_ids()), grounds.rule(), grounds.reason(),
                         chosen[i]->says());
  }
  for (const pb::WouldChange& change : chosen.front()->would_change()) {
    words += fmt::format(" {}", change.words());
  }
  return words;
}

}  // namespace

struct Explanation::Parts {
  Parts(const FoldInput& input, const NamesAt& names);

  v1::TimelineEntry entry;
  Effects effects;
  RowsById rows;
  Mentions mentions;
  Values values;
};

Explanation::Parts::Parts(const FoldInput& input, const NamesAt& names)
    : entry(Fold(input, names)), effects(ResolveLinks(input.rows)) {
  for (size_t row = 0; row < input.rows.size(); ++row) {
    rows.emplace(input.rows[row].event_id(), row);
  }
  Collect(entry, "", &mentions);
  values = ValuesOf(entry);
  MarkReplaced(input.key, input.rows, names, &effects);
  AddSetAside(input, effects, names, &values);
  AddWouldChange(input, names, &values);
}

Explanation::Explanation(const FoldInput& input, const NamesAt& names)
    : input_(input), parts_(std::make_unique<const Parts>(input, names)) {}

Explanation::~Explanation() = default;

pb::ExplainedClaim Explanation::ClaimAt(size_t row) const {
  pb::ExplainedClaim explained;
  const Claim& claim = input_.rows[row];
  const Effect& effect = parts_->effects[row];
  *explained.mutable_event() = claim.event;
  *explained.mutable_summary() = SummaryOf(claim, effect);
  ReasonList reasons;
  if (!claim.own) {
    AddRule(rules::kLinkOnly, &explained);
    reasons.push_back(ReasonOf(pb::REASON_KIND_LINK_ONLY));
  }
  const auto& echo_of = parts_->mentions.echo_of;
  if (effect.standing != pb::STANDING_STANDING) {
    const pb::Grounds ended = EndedGrounds(claim, effect);
    AddRule(ended.rule(), &explained);
    reasons.push_back(ReasonOf(pb::REASON_KIND_ENDED));
    reasons.insert(reasons.end(), ended.reasons().begin(), ended.reasons().end());
  } else if (const auto echo = echo_of.find(claim.event_id()); echo != echo_of.end()) {
    AddRule(rules::kEcho, &explained);
    explained.mutable_summary()->set_standing(pb::STANDING_ECHO);
    explained.set_echo_of(echo->second);
    reasons.push_back(ReasonOf(pb::REASON_KIND_MERGED, {echo->second}));
  }
  AddLinks(claim, parts_->rows, parts_->effects, &reasons);
  const ReasonList mentioned = MentionsOf(parts_->mentions, &explained);
  if (effect.standing == pb::STANDING_STANDING) {
    reasons.insert(reasons.end(), mentioned.begin(), mentioned.end());
  }
  if (!effect.denied_by.empty()) {
    reasons.push_back(ReasonOfIds(pb::REASON_KIND_DENIED_BY, effect.denied_by));
  }
  if (!effect.confirmed_by.empty()) {
    reasons.push_back(ReasonOfIds(pb::REASON_KIND_CONFIRMED_BY, effect.confirmed_by));
  }
  if (claim.own && mentioned.empty()) AddSetAsideReasons(parts_->values, &explained, &reasons);
  if (reasons.empty()) reasons.push_back(ReasonOf(pb::REASON_KIND_NO_VALUE_RESTS));
  explained.mutable_reasons()->Add(reasons.begin(), reasons.end());
  explained.set_explanation(ReasonsInWords(explained.reasons(), PlainWording()));
  return explained;
}

pb::ExplainEntryResponse Explanation::Whole() const {
  pb::ExplainEntryResponse whole;
  whole.set_explanation(WholeInWords(input_.rows, parts_->effects, parts_->values));
  *whole.mutable_entry() = parts_->entry;
  CutEntry(whole.mutable_entry());
  whole.mutable_values()->Add(parts_->values.begin(), parts_->values.end());
  CutValues(kMaxExplainedBytes, &whole);
  return whole;
}

pb::ExplainEntryResponse Explain(const FoldInput& input, const NamesAt& names) {
  const Explanation explanation(input, names);
  pb::ExplainEntryResponse response = explanation.Whole();
  for (size_t row = 0; row < input.rows.size(); ++row) {
    *response.add_claims() = explanation.ClaimAt(row);
  }
  return response;
}

}  // namespace chipline::timeline
